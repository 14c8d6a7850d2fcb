/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a table of the wire formats, with the range of each figure over all workloads. */
#include <math.h>
#include <string.h>

#include "bench/report/figure.h"
#include "bench/report/html.h"
#include "bench/report/parts.h"

#define AUTO "auto"

/*
 * The formats, with the rows that show them: the first one that the run has. These rows have the
 * same wake-ups, except for "fixed", which --quick measures in place of "fixed-adaptive".
 */
static const struct format {
	const char *name;
	const char *rows[2];
	const char *kernels;
} formats[] = {
	{ "fixed", { "fixed-adaptive", "fixed" }, "any" },
	{ "varlen", { "varlen" }, "any" },
	{ "direct", { "direct" }, DIRECT_LINUX " and later" },
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static const char *const columns[] = { "lost_percent", "bytes_per_event", "bpf_ns_per_event",
				       "locked_bytes" };

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Return: the row that shows a format, or NULL. */
static yyjson_val *row_of(const struct result *result, const struct format *format)
{
	const char *twin = result_auto_is(result);
	yyjson_val *row = NULL;

	for (size_t i = 0; !row && i < 2 && format->rows[i]; i++)
		row = result_find(result->rows, "name", format->rows[i]);
	if (!row && twin && !strcmp(twin, format->name))
		row = result_find(result->rows, "name", AUTO);
	return row;
}

/* Write the lowest and the highest median of all workloads. */
static void put_range(FILE *f, const struct result *result, const char *row, const char *metric)
{
	char from[FIGURE_TEXT], to[FIGURE_TEXT];
	double low = INFINITY, high = -INFINITY;
	yyjson_val *w;
	size_t i, max;

	yyjson_arr_foreach(result->workloads, i, max, w)
	{
		struct figure fig = result_figure(result_row(w, row), metric);

		if (!fig.known)
			continue;
		low = fmin(low, fig.median);
		high = fmax(high, fig.median);
	}
	if (low > high) {
		html(f, "<td class=\"none\">–</td>");
		return;
	}
	figure_text(from, figure_unit(metric), low);
	figure_text(to, figure_unit(metric), high);
	if (strcmp(from, to) != 0)
		html(f, "<td>%s to %s</td>", from, to);
	else
		html(f, "<td>%s</td>", from);
}

void put_formats(FILE *f, const struct result *result)
{
	const char *twin = result_auto_is(result);
	yyjson_val *rows[FORMATS];
	size_t found = 0;

	for (size_t i = 0; i < FORMATS; i++)
		found += (rows[i] = row_of(result, &formats[i])) != NULL;
	if (found < 2)
		return;
	html(f, "<figure class=\"matrix formats\"><figcaption><b>The formats side by side</b> "
		"<span>medians: the lowest and the highest of all workloads</span>");
	put_trust(f, result, "bpf_ns_per_event");
	html(f, "</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"The formats side by side\"><table><thead><tr><td></td>"
		"<th scope=\"col\">events lost</th><th scope=\"col\">bytes per event</th>"
		"<th scope=\"col\">BPF time per event</th><th scope=\"col\">locked memory</th>"
		"<th scope=\"col\">Linux</th><th scope=\"col\">row</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < FORMATS; i++) {
		const char *name = result_str(rows[i], "name");

		if (!rows[i])
			continue;
		html(f, "<tr class=\"%s\"><th scope=\"row\">%s%s<small>%s</small></th>",
		     family_class(result_family(rows[i])), formats[i].name,
		     twin && !strcmp(twin, formats[i].name) ? " = auto here" : "",
		     row_meaning(rows[i]));
		for (size_t c = 0; c < COLUMNS; c++)
			put_range(f, result, name, columns[c]);
		html(f, "<td>%s</td><td>%s</td></tr>\n", formats[i].kernels, name);
	}
	html(f, "</tbody></table></div>\n");
	if (yyjson_equals_str(yyjson_obj_get(rows[0], "wakeup"), "always"))
		html(f,
		     "<p class=\"note\">In the row of fixed, each event wakes the reader. So its "
		     "losses and times are not those of the format alone.</p>\n");
	html(f, "</figure>\n");
}
