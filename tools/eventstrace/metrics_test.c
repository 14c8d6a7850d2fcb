/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the metrics in Prometheus's text format. The event types are those of fake_infos.c. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/include/eventstrace_events.h"
#include "tools/eventstrace/metrics.h"
#include "tools/eventstrace/prometheus.h"

/* The test does not link the library, so it defines these two functions. */
const char *et_version(void)
{
	return "1.2\"3";
}

const struct et_event_info *et_event_by_id(unsigned int id)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	for (size_t i = 0; i < count; i++)
		if (infos[i].id == id)
			return &infos[i];
	return NULL;
}

static char *print(const struct summary *s)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	metrics_print(s, 1500000000123456789, 1500000002000000000, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static struct summary example(void)
{
	struct summary s = {
		.events = { { .id = 2, .attempted = 7, .lost = 2, .lost_by = { 0, 2 } },
			    { .id = 4, .written = UINT64_MAX } },
		.event_count = 2,
		.tables = { { .name = "execs", .refused = 3 } },
		.table_count = 1,
		.not_recorded = { { 0, ET_EVENT_LOST_CAUSE_SPOOL_FULL, 8 },
				  { 4, ET_EVENT_LOST_CAUSE_QUEUE_FULL, 9 } },
		.not_recorded_count = 2,
		.running = true,
	};

	s.session.locked_ring = 4096;
	s.session.away_ns = 1500000000;
	return s;
}

/* Length of a metric's name: [a-zA-Z_:][a-zA-Z0-9_:]* */
static size_t name_length(const char *s)
{
	size_t len = 0;

	while (isalpha((unsigned char)s[len]) || s[len] == '_' || s[len] == ':' ||
	       (len && isdigit((unsigned char)s[len])))
		len++;
	return len;
}

/* Check labels: {name="value",...}. A value has no newline, and \ before each " and \. */
static const char *check_labels(const char *s)
{
	assert_true(*s == '{');
	do {
		size_t len = name_length(++s);

		assert_true(len > 0);
		s += len;
		assert_true(*s++ == '=');
		assert_true(*s++ == '"');
		for (; *s != '"'; s++) {
			assert_true(*s && *s != '\n');
			if (*s == '\\')
				assert_non_null(strchr("\\\"n", *++s));
		}
		s++;
	} while (*s == ',');
	assert_true(*s == '}');
	return s + 1;
}

/* Each metric has a HELP line, a TYPE line, and then its values, which differ in their labels. */
static void follows_the_rules(void **state)
{
	const struct summary s = example();
	char *text = print(&s), *save = NULL;
	char seen[64][64], metric[64] = "", before[256] = "";
	size_t count = 0, lines = 0;

	(void)state;
	assert_true(text[strlen(text) - 1] == '\n');
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t len;
		char *end;

		if (!strncmp(line, "# HELP ", 7)) {
			len = name_length(line + 7);
			assert_true(len && len < sizeof(metric) && line[7 + len] == ' ');
			snprintf(metric, sizeof(metric), "%.*s", (int)len, line + 7);
			for (size_t i = 0; i < count; i++)
				assert_string_not_equal(seen[i], metric);
			assert_true(count < 64);
			memcpy(seen[count++], metric, sizeof(metric));
			line = strtok_r(NULL, "\n", &save);
			assert_non_null(line);
			assert_int_equal(strncmp(line, "# TYPE ", 7), 0);
			assert_int_equal(strncmp(line + 7, metric, len), 0);
			end = line + 7 + len;
			assert_true(!strcmp(end, " counter") || !strcmp(end, " gauge"));
			/* The names of counters end in _total, other names do not. */
			assert_int_equal(!strcmp(end, " counter"),
					 !strcmp(metric + len - 6, "_total"));
			continue;
		}
		len = name_length(line);
		assert_int_equal(len, strlen(metric));
		assert_int_equal(strncmp(line, metric, len), 0);
		end = (char *)(line[len] == '{' ? check_labels(line + len) : line + len);
		assert_true(*end == ' ');
		*end = '\0';
		assert_string_not_equal(before, line);
		snprintf(before, sizeof(before), "%s", line);
		(void)strtod(end + 1, &end);
		assert_true(*end == '\0');
		lines++;
	}
	assert_true(count > 20 && lines > count);
	free(text);
}

static void values(void **state)
{
	static const char *const wanted[] = {
		"eventstrace_build_info{version=\"1.2\\\"3\"} 1\n",
		"eventstrace_start_time_seconds 1500000000.123\n",
		"eventstrace_last_write_timestamp_seconds 1500000002.000\n",
		"eventstrace_running 1\n",
		"eventstrace_events_attempted_total{event=\"process-exec\"} 7\n",
		"eventstrace_events_lost_total{event=\"process-exec\"} 2\n",
		"{event=\"process-exec\",cause=\"RING_FULL\"} 2\n",
		"eventstrace_events_written_total{event=\"file-create\"} 18446744073709551615\n",
		"eventstrace_events_not_recorded_total{event=\"unknown\",cause=\"SPOOL_FULL\"} 8\n",
		"_not_recorded_total{event=\"file-create\",cause=\"QUEUE_FULL\"} 9\n",
		"eventstrace_table_refused_total{table=\"execs\"} 3\n",
		"eventstrace_locked_memory_bytes{kind=\"rings\"} 4096\n",
		"eventstrace_reader_away_seconds_total 1.500\n",
	};
	struct summary s = example();
	char *text = print(&s);

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (!strstr(text, wanted[i]))
			fail_msg("no %s", wanted[i]);
	assert_null(strstr(text, "eventstrace_accounted"));
	free(text);
	s.running = false;
	s.session.accounted = true;
	s.session.locked_unknown = true;
	text = print(&s);
	assert_non_null(strstr(text, "\neventstrace_accounted 1\n"));
	assert_null(strstr(text, "locked"));
	free(text);
}

static void labels(void **state)
{
	char text[64] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_non_null(out);
	prometheus_label("a\"b\\c\nd{},=", out);
	fclose(out);
	assert_string_equal(text, "\"a\\\"b\\\\c\\nd{},=\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_rules),
		cmocka_unit_test(values),
		cmocka_unit_test(labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
