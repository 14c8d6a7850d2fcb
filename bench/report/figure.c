/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

enum unit figure_unit(const char *metric)
{
	if (ends_in(metric, "_per_s"))
		return UNIT_PER_S;
	if (ends_in(metric, "_percent"))
		return UNIT_PERCENT;
	if (ends_in(metric, "_s"))
		return UNIT_SECONDS;
	if (ends_in(metric, "_ns") || !strncmp(metric, "bpf_ns_per_", strlen("bpf_ns_per_")))
		return UNIT_NS;
	if (ends_in(metric, "_bytes") || !strcmp(metric, "bytes_per_event"))
		return UNIT_BYTES;
	return UNIT_COUNT;
}

static const struct {
	enum unit unit;
	struct scale scale;
} scales[] = {
	/* The scales of a unit are in descending order. */
	{ UNIT_COUNT, { 1, "" } },
	{ UNIT_SECONDS, { 1, "s" } },
	{ UNIT_SECONDS, { 1e-3, "ms" } },
	{ UNIT_SECONDS, { 1e-6, "µs" } },
	{ UNIT_NS, { 1e9, "s" } },
	{ UNIT_NS, { 1e6, "ms" } },
	{ UNIT_NS, { 1e3, "µs" } },
	{ UNIT_NS, { 1, "ns" } },
	{ UNIT_BYTES, { 1024.0 * 1024 * 1024, "GiB" } },
	{ UNIT_BYTES, { 1024.0 * 1024, "MiB" } },
	{ UNIT_BYTES, { 1024, "KiB" } },
	{ UNIT_BYTES, { 1, "bytes" } },
	{ UNIT_PERCENT, { 1, "%" } },
	{ UNIT_PER_S, { 1e6, "M/s" } },
	{ UNIT_PER_S, { 1e3, "k/s" } },
	{ UNIT_PER_S, { 1, "/s" } },
	{ UNIT_FACTOR, { 1, "×" } },
};

struct scale figure_scale(enum unit unit, double max)
{
	struct scale best = { 1, "" };

	max = fabs(max);
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		if (scales[i].unit != unit)
			continue;
		best = scales[i].scale;
		if (max >= best.divisor)
			break;
	}
	/* For 0, this is the smallest scale. */
	return best;
}

/* Format 1234567 as 1,234,567. */
static void put_grouped(char *buf, double v)
{
	char digits[FIGURE_TEXT];
	int n = snprintf(digits, sizeof(digits), "%.0f", fabs(v));
	char *p = buf;

	if (v < 0)
		*p++ = '-';
	for (int i = 0; i < n && p < buf + FIGURE_TEXT - 16; i++) {
		if (i && (n - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
}

char *figure_text(char *buf, enum unit unit, double v)
{
	struct scale scale = figure_scale(unit, v);
	double scaled = v / scale.divisor;
	const double size = fabs(scaled);

	if (size >= 1000 || scaled == rint(scaled))
		put_grouped(buf, scaled);
	else if (unit == UNIT_PERCENT)
		snprintf(buf, FIGURE_TEXT, size < 1 ? "%.2f" : "%.1f", scaled);
	else
		snprintf(buf, FIGURE_TEXT,
			 size < 10    ? "%.2f"
			 : size < 100 ? "%.1f"
				      : "%.0f",
			 scaled);
	if (*scale.suffix) {
		size_t used = strlen(buf);
		/* These suffixes follow the number without a space: 12/s, 3×. */
		bool close = scale.suffix[0] == '/' || unit == UNIT_FACTOR;

		snprintf(buf + used, FIGURE_TEXT - used, "%s%s", close ? "" : "\u00a0",
			 scale.suffix);
	}
	return buf;
}

double figure_step(double max, int ticks)
{
	double raw = max / ticks, ten;

	if (!(raw > 0))
		return 1;
	ten = pow(10, floor(log10(raw)));
	raw /= ten;
	return ten * (raw <= 1 ? 1 : raw <= 2 ? 2 : raw <= 5 ? 5 : 10);
}

int figure_decimals(double step)
{
	int n = 0;

	while (n < 6 && fabs(step - rint(step)) > 1e-9) {
		step *= 10;
		n++;
	}
	return n;
}
