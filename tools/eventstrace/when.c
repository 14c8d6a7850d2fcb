/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/when.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "tools/eventstrace/number.h"

#define NS_PER_SEC 1000000000ULL

/* If *@at begins with @text, move *@at to the text after it. Return: true if it does. */
static bool skip(const char **at, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*at, text, len) != 0)
		return false;
	*at += len;
	return true;
}

/* Parse @min to @max digits. */
static bool digits(const char **at, int min, int max, int *ret)
{
	int n = 0, count = 0;

	for (; count < max && **at >= '0' && **at <= '9'; count++, (*at)++)
		n = 10 * n + **at - '0';
	*ret = n;
	return count >= min;
}

static int from_seconds(uint64_t seconds, uint64_t ns, uint64_t *ret_ns)
{
	uint64_t sum;

	if (__builtin_mul_overflow(seconds, NS_PER_SEC, &sum) ||
	    __builtin_add_overflow(sum, ns, &sum))
		return -ERANGE;
	*ret_ns = sum;
	return 0;
}

static int from_time(time_t seconds, uint64_t ns, uint64_t *ret_ns)
{
	return seconds < 0 ? -ERANGE : from_seconds((uint64_t)seconds, ns, ret_ns);
}

/* ---- spans: "1h30m", "90 min" ------------------------------------------------------------- */

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	/* The first matching name is taken, so "seconds" comes before "sec" and "s". */
	{ "seconds", NS_PER_SEC },
	{ "second", NS_PER_SEC },
	{ "sec", NS_PER_SEC },
	{ "minutes", 60 * NS_PER_SEC },
	{ "minute", 60 * NS_PER_SEC },
	{ "min", 60 * NS_PER_SEC },
	{ "msec", NS_PER_SEC / 1000 },
	{ "ms", NS_PER_SEC / 1000 },
	{ "hours", 3600 * NS_PER_SEC },
	{ "hour", 3600 * NS_PER_SEC },
	{ "hr", 3600 * NS_PER_SEC },
	{ "days", 86400 * NS_PER_SEC },
	{ "day", 86400 * NS_PER_SEC },
	{ "weeks", 7 * 86400 * NS_PER_SEC },
	{ "week", 7 * 86400 * NS_PER_SEC },
	{ "s", NS_PER_SEC },
	{ "m", 60 * NS_PER_SEC },
	{ "h", 3600 * NS_PER_SEC },
	{ "d", 86400 * NS_PER_SEC },
	{ "w", 7 * 86400 * NS_PER_SEC },
};

static int unit(const char **at, uint64_t *ret_ns)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (!skip(at, units[i].name))
			continue;
		*ret_ns = units[i].ns;
		return 0;
	}
	return -EINVAL;
}

/* Parse one number and its unit. A number without a unit is seconds. */
static int part(const char **at, uint64_t *sum_ns)
{
	uint64_t n = 0, one_ns = NS_PER_SEC, ns;
	int r = take_digits(at, &n);

	if (r < 0)
		return r;
	while (skip(at, " "))
		;
	if (**at && unit(at, &one_ns) < 0)
		return -EINVAL;
	while (skip(at, " "))
		;
	if (__builtin_mul_overflow(n, one_ns, &ns) || __builtin_add_overflow(*sum_ns, ns, sum_ns))
		return -ERANGE;
	return 0;
}

/*
 * Parse a span relative to now: "-1h30m", "+5min", "1h ago". Return: 0; -ERANGE; or -EINVAL: the
 * text has another form.
 */
static int relative(const char *text, uint64_t now_ns, uint64_t *ret_ns)
{
	bool back = *text == '-', ago = false;
	const char *at = text + (*text == '-' || *text == '+');
	uint64_t span = 0, sum;
	int r;

	do {
		r = part(&at, &span);
		if (r < 0)
			return r;
		ago = skip(&at, "ago");
	} while (!ago && *at);
	if (*at || (at == text) || (ago && (*text == '-' || *text == '+')))
		return -EINVAL;
	/* "5min" without a sign could be a typing mistake for "-5min". */
	if (!ago && *text != '-' && *text != '+')
		return -EINVAL;
	if (back || ago) {
		if (span > now_ns)
			return -ERANGE;
		sum = now_ns - span;
	} else if (__builtin_add_overflow(now_ns, span, &sum)) {
		return -ERANGE;
	}
	*ret_ns = sum;
	return 0;
}

/* ---- dates and times ---------------------------------------------------------------------- */

/* Parse "07:22" or "07:22:41.5". */
static bool clock_time(const char **at, struct tm *tm, uint64_t *ret_ns)
{
	*ret_ns = 0;
	tm->tm_sec = 0;
	if (!digits(at, 1, 2, &tm->tm_hour) || !skip(at, ":") || !digits(at, 2, 2, &tm->tm_min) ||
	    tm->tm_hour > 23 || tm->tm_min > 59)
		return false;
	if (!skip(at, ":"))
		return true;
	/* 60 is valid for a leap second. */
	if (!digits(at, 2, 2, &tm->tm_sec) || tm->tm_sec > 60)
		return false;
	return !skip(at, ".") || take_fraction(at, ret_ns) == 0;
}

static bool date(const char **at, struct tm *tm)
{
	if (!digits(at, 4, 4, &tm->tm_year) || !skip(at, "-") || !digits(at, 2, 2, &tm->tm_mon) ||
	    !skip(at, "-") || !digits(at, 2, 2, &tm->tm_mday))
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	return true;
}

/*
 * Parse a zone: "Z", "z", " UTC", "+01:00", "-0530" or "+01". Without a zone, *@ret_local receives
 * true, and the result is true. Return: false if the text is not a zone.
 */
static bool zone(const char **at, bool *ret_local, int *ret_east_seconds)
{
	int hours, minutes = 0, sign;

	*ret_local = !**at;
	*ret_east_seconds = 0;
	if (!**at || skip(at, "Z") || skip(at, "z") || skip(at, " UTC"))
		return !**at;
	sign = **at == '+' ? 1 : **at == '-' ? -1 : 0;
	if (!sign)
		return false;
	(*at)++;
	if (!digits(at, 2, 2, &hours))
		return false;
	if (skip(at, ":") || **at) {
		if (!digits(at, 2, 2, &minutes))
			return false;
	}
	*ret_east_seconds = sign * (3600 * hours + 60 * minutes);
	return !**at && hours <= 23 && minutes <= 59;
}

/* False if the date does not exist, such as 31 June. */
static bool exists(const struct tm *tm)
{
	struct tm copy = { .tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday };

	return timegm(&copy) != -1 && copy.tm_mon == tm->tm_mon && copy.tm_mday == tm->tm_mday;
}

/* Parse a date, a time of today, or both. A date with a time may have a zone. */
static int absolute(const char *text, uint64_t now_ns, uint64_t *ret_ns)
{
	time_t now = (time_t)(now_ns / NS_PER_SEC), seconds;
	const char *at = text;
	uint64_t ns = 0;
	bool local = true;
	int east = 0;
	struct tm tm;

	localtime_r(&now, &tm);
	if (date(&at, &tm)) {
		if (!exists(&tm))
			return -EINVAL;
		tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
		if (*at && ((!skip(&at, "T") && !skip(&at, "t") && !skip(&at, " ")) ||
			    !clock_time(&at, &tm, &ns) || !zone(&at, &local, &east)))
			return -EINVAL;
	} else {
		/* date() may have changed `tm`. */
		localtime_r(&now, &tm);
		at = text;
		if (!clock_time(&at, &tm, &ns) || *at)
			return -EINVAL;
	}
	tm.tm_isdst = -1; /* mktime() determines it */
	seconds = local ? mktime(&tm) : timegm(&tm) - east;
	return from_time(seconds, ns, ret_ns);
}

/* The local midnight at the beginning of today plus @days. */
static int midnight(uint64_t now_ns, int days, uint64_t *ret_ns)
{
	time_t now = (time_t)(now_ns / NS_PER_SEC);
	struct tm tm;

	localtime_r(&now, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_mday += days;
	tm.tm_isdst = -1;
	return from_time(mktime(&tm), 0, ret_ns);
}

/* Parse seconds since 1970, such as "1795364573" or "1795364573.5", after the '@'. */
static int epoch(const char *text, uint64_t *ret_ns)
{
	uint64_t seconds = 0, ns = 0;
	const char *at = text;
	int r = take_digits(&at, &seconds);

	if (r == 0 && skip(&at, "."))
		r = take_fraction(&at, &ns);
	if (r < 0)
		return r;
	return *at ? -EINVAL : from_seconds(seconds, ns, ret_ns);
}

int parse_when(const char *text, uint64_t now_ns, uint64_t *ret_ns)
{
	int r;

	if (!strcmp(text, "now")) {
		*ret_ns = now_ns;
		return 0;
	}
	if (!strcmp(text, "today"))
		return midnight(now_ns, 0, ret_ns);
	if (!strcmp(text, "yesterday"))
		return midnight(now_ns, -1, ret_ns);
	if (!strcmp(text, "tomorrow"))
		return midnight(now_ns, 1, ret_ns);
	if (*text == '@')
		return epoch(text + 1, ret_ns);
	r = relative(text, now_ns, ret_ns);
	return r == -EINVAL ? absolute(text, now_ns, ret_ns) : r;
}
