/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of metrics, of a sender whose relay does not exist. */
#include "tools/ship/report.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/ship/sender.h"
#include "tools/ship/spool_maker.h"

static struct spool_maker maker;
static struct ship_properties properties;
static struct ship_sender *sender;
static struct ship_report *report;
static char folder[512], file[600], error[512];

/* Reports are opened first, as the command does: the sender polls their descriptor. */
static int set_up(void **state)
{
	const struct ship_report_options how = { .metrics = file };
	struct ship_sender_options options = {
		.folder = maker.folder,
		.properties = &properties,
		.run_fd = -1,
		.relay = { .kind = SHIP_RELAY_UNIX, .name = "/no/such/socket" },
	};
	const char *tmp = getenv("TEST_TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/metrics.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/ship.prom", folder);
	spool_maker_init(&maker);
	spool_maker_segment(&maker, 3);
	assert_int_equal(ship_report__open(&how, &report, error, sizeof(error)), 0);
	return ship_sender__open(&options, &sender, error, sizeof(error));
}

static int tear_down(void **state)
{
	(void)state;
	ship_sender__close(sender);
	ship_report__close(report);
	spool_maker_remove(&maker);
	unlink(file);
	rmdir(folder);
	return 0;
}

/* The file, or "" if there is none. */
static const char *read_metrics(void)
{
	static char text[65536];
	FILE *f = fopen(file, "re");
	size_t size = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (f)
		fclose(f);
	text[size] = '\0';
	return text;
}

/* The first file does not wait for the first interval, and replaces that of a former sender. */
static void test_begin(void **state)
{
	struct stat st;
	FILE *f = fopen(file, "we");

	(void)state;
	if (!f) {
		fail_msg("cannot write %s", file);
		return;
	}
	fputs("of a former sender\n", f);
	fclose(f);
	assert_int_equal(ship_report__begin(report, sender), 0);
	assert_non_null(strstr(read_metrics(), "\neventstrace_ship_events_read_total 0\n"));
	assert_null(strstr(read_metrics(), "former"));
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
}

/* A file that cannot be written is an error of the start, and not of the first interval. */
static void test_no_folder(void **state)
{
	(void)state;
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(ship_report__begin(report, sender), -ENOENT);
}

static void test_end(void **state)
{
	(void)state;
	assert_int_equal(ship_report__begin(report, sender), 0);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(ship_report__end(report), 0);
	assert_non_null(strstr(read_metrics(), "\neventstrace_ship_events_read_total "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_begin),
		TEST(test_no_folder),
		TEST(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
