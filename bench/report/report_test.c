/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the text of the page; browser_check.c tests the page in a browser.
 *
 * Argument: the path of a result.
 */
#include "bench/report/report.h"

#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "bench/report/file.h"

static char *sample;
static size_t sample_len;

static int try_page(const char *json, size_t len, char **ret)
{
	size_t size;
	FILE *f = open_memstream(ret, &size);
	int r;

	assert_non_null(f);
	r = et_report_write(json, len, f);
	fclose(f);
	return r;
}

/* Return: the page; the caller frees it. */
static char *page_of(const char *json)
{
	char *page;

	assert_int_equal(try_page(json, strlen(json), &page), 0);
	return page;
}

static void assert_has(const char *page, const char *text)
{
	if (!strstr(page, text))
		fail_msg("the page has no %s", text);
}

static void assert_lacks(const char *page, const char *text)
{
	const char *at = strstr(page, text);

	if (at)
		fail_msg("the page has %.80s", at);
}

/* ---- small results ------------------------------------------------------------------------- */

#define ENVIRONMENT                                                                             \
	"\"environment\":{\"time\":\"2026-01-31T12:00:00Z\",\"commit\":\"abc\",\"dirty\":true," \
	"\"kernel_release\":\"6.18.0\",\"cpu_model\":\"C\",\"cpus_online\":2,\"busy_percent\":12.3}"
#define CONFIG "\"config\":{\"mode\":\"rounds\",\"rounds\":5,\"quick\":true}"
#define ROWS                                                                                      \
	"\"rows\":[{\"name\":\"control\",\"doc\":\"d\",\"wire_format\":null},"                    \
	"{\"name\":\"fixed\",\"doc\":\"d\",\"wire_format\":\"fixed\",\"wakeup\":\"always\"},"     \
	"{\"name\":\"seed-159\",\"doc\":\"d\",\"wire_format\":\"varlen\",\"wakeup\":\"always\"}," \
	"{\"name\":\"auto\",\"doc\":\"d\",\"wire_format\":\"auto\",\"wakeup\":\"adaptive\"}]"
#define FIGURE(v) "{\"median\":" v ",\"min\":" v ",\"max\":" v ",\"spread\":0}"
#define RESULT(workloads)                                                      \
	"{\"schema\":\"eventstrace-bench/1\"," ENVIRONMENT "," CONFIG "," ROWS \
	",\"workloads\":[" workloads "]}"
#define WORKLOAD(name, rows) \
	"{\"name\":\"" name  \
	"\",\"doc\":\"d\",\"operation\":\"o\",\"events\":\"e\",\"rows\":[" rows "]}"
/* A row: @lost of 100 events, @bytes per event. @ns and @speed are ratios to seed-159. */
/* clang-format off */
#define SUMMARY(lost, bytes) \
	"\"summary\":{\"lost_percent\":" FIGURE(lost) ",\"bytes_per_event\":" FIGURE(bytes) "," \
	"\"bpf_ns_per_event\":" FIGURE("700") "}"
#define RATIOS(ns, speed) \
	"\"ratios\":{\"seed-159\":{\"bpf_ns_per_event\":" FIGURE(ns) "," \
	"\"operations_per_s\":" FIGURE(speed) "}," \
	"\"control\":{\"operations_per_s\":" FIGURE("0.9") "}}"
#define ROW(name, lost, bytes, ns, speed) \
	"{\"row\":\"" name "\",\"cells\":[{\"attempted\":100,\"lost\":" lost "}]," \
	SUMMARY(lost, bytes) "," RATIOS(ns, speed) "}"
/* clang-format on */

/* ---- tests --------------------------------------------------------------------------------- */

/*
 * The page has every median of the result under its workload, row and name, and has no other
 * figures.
 */
static void test_every_figure(void **state)
{
	yyjson_doc *doc = yyjson_read(sample, sample_len, 0);
	yyjson_val *workload, *row, *metric, *summary;
	size_t i, j, k, workloads, rows, metrics, figures = 0, cells = 0;
	char *page;

	(void)state;
	assert_non_null(doc);
	assert_int_equal(try_page(sample, sample_len, &page), 0);
	yyjson_arr_foreach(yyjson_doc_ptr_get(doc, "/workloads"), i, workloads, workload)
	{
		char begin[128];
		char *table, *end;

		snprintf(begin, sizeof(begin), "<table data-workload=\"%s\">",
			 yyjson_get_str(yyjson_obj_get(workload, "name")));
		table = strstr(page, begin);
		assert_non_null(table);
		end = strstr(table, "</table>");
		*end = '\0';
		yyjson_arr_foreach(yyjson_obj_get(workload, "rows"), j, rows, row)
			yyjson_obj_foreach(yyjson_obj_get(row, "summary"), k, metrics, metric,
					   summary)
		{
			char cell[192];
			char *at;

			snprintf(cell, sizeof(cell),
				 "data-row=\"%s\" data-metric=\"%s\" data-value=\"",
				 yyjson_get_str(yyjson_obj_get(row, "row")),
				 yyjson_get_str(metric));
			at = strstr(table, cell);
			if (yyjson_is_null(summary)) {
				assert_null(at);
				continue;
			}
			if (!at)
				fail_msg("%s lacks %s", begin, cell);
			assert_true(strtod(at + strlen(cell), NULL) ==
				    yyjson_get_num(yyjson_obj_get(summary, "median")));
			figures++;
		}
		for (char *at = table; (at = strstr(at, "data-value")); at++)
			cells++;
		*end = '<';
	}
	assert_true(figures > 100);
	assert_int_equal(figures, cells);
	yyjson_doc_free(doc);
	free(page);
}

/* The page loads no other file, and runs no script. */
static void test_stands_alone(void **state)
{
	static const char *const none[] = { "<script", " src=", "<link",  "<iframe",    "url(",
					    "@import", "http:", "https:", "javascript:" };
	char *page;

	(void)state;
	assert_int_equal(try_page(sample, sample_len, &page), 0);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_lacks(page, none[i]);
	for (char *at = page; (at = strstr(at, "href=")); at++)
		assert_memory_equal(at, "href=\"#", 7);
	free(page);
}

/* Tags are closed in reverse order, and attributes are terminated. */
static void test_well_formed(void **state)
{
	static const char *const empty[] = { "meta", "!DOCTYPE" };
	char stack[64][24];
	int depth = 0;
	char *page;

	(void)state;
	assert_int_equal(try_page(sample, sample_len, &page), 0);
	for (char *p = strchr(page, '<'); p; p = strchr(p, '<')) {
		bool closing = p[1] == '/', quoted = false, single = false;
		char name[24];
		size_t n = 0;

		p += 1 + closing;
		while (n < sizeof(name) - 1 && (isalnum((unsigned char)*p) || *p == '!'))
			name[n++] = *p++;
		name[n] = '\0';
		assert_true(n > 0);
		for (; *p && (quoted || *p != '>'); p++) {
			if (*p == '"')
				quoted = !quoted;
			assert_int_not_equal(*p, '<');
		}
		assert_int_equal(*p, '>');
		for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
			single = single || !strcmp(name, empty[i]);
		if (closing) {
			assert_true(depth > 0);
			if (strcmp(stack[--depth], name) != 0)
				fail_msg("</%s> closes <%s>", name, stack[depth]);
		} else if (!single && p[-1] != '/') {
			assert_true(depth < 64);
			memcpy(stack[depth++], name, sizeof(name));
		}
	}
	assert_int_equal(depth, 0);
	free(page);
}

/* All texts of a result are escaped. */
static void test_hostile_text(void **state)
{
	static const char json[] =
		"{\"schema\":\"eventstrace-bench/1\",\"environment\":{\"time\":\"<script>1</script>\","
		"\"cpu_model\":\"</style><img src=x onerror=y>\",\"commit\":\"%s%n\","
		"\"<b>\":{\"\\\"'&\":\"\\u0001\\u0000\"}},\"config\":{\"mode\":\"<i>\"},"
		"\"rows\":[{\"name\":\"a\\\" onload=\\\"b\",\"doc\":\"<u>\",\"wire_format\":\"<x>\"}],"
		"\"workloads\":[{\"name\":\"w\\\"><h1>\",\"doc\":\"<script>\",\"events\":\"&amp;\","
		"\"rows\":[{\"row\":\"a\\\" onload=\\\"b\",\"skipped\":\"<td>no\",\"summary\":{"
		"\"<m>\":" FIGURE("1") "}}]}]}";
	char *page = page_of(json);

	(void)state;
	assert_lacks(page, "<script");
	assert_lacks(page, "<img");
	assert_lacks(page, "<u>");
	assert_lacks(page, "<h1>w");
	assert_lacks(page, "<td>no");
	assert_lacks(page, "\" onload=\"");
	assert_has(page, "a&quot; onload=&quot;b");
	assert_has(page, "&lt;script&gt;1&lt;/script&gt;");
	assert_has(page, "&amp;amp;");
	assert_has(page, "%s%n");
	free(page);
}

static void test_no_result(void **state)
{
	static const struct {
		const char *json;
		int r;
	} cases[] = {
		{ "", -EBADMSG },
		{ "{", -EBADMSG },
		{ "{}", -EBADMSG },
		{ "[]", -EBADMSG },
		{ "{\"schema\":1}", -EBADMSG },
		{ "{\"schema\":\"eventstrace-bench/1\"}", -EBADMSG },
		{ "{\"schema\":\"eventstrace-bench/2\"}", -EPROTONOSUPPORT },
		{ "{\"schema\":\"eventstrace-bench/1\",\"environment\":{},\"config\":{},"
		  "\"rows\":{},\"workloads\":[]}",
		  -EBADMSG },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *page;

		assert_int_equal(try_page(cases[i].json, strlen(cases[i].json), &page), cases[i].r);
		assert_string_equal(page, "");
		free(page);
	}
}

/* The smallest result contains no figures, so no claim is measured. */
static void test_empty(void **state)
{
	char *page = page_of("{\"schema\":\"eventstrace-bench/1\",\"environment\":{},\"config\":{},"
			     "\"rows\":[],\"workloads\":[]}");

	(void)state;
	assert_has(page, "not measured");
	assert_lacks(page, "class=\"holds\"");
	assert_lacks(page, "class=\"fails\"");
	assert_lacks(page, "nan");
	free(page);
}

static void test_skipped(void **state)
{
	char *page = page_of(RESULT(
		"{\"name\":\"w\",\"skipped\":\"there is no shell\",\"rows\":[]},"
		"{\"name\":\"v\",\"rows\":[{\"row\":\"auto\",\"skipped\":\"no dynptr\",\"cells\":[],"
		"\"summary\":null}]}"));

	(void)state;
	assert_has(page, "there is no shell");
	assert_has(page, "auto was skipped:</b> no dynptr");
	free(page);
}

/* The page warns of a busy machine, a quick run and a modified source tree. */
static void test_warnings(void **state)
{
	char *page = page_of(RESULT(""));

	(void)state;
	assert_has(page, "12.3 % of its CPUs were busy");
	assert_has(page, "A quick run");
	assert_has(page, ", with changes");
	free(page);

	page = page_of("{\"schema\":\"eventstrace-bench/1\",\"environment\":{\"busy_percent\":4},"
		       "\"config\":{},\"rows\":[],\"workloads\":[]}");
	assert_lacks(page, "were busy");
	assert_lacks(page, "A quick run");
	assert_lacks(page, ", with changes");
	free(page);
}

/* The verdicts follow from the figures. */
static void test_verdicts(void **state)
{
	char *page;

	(void)state;
	page = page_of(
		RESULT(WORKLOAD("w", ROW("fixed", "77", "8000", "1", "1") "," ROW(
					     "seed-159", "0", "130", "1",
					     "1") "," ROW("auto", "0", "130", "0.3", "1.2"))));
	assert_has(page, "lost none of 100 events in 1 workload; fixed slots");
	assert_has(page, "lost up to 77\u00a0% (w)");
	assert_has(page, "61.5× smaller");
	assert_has(page, "30–30\u00a0% of its time");
	assert_lacks(page, "class=\"fails\"");
	free(page);

	/* One lost event refutes the claim that nothing is lost. */
	page = page_of(RESULT(WORKLOAD("w", ROW("auto", "1", "130", "0.3", "1.2"))));
	assert_has(page, "lost 1 of 100 events");
	assert_has(page, "class=\"fails\"");
	free(page);

	page = page_of(RESULT(WORKLOAD("w", ROW("auto", "0", "130", "0.3", "1.2")) "," WORKLOAD(
		"v", ROW("auto", "0", "130", "1.3", "1.2"))));
	assert_has(page, "In v it is more in every round.");
	assert_lacks(page, "slower than that in every round");
	free(page);

	page = page_of(RESULT(WORKLOAD("w", ROW("auto", "0", "130", "0.3", "0.8"))));
	assert_has(page, "In w it is slower than that in every round.");
	free(page);

	page = page_of(RESULT(WORKLOAD(
		"w", ROW("fixed", "0", "100", "1", "1") "," ROW("auto", "0", "130", "0.3", "1"))));
	assert_has(page, "class=\"fails\"><div><h3>Records are small");
	free(page);
}

/* Each row has one cell with a sample per second. */
static void test_duration(void **state)
{
	static const char json[] =
		"{\"schema\":\"eventstrace-bench/1\"," ENVIRONMENT
		",\"config\":{\"mode\":\"duration\",\"duration_s\":60}," ROWS ",\"workloads\":["
		"{\"name\":\"w\",\"rows\":[{\"row\":\"auto\",\"cells\":[{\"samples\":["
		"{\"t_s\":1,\"cpu_user_percent\":10,\"cpu_system_percent\":20,\"used_memory_bytes\":"
		"1048576000},"
		"{\"t_s\":2,\"cpu_user_percent\":20,\"cpu_system_percent\":50,\"used_memory_bytes\":"
		"1049624576}]}]}]}]}";
	char *page = page_of(json);

	(void)state;
	assert_has(page, "for 60 seconds each");
	assert_lacks(page, "e+0");
	assert_has(page, "CPU over time, w, auto");
	assert_has(page, "system 35\u00a0% and user 15\u00a0% of all CPUs, over 2 seconds");
	assert_has(page, "At the end of the last round: auto 1001 MiB.");
	assert_has(page, "one round");
	free(page);
}

/* ---- regressions --------------------------------------------------------------------------- */

/* A change within the spread of the rounds is grey. No tag contains an escaped quote. */
static void test_grey(void **state)
{
	char *page = page_of(RESULT(WORKLOAD("w", ROW("fixed", "0", "100", "1", "1") "," ROW(
							  "seed-159", "0", "100", "1", "1"))));

	(void)state;
	assert_has(page, "<td class=\"none\">0 %</td>");
	free(page);

	assert_int_equal(try_page(sample, sample_len, &page), 0);
	for (char *tag = strchr(page, '<'); tag; tag = strchr(tag + 1, '<')) {
		char *end = strchr(tag, '>'), *quote = strstr(tag, "&quot;");

		if (quote && quote < end)
			fail_msg("an escaped quote: %.80s", tag);
	}
	free(page);
}

#define CELL(name, format)                                               \
	"{\"name\":\"" name "\",\"doc\":\"d\",\"wire_format\":\"" format \
	"\",\"wakeup\":\"adaptive\"}"
#define PACKED                                                                       \
	"\"rows\":[" CELL("varlen", "varlen") "," CELL("direct", "direct") "," CELL( \
		"auto", "auto") "," CELL("filtered", "auto") "]"
#define PACKED_RESULT(rows)                                                      \
	"{\"schema\":\"eventstrace-bench/1\"," ENVIRONMENT "," CONFIG "," PACKED \
	",\"workloads\":[" WORKLOAD("w", rows) "]}"

/* clang-format off */
#define COSTS(name, attempted, per_operation, per_event) \
	"{\"row\":\"" name "\",\"cells\":[],\"summary\":{\"attempted\":" FIGURE(attempted) "," \
	"\"bpf_ns_per_operation\":" FIGURE(per_operation) ",\"bpf_ns_per_event\":" per_event "}}"
/* clang-format on */

/* A row whose events are all filtered has no cost per event, but a cost per operation. */
static void test_filtered(void **state)
{
	char *page = page_of(PACKED_RESULT(
		COSTS("filtered", "0", "89", "null") "," COSTS("auto", "5", "700", FIGURE("700"))));
	char *matrix = strstr(page, "<b>BPF time per operation</b>");
	char *chart = strstr(page, "data-metric=\"bpf_ns_per_operation\"");

	(void)state;
	assert_non_null(matrix);
	assert_non_null(strstr(matrix, "89\u00a0ns</td>"));
	assert_non_null(chart);
	assert_non_null(strstr(chart, "89\u00a0ns</text>"));
	assert_has(page, ">no event: all are filtered</text>");
	assert_lacks(page, "none: no tracer");
	free(page);
}

#define SAMPLES                                                                     \
	"\"cells\":[{\"samples\":[{\"t_s\":0.001,\"cpu_system_percent\":0,"         \
	"\"used_memory_bytes\":1048576},{\"t_s\":0.5,\"cpu_system_percent\":50,"    \
	"\"used_memory_bytes\":1048576},{\"t_s\":1,\"cpu_system_percent\":50,"      \
	"\"used_memory_bytes\":1048576},{\"t_s\":1.002,\"cpu_system_percent\":100," \
	"\"used_memory_bytes\":1048576}]}]"
#define SAMPLED(name) "{\"row\":\"" name "\"," SAMPLES "}"

/*
 * Lines of the same colour have different dashes. The page notes that a round has too few samples.
 */
static void test_lines(void **state)
{
	char *page = page_of(PACKED_RESULT(SAMPLED("varlen") "," SAMPLED("direct") "," SAMPLED(
		"auto") "," SAMPLED("filtered")));

	(void)state;
	for (int i = 0; i < 4; i++) {
		char line[32];

		snprintf(line, sizeof(line), "\"line packed dash%d\"", i);
		assert_has(page, line);
		snprintf(line, sizeof(line), ".dash%d {", i);
		if (i)
			assert_has(page, line);
	}
	assert_has(page, "About 4 samples a round: too few");
	free(page);
}

/* clang-format off */
#define SEVEN(X) X("a") "," X("b") "," X("c") "," X("d") "," X("e") "," X("f") "," X("g")
#define PACKED_ROW(name) "{\"name\":\"" name "\",\"wire_format\":\"auto\"," \
	"\"wakeup\":\"adaptive\"}"
#define SEVEN_RESULT "{\"schema\":\"eventstrace-bench/1\"," ENVIRONMENT "," CONFIG "," \
	"\"rows\":[" SEVEN(PACKED_ROW) "],\"workloads\":[" WORKLOAD("w", SEVEN(SAMPLED)) "]}"
/* clang-format on */

/* A chart draws no line that would look like another one. */
static void test_too_many_lines(void **state)
{
	char *page = page_of(SEVEN_RESULT), *chart = strstr(page, "<figure class=\"memory\">");

	(void)state;
	assert_non_null(chart);
	assert_has(chart, ">f</text>");
	assert_lacks(chart, ">g</text>");
	assert_has(chart, "Only the first six rows of each colour are drawn");
	free(page);
}

/* A person who does not know the program finds its words explained. */
static void test_words(void **state)
{
	char *page = page_of(RESULT(WORKLOAD("flood", ROW("auto", "0", "100", "1", "1"))));

	(void)state;
	assert_has(page, "The wire format is how a record lies in the ring.");
	assert_has(page, "<code>flood</code> is d.");
	assert_has(page, "EventsTrace, an earlier program,");
	assert_lacks(page, "the seed");
	assert_has(page, "commit <code>abc</code>, with changes");
	free(page);
}

/* A table of ratios to a row that was not measured would have no figure. */
static void test_no_empty_table(void **state)
{
	char *page = page_of(RESULT(WORKLOAD("flood", ROW("auto", "0", "100", "1", "1"))));

	(void)state;
	assert_has(page, "<b>BPF time per event, against EventsTrace’s design</b>");
	assert_lacks(page, "<b>BPF time per event, against the floor</b>");
	free(page);
}

/*
 * A sample of a few milliseconds is not shown, because the kernel counts CPU time in steps of 10
 * ms.
 */
static void test_short_sample(void **state)
{
	char *page = page_of(PACKED_RESULT(SAMPLED("auto")));

	(void)state;
	assert_has(page, ">50 %</text>");
	assert_lacks(page, ">100 %</text>");
	free(page);
}

#define SPEED(name, scratch, speed)                                                         \
	"{\"row\":\"" name "\",\"cells\":[],\"summary\":{\"locked_scratch_bytes\":" FIGURE( \
		scratch) ",\"operations_per_s\":" FIGURE(speed) "}}"

/* auto is the program of another row, so the difference between both rows is noise. */
static void test_noise(void **state)
{
	char *page = page_of(PACKED_RESULT(SPEED("varlen", "1024", "90") "," SPEED(
		"direct", "0", "100") "," SPEED("auto", "0", "114")));
	char *row;

	(void)state;
	row = strstr(page, "direct = auto<small>the same program twice");
	assert_non_null(row);
	assert_has(page, "14 %");
	assert_lacks(page, "varlen = auto");
	free(page);

	page = page_of(PACKED_RESULT(SPEED("varlen", "1024", "90") "," SPEED(
		"direct", "0", "100") "," SPEED("auto", "1024", "80")));
	assert_has(page, "varlen = auto<small>the same program twice");
	assert_lacks(page, "direct = auto");
	free(page);
}

/* clang-format off */
#define ANSWERING(name, lost, bytes, scratch, ns) \
	"{\"row\":\"" name "\",\"cells\":[],\"summary\":{\"lost_percent\":" FIGURE(lost) "," \
	"\"bytes_per_event\":" FIGURE(bytes) ",\"locked_scratch_bytes\":" FIGURE(scratch) "," \
	"\"bpf_ns_per_event\":" FIGURE(ns) "}"
#define AGAINST_SEED(ratio) \
	",\"ratios\":{\"seed-159\":{\"bpf_ns_per_event\":{\"median\":" ratio "," \
	"\"min\":0.125,\"max\":0.25,\"spread\":0}}}}"
#define ANSWER_RESULT(auto_scratch) \
	"{\"schema\":\"eventstrace-bench/1\",\"environment\":{\"cpus_possible\":2}," CONFIG \
	",\"rows\":[],\"workloads\":[" WORKLOAD("few", \
		ANSWERING("fixed", "0", "8000", "1024", "900") "}," \
		ANSWERING("seed-159", "0", "400", "1024", "900") "}") "," WORKLOAD("flood", \
		ANSWERING("fixed", "40", "8400", "1024", "3000") "}," \
		ANSWERING("seed-159", "0", "200", "1024", "3000") "}," \
		ANSWERING("varlen", "0", "200", "1024", "500") AGAINST_SEED("0.2") "," \
		ANSWERING("direct", "0", "200", "0", "600") "}," \
		ANSWERING("auto", "0", "200", auto_scratch, "600") "}") "]}"
/* clang-format on */

/*
 * The answer has the figures of the workload with the largest effect, their range, and the
 * exceptions.
 */
static void test_answer(void **state)
{
	char *page = page_of(ANSWER_RESULT("0"));
	const char *json = ANSWER_RESULT("1024");
	char text[8192] = "", *once;
	FILE *f;

	(void)state;
	assert_has(page, "On this kernel it is direct");
	assert_has(page, "0\u00a0% lost, with fixed slots 40\u00a0%");
	assert_has(page, "In flood, in rings of the same size");
	assert_has(page, "An event takes 200\u00a0bytes packed, and 8.20\u00a0KiB in slots.");
	assert_has(page, "BPF time falls to 20 to 20 %");
	assert_has(page, "500\u00a0ns per event in place of 3\u00a0µs in flood");
	assert_has(page, "Over the rounds: 12 to 25 % in flood");
	assert_has(page, "1\u00a0KiB less locked");
	assert_has(page, "for each of 2 possible CPUs");
	assert_has(page, "1.20 to 1.20 of varlen");
	assert_has(page, "<b>When not:</b> Kernels before 6.16");
	free(page);

	/* One round gives no range. */
	once = strdup(json);
	assert_non_null(once);
	memcpy(strstr(once, "\"rounds\":5"), "\"rounds\":1", 10);
	page = page_of(once);
	assert_has(page, "One round says nothing about that");
	assert_lacks(page, "Over the rounds");
	free(page);
	free(once);

	f = fmemopen(text, sizeof(text), "w");
	assert_non_null(f);
	assert_int_equal(et_report_print_answer(json, strlen(json), f), 0);
	fclose(f);
	assert_has(text,
		   "Which format should I use? Use the default, auto. On this kernel it is varlen");
	assert_has(text, "40\u00a0% ");

	page = page_of(RESULT(WORKLOAD("w", ROW("control", "0", "0", "1", "1"))));
	assert_has(page, "This run lacks the row auto.");
	assert_lacks(page, "One round says nothing");
	assert_has(page, "This run lacks the rows for this answer.");
	free(page);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_figure), cmocka_unit_test(test_stands_alone),
		cmocka_unit_test(test_well_formed),  cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_no_result),    cmocka_unit_test(test_empty),
		cmocka_unit_test(test_skipped),      cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_verdicts),     cmocka_unit_test(test_duration),
		cmocka_unit_test(test_grey),         cmocka_unit_test(test_filtered),
		cmocka_unit_test(test_lines),        cmocka_unit_test(test_too_many_lines),
		cmocka_unit_test(test_words),        cmocka_unit_test(test_no_empty_table),
		cmocka_unit_test(test_short_sample), cmocka_unit_test(test_noise),
		cmocka_unit_test(test_answer),
	};
	int r;

	if (argc != 2 || file_read(argv[1], &sample, &sample_len) < 0) {
		fprintf(stderr, "usage: %s result.json\n", argv[0]);
		return 2;
	}
	r = cmocka_run_group_tests(tests, NULL, NULL);
	free(sample);
	return r;
}
