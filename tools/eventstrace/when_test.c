/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/when.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* 2026-11-30T07:22:41.25Z */
#define NOW 1796023361250000000ULL
#define S   1000000000ULL

/* A European zone with summer time: +01:00 in November, +02:00 in July. */
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

static const struct {
	const char *tz, *text;
	uint64_t ns;
} good[] = {
	{ "UTC0", "2026-11-30T07:22:41Z", 1796023361 * S },
	{ "UTC0", "2026-11-30t07:22:41z", 1796023361 * S },
	{ BERLIN, "2026-11-30T07:22:41Z", 1796023361 * S },
	{ BERLIN, "2026-11-30 07:22:41 UTC", 1796023361 * S },
	{ BERLIN, "2026-11-30T07:22:41.5Z", 1796023361 * S + S / 2 },
	{ BERLIN, "2026-11-30T07:22:41.123456789Z", 1796023361 * S + 123456789 },
	{ BERLIN, "2026-11-30T07:22:41.1234567899Z", 1796023361 * S + 123456789 },
	{ BERLIN, "2026-11-30T08:22:41+01:00", 1796023361 * S },
	{ BERLIN, "2026-11-30 01:52:41-0530", 1796023361 * S },
	{ BERLIN, "2026-11-30T08:22:41+01", 1796023361 * S },
	/* Without a zone, the time is local, in winter and in summer. */
	{ BERLIN, "2026-11-30 08:22:41", 1796023361 * S },
	{ BERLIN, "2026-11-30T08:22", 1796023320 * S },
	{ BERLIN, "2026-07-01 02:00:00", 1782864000 * S },
	{ BERLIN, "2026-07-01", 1782856800 * S },
	{ "UTC0", "2026-07-01", 1782864000 * S },
	{ "UTC0", "2028-02-29", 1835395200 * S },
	{ "UTC0", "07:22:41", 1796023361 * S },
	{ BERLIN, "8:22:41.5", 1796023361 * S + S / 2 },
	{ BERLIN, "08:22", 1796023320 * S },
	{ "UTC0", "today", 1795996800 * S },
	{ "UTC0", "yesterday", 1795910400 * S },
	{ "UTC0", "tomorrow", 1796083200 * S },
	{ BERLIN, "today", 1795993200 * S },
	{ "UTC0", "now", NOW },
	{ "UTC0", "@1796023361", 1796023361 * S },
	{ "UTC0", "@1796023361.25", NOW },
	{ "UTC0", "@0", 0 },
	{ BERLIN, "-1h", NOW - 3600 * S },
	{ BERLIN, "1h ago", NOW - 3600 * S },
	{ BERLIN, "1 hour ago", NOW - 3600 * S },
	{ BERLIN, "90 min ago", NOW - 5400 * S },
	{ BERLIN, "-1h30min", NOW - 5400 * S },
	{ BERLIN, "-1h 30m", NOW - 5400 * S },
	{ BERLIN, "-5", NOW - 5 * S },
	{ BERLIN, "-5s", NOW - 5 * S },
	{ BERLIN, "-250ms", NOW - S / 4 },
	{ BERLIN, "+2m", NOW + 120 * S },
	{ BERLIN, "2 days ago", NOW - 2 * 86400 * S },
	{ BERLIN, "1w 1d ago", NOW - 8 * 86400 * S },
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		uint64_t ns = 1;
		int r;

		setenv("TZ", good[i].tz, 1);
		tzset();
		r = parse_when(good[i].text, NOW, &ns);
		if (r || ns != good[i].ns)
			fail_msg("%s: %d, %llu and not %llu", good[i].text, r,
				 (unsigned long long)ns, (unsigned long long)good[i].ns);
	}
}

static const struct {
	const char *text;
	int error;
} bad[] = {
	{ "", -EINVAL },
	{ "never", -EINVAL },
	{ "now ", -EINVAL },
	{ "1h", -EINVAL }, /* neither before nor after now */
	{ "-", -EINVAL },
	{ "ago", -EINVAL },
	{ "-1h ago", -EINVAL },
	{ "1h ago 2", -EINVAL },
	{ "-1x", -EINVAL },
	{ "-1hx", -EINVAL },
	{ "2026-11-31", -EINVAL },
	{ "2026-02-29", -EINVAL },
	{ "2026-13-01", -EINVAL },
	{ "2026-00-01", -EINVAL },
	{ "2026-11-30T", -EINVAL },
	{ "2026-11-30T24:00", -EINVAL },
	{ "2026-11-30T07:60", -EINVAL },
	{ "2026-11-30T07:22:61", -EINVAL },
	{ "2026-11-30T07:22:41.", -EINVAL },
	{ "2026-11-30T07:22:41+", -EINVAL },
	{ "2026-11-30T07:22:41+24:00", -EINVAL },
	{ "2026-11-30T07:22:41Zx", -EINVAL },
	{ "2026-11-30Z", -EINVAL },
	{ "26-11-30", -EINVAL },
	{ "07:22Z", -EINVAL },
	{ "@", -EINVAL },
	{ "@1.", -EINVAL },
	{ "@-1", -EINVAL },
	{ "1969-12-31T23:00:00Z", -ERANGE },
	{ "9999-01-01T00:00:00Z", -ERANGE },
	{ "@18446744074", -ERANGE },
	{ "-99999999999999999999", -ERANGE },
	{ "3000 weeks ago", -ERANGE },
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		uint64_t ns = 1;
		int r = parse_when(bad[i].text, NOW, &ns);

		if (r != bad[i].error)
			fail_msg("%s: %d", bad[i].text, r);
		assert_true(ns == 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
