/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/ship/figures.h"

static struct ship_figures figures;

static int set_up(void **state)
{
	(void)state;
	figures = (struct ship_figures){
		.events_read = 100,
		.events_acknowledged = 90,
		.events_rejected = 2,
		.events_maybe_missing = 4,
		.messages_acknowledged = 9,
		.connections_refused = 3,
		.events_waiting = 8,
		.folder_bytes = 4096,
		.oldest_ns = 1500000000,
	};
	figures.recorded.by_type[ET_PROCESS_EXEC] =
		(struct et_file_account){ .attempted = 11, .sent = 10, .lost = 1 };
	figures.recorded.lost_by[ET_LOST_CAUSE_SPOOL_FULL] = 6;
	return 0;
}

static void test_line(void **state)
{
	char text[512];

	(void)state;
	ship_figures_line(&figures, text, sizeof(text));
	assert_string_equal(text,
			    "100 events read, 90 acknowledged in 9 messages, 0 messages sent "
			    "again; 8 events wait, the oldest for 1.5 s, with 4 KiB of segments; "
			    "2 rejected, 6 lost by the tracer; 3 reconnects");
}

static char *print(void (*fn)(FILE *out))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	fn(out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void put_json(FILE *out)
{
	ship_figures_json(&figures, out);
}

static void test_json(void **state)
{
	char *text = print(put_json);
	yyjson_doc *doc = yyjson_read(text, strlen(text), 0);
	yyjson_val *root = yyjson_doc_get_root(doc), *exec;

	(void)state;
	assert_non_null(doc);
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(root, "events_read")), 100);
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(root, "events_unknown_missing")), 4);
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(root, "reconnects_refused")), 3);
	assert_true(yyjson_get_real(yyjson_obj_get(root, "oldest_event_age_seconds")) > 1.4);
	exec = yyjson_obj_get(yyjson_obj_get(root, "recorded"), "process-exec");
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(exec, "lost")), 1);
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(yyjson_obj_get(root, "lost_by_cause"),
							"SPOOL_FULL")),
			 6);
	yyjson_doc_free(doc);
	free(text);
}

static void put_metrics(FILE *out)
{
	ship_figures_metrics(&figures, "1.2\"3", 1500000000123456789, out);
}

static void test_metrics(void **state)
{
	static const char *const wanted[] = {
		"eventstrace_ship_build_info{version=\"1.2\\\"3\"} 1\n",
		"eventstrace_ship_start_time_seconds 1500000000.123\n",
		"# TYPE eventstrace_ship_events_read_total counter\n",
		"\neventstrace_ship_events_read_total 100\n",
		"eventstrace_ship_events_dropped_total{cause=\"rejected\"} 2\n",
		"eventstrace_ship_events_unknown_total{kind=\"missing\"} 4\n",
		"eventstrace_ship_reconnects_total{cause=\"refused\"} 3\n",
		"# TYPE eventstrace_ship_events_waiting gauge\neventstrace_ship_events_waiting 8\n",
		"eventstrace_ship_folder_bytes 4096\n",
		"eventstrace_ship_oldest_event_age_seconds 1.500\n",
		"eventstrace_recorded_events_attempted_total{event=\"process-exec\"} 11\n",
		"eventstrace_recorded_events_lost_by_cause_total{cause=\"SPOOL_FULL\"} 6\n",
		"eventstrace_recorded_events_lost_by_cause_total{cause=\"DISK_FULL\"} 0\n",
	};
	char *text = print(put_metrics);

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (!strstr(text, wanted[i]))
			fail_msg("no %s in:\n%s", wanted[i], text);
	free(text);
}

/* A metric has one HELP line, before all of its values. */
static void test_heads(void **state)
{
	char *text = print(put_metrics), *save = NULL, metric[128] = "", seen[64][128];
	size_t count = 0;

	(void)state;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t len;

		if (strncmp(line, "# HELP ", 7) == 0) {
			snprintf(metric, sizeof(metric), "%.*s", (int)strcspn(line + 7, " "),
				 line + 7);
			for (size_t i = 0; i < count; i++)
				assert_string_not_equal(seen[i], metric);
			assert_true(count < 64);
			memcpy(seen[count++], metric, sizeof(metric));
			continue;
		}
		if (*line == '#')
			continue;
		len = strcspn(line, "{ ");
		assert_int_equal(len, strlen(metric));
		assert_int_equal(strncmp(line, metric, len), 0);
	}
	assert_true(count > 15);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_line, set_up),
		cmocka_unit_test_setup(test_json, set_up),
		cmocka_unit_test_setup(test_metrics, set_up),
		cmocka_unit_test_setup(test_heads, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
