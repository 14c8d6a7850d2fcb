/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --metrics: eventstrace replaces the file while it records. The last numbers are those of the
 * summary.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/tracer.h"

#define HANGS_MS 20000

static char folder[64], path[128], option[160];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/eventstrace-metrics-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/m.prom", folder);
	snprintf(option, sizeof(option), "--metrics=%s", path);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder); /* fails if another file is left */
}

static char *read_metrics(void)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	assert_true(getdelim(&text, &size, '\0', f) > 0);
	fclose(f);
	return text;
}

/* The value of a metric with its labels. A missing metric fails the test. */
static uint64_t value(const char *text, const char *metric)
{
	size_t len = strlen(metric);

	for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
		if (!strncmp(line, metric, len) && line[len] == ' ')
			return strtoull(line + len, NULL, 10);
	fail_msg("no %s in %s", metric, text);
	return 0;
}

static void make_events(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			_exit(0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
}

static void equals_summary(const char *text, yyjson_val *summary, const char *event)
{
	static const struct {
		const char *member, *metric;
	} counts[] = {
		{ "attempted", "eventstrace_events_attempted_total" },
		{ "sent", "eventstrace_events_sent_total" },
		{ "received", "eventstrace_events_received_total" },
		{ "written", "eventstrace_events_written_total" },
		{ "lost", "eventstrace_events_lost_total" },
		{ "truncated", "eventstrace_events_truncated_total" },
		{ "filtered", "eventstrace_events_filtered_total" },
		{ "bytes", "eventstrace_record_bytes_total" },
	};
	yyjson_val *stats = yyjson_obj_get(yyjson_obj_get(summary, "events"), event);

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		char metric[128];

		snprintf(metric, sizeof(metric), "%s{event=\"%s\"}", counts[i].metric, event);
		assert_true(yyjson_is_uint(yyjson_obj_get(stats, counts[i].member)));
		assert_int_equal(value(text, metric),
				 yyjson_get_uint(yyjson_obj_get(stats, counts[i].member)));
	}
}

static void test_figures(void **state)
{
	const char *flags[] = { "-s", "-e", "fork,exit", option, "--stats-interval=0.2", NULL };
	const struct tracer_options opts = { .flags = flags };
	uint64_t deadline = proc_now_ns() + (uint64_t)proc_scaled_ms(HANGS_MS) * 1000000;
	struct tracer_result result;
	yyjson_val *summary, *locked;
	struct tracer *tracer;
	yyjson_doc *doc;
	uint64_t seen = 0;
	struct stat st;
	char *text;

	(void)state;
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	make_events();
	/* eventstrace must replace the file although no further events come. */
	while (seen < 20 && proc_now_ns() < deadline) {
		usleep(10000);
		if (stat(path, &st) < 0)
			continue;
		text = read_metrics();
		assert_int_equal(value(text, "eventstrace_running"), 1);
		seen = value(text, "eventstrace_events_written_total{event=\"process-fork\"}");
		free(text);
	}
	assert_true(seen >= 20);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	make_events();
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	assert_int_equal(result.status, 0);

	text = read_metrics();
	doc = tracer_summary(&result);
	assert_non_null(doc);
	summary = yyjson_doc_get_root(doc);
	equals_summary(text, summary, "process-fork");
	equals_summary(text, summary, "process-exit");
	assert_int_equal(value(text, "eventstrace_running"), 0);
	assert_int_equal(value(text, "eventstrace_accounted"), 1);
	assert_int_equal(value(text, "eventstrace_output_bytes_total"),
			 yyjson_get_uint(yyjson_obj_get(summary, "output_bytes")));
	assert_int_equal(value(text, "eventstrace_reader_wakeups_total"),
			 yyjson_get_uint(yyjson_obj_get(summary, "wakeups")));
	locked = yyjson_obj_get(summary, "locked");
	assert_int_equal(value(text, "eventstrace_locked_memory_bytes{kind=\"rings\"}"),
			 yyjson_get_uint(yyjson_obj_get(locked, "rings")));
	yyjson_doc_free(doc);
	tracer_result_free(&result);
	free(text);
}

/*
 * Run eventstrace with the option @metrics. Return: the exit status. Standard error must contain
 * @message.
 */
static int status_of(const char *metrics, const char *message)
{
	const char *argv[] = { runfiles_tool(), "-e",    "exit", "-n", "1", "-o",
			       "/dev/null",     metrics, NULL };
	const struct proc_options opts = { .argv = argv };
	char *err;
	int status = output_of(&opts, NULL, &err);

	if (!strstr(err, message))
		fail_msg("no \"%s\" in: %s", message, err);
	free(err);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* eventstrace does not replace a device, and makes no file in a missing folder. */
static void test_refused(void **state)
{
	struct stat before, after;

	(void)state;
	assert_int_equal(stat("/dev/zero", &before), 0);
	assert_int_equal(status_of("--metrics=/dev/zero", "it is no regular file"), 5);
	assert_int_equal(stat("/dev/zero", &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	snprintf(option, sizeof(option), "--metrics=%s/no/m", folder);
	assert_int_equal(status_of(option, "No such file or directory"), 5);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(test_figures),
		TEST(test_refused),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
