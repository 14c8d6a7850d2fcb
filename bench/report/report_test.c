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

/* Return: the text of the page from @begin to @end; the caller frees it. */
static char *between(const char *page, const char *begin, const char *end)
{
	const char *from = strstr(page, begin), *to = from ? strstr(from, end) : NULL;
	char *part;

	if (!to)
		fail_msg("the page has no %s before %s", begin, end);
	part = strndup(from, (size_t)(to - from));
	assert_non_null(part);
	return part;
}

/* Return: a copy of @json with @to in place of @from; the caller frees it. */
static char *changed(const char *json, const char *from, const char *to)
{
	const char *at = strstr(json, from);
	char *copy;
	size_t size;
	FILE *f = open_memstream(&copy, &size);

	assert_non_null(at);
	assert_non_null(f);
	fprintf(f, "%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
	fclose(f);
	return copy;
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

/* Return: the tables of a workload's figures, one after the other; the caller frees them. */
static char *tables_of(const char *page, const char *workload)
{
	char begin[128], *tables;
	size_t size;
	FILE *f = open_memstream(&tables, &size);

	assert_non_null(f);
	snprintf(begin, sizeof(begin), "<table data-workload=\"%s\">", workload);
	for (const char *at = page; (at = strstr(at, begin)); at++) {
		const char *end = strstr(at, "</table>");

		assert_non_null(end);
		fwrite(at, 1, (size_t)(end - at), f);
	}
	fclose(f);
	assert_true(size > 0);
	return tables;
}

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
		const char *name = yyjson_get_str(yyjson_obj_get(workload, "name"));
		char *tables = tables_of(page, name);

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
			at = strstr(tables, cell);
			if (yyjson_is_null(summary)) {
				assert_null(at);
				continue;
			}
			if (!at)
				fail_msg("%s lacks %s", name, cell);
			assert_true(strtod(at + strlen(cell), NULL) ==
				    yyjson_get_num(yyjson_obj_get(summary, "median")));
			figures++;
		}
		for (char *at = tables; (at = strstr(at, "data-value")); at++)
			cells++;
		free(tables);
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
	assert_has(page, "in 5 interleaved rounds");
	assert_has(page, "A quick run");
	assert_has(page, ", with changes");
	free(page);

	page = page_of("{\"schema\":\"eventstrace-bench/1\",\"environment\":{\"busy_percent\":4},"
		       "\"config\":{},\"rows\":[],\"workloads\":[]}");
	assert_lacks(page, "were busy");
	assert_has(page, "in one round.");
	assert_lacks(page, "interleaved");
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

/* clang-format off */
#define SECOND(t, user, system, memory) \
	"{\"t_s\":" t ",\"cpu_user_percent\":" user ",\"cpu_system_percent\":" system "," \
	"\"used_memory_bytes\":" memory "}"
#define CALM(t) SECOND(t, "10", "20", "1048576000")
#define BUSY(t) SECOND(t, "20", "50", "1049624576")
/* clang-format on */

/* Each row has one cell with a sample per second. */
static void test_duration(void **state)
{
	static const char json[] =
		"{\"schema\":\"eventstrace-bench/1\"," ENVIRONMENT
		",\"config\":{\"mode\":\"duration\",\"duration_s\":60}," ROWS ",\"workloads\":["
		"{\"name\":\"w\",\"rows\":[{\"row\":\"auto\",\"cells\":[{\"samples\":[" CALM("1") "," CALM("2") "," CALM(
			"3") "," CALM("4") "," CALM("5") "," BUSY("6") "," BUSY("7") "," BUSY("8") "," BUSY("9") "," BUSY("10") "]}]}]}]}";
	char *page = page_of(json);

	(void)state;
	assert_has(page, "for 60 seconds each");
	assert_lacks(page, "e+0");
	assert_has(page, "CPU over time, w, auto");
	assert_has(page, "system 35\u00a0% and user 15\u00a0% of all CPUs, over 10 seconds");
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

/* clang-format off */
#define SAMPLE(t, cpu) "{\"t_s\":" t ",\"cpu_system_percent\":" cpu "," \
	"\"used_memory_bytes\":1048576}"
/* Samples every 100 ms. The first and the last one have 1 and 2 ms. */
#define SAMPLES \
	"\"cells\":[{\"samples\":[" SAMPLE("0.001", "0") "," SAMPLE("0.1", "50") "," \
	SAMPLE("0.2", "50") "," SAMPLE("0.3", "50") "," SAMPLE("0.4", "50") "," \
	SAMPLE("0.5", "50") "," SAMPLE("0.6", "50") "," SAMPLE("0.7", "50") "," \
	SAMPLE("0.8", "50") "," SAMPLE("0.9", "50") "," SAMPLE("1", "50") "," \
	SAMPLE("1.002", "100") "]}]"
/* clang-format on */
#define SAMPLED(name) "{\"row\":\"" name "\"," SAMPLES "}"

/* Lines of the same colour have different dashes. */
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
	free(page);
}

#define SAMPLED_TWICE(name) \
	"{\"row\":\"" name  \
	"\",\"cells\":[{\"samples\":[" SAMPLE("1", "9") "," SAMPLE("2", "9") "]}]}"

/* In place of charts over time, a round with few samples has a line about how to get them. */
static void test_few_samples(void **state)
{
	char *page = page_of(PACKED_RESULT(SAMPLED_TWICE("auto")));

	(void)state;
	assert_has(page, "No charts over time: a round has 2 samples. <code>--duration=60</code>");
	assert_lacks(page, "<figure class=\"cpu\">");
	assert_lacks(page, "<figure class=\"memory\">");
	free(page);

	page = page_of(PACKED_RESULT(SAMPLED("auto")));
	assert_lacks(page, "No charts over time");
	assert_has(page, "<figure class=\"cpu\">");
	assert_has(page, "<figure class=\"memory\">");
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
	assert_has(page, "in pull request 159 of Elastic’s <code>ebpf</code> repository");
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
	"{\"schema\":\"eventstrace-bench/1\",\"environment\":{\"cpus_possible\":2," \
	"\"busy_percent\":0}," CONFIG \
	",\"rows\":[],\"workloads\":[" WORKLOAD("few", \
		ANSWERING("fixed", "0", "8000", "1024", "1800") "}," \
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
	assert_has(page, "only packing differs (seed-159, fixed).</p>");
	assert_has(page,
		   "In flood, where fixed slots lose most, an event takes 200\u00a0bytes packed,"
		   " and 8.20\u00a0KiB in slots.");
	assert_has(page, "<p class=\"figure\">20 % of the BPF time</p>");
	assert_has(page, "only wake-ups differ (varlen, seed-159)");
	assert_has(page, "Packing alone takes 50 to 100 % of the BPF time of fixed slots");
	assert_has(page, "An event takes 500\u00a0ns in place of 3\u00a0µs in flood.</p>");
	assert_has(page, "Over the rounds: 12 to 25 % in flood.");
	assert_has(page, "1\u00a0KiB less locked");
	assert_has(page, "for each of 2 possible CPUs");
	assert_has(page, "BPF time per event is 120 % of varlen");
	assert_has(page, "<b>How sure:</b> 5 rounds. The machine was idle before the run.</p>");
	assert_has(page, "In 1 of 1 workload, it lost no more events than fixed slots");
	assert_has(page, "No workload of this run is a reason for fixed slots.");
	assert_has(page, "<b>When not:</b> Kernels before 6.16");
	free(page);

	/* Two rounds give no range. */
	once = strdup(json);
	assert_non_null(once);
	memcpy(strstr(once, "\"rounds\":5"), "\"rounds\":2", 10);
	page = page_of(once);
	assert_has(page, "<b>How sure:</b> 2 rounds: no spread. Measure more with --rounds.");
	assert_has(page, "<b>How sure:</b> 2 rounds: no spread.</p>");
	assert_has(page, "The memory is exact. Times: 2 rounds: no spread.");
	assert_lacks(page, "Over the rounds");
	free(page);
	free(once);

	f = fmemopen(text, sizeof(text), "w");
	assert_non_null(f);
	assert_int_equal(et_report_print_answer(json, strlen(json), f), 0);
	fclose(f);
	assert_has(text,
		   "Which format should I use? Use the default, auto. On this kernel it is varlen");
	assert_has(text, "fixed slots 40\u00a0%. Both wake the reader for each event");
	assert_has(text, "\n  How sure: 5 rounds.");
	assert_has(text, "\n  When not: No workload");

	page = page_of(RESULT(WORKLOAD("w", ROW("control", "0", "0", "1", "1"))));
	assert_has(page, "This run lacks the row auto.");
	assert_has(page, "This run lacks the rows for this answer.");
	free(page);
}

/* The losses of both formats are also compared with few wake-ups, if the run has these rows. */
static void test_answer_like_for_like(void **state)
{
	char *page = page_of(RESULT(
		WORKLOAD("w", ROW("fixed", "40", "8000", "1", "1") "," ROW(
				      "seed-159", "0", "100", "1",
				      "1") "," ROW("fixed-adaptive", "12", "8000", "1",
						   "1") "," ROW("varlen", "3", "100", "1", "1"))));

	(void)state;
	assert_has(page,
		   "With few wake-ups, packed records lose 3\u00a0% and fixed slots 12\u00a0% "
		   "(varlen, fixed-adaptive).");
	free(page);

	page = page_of(RESULT(WORKLOAD("w", ROW("fixed", "0", "100", "1", "1") "," ROW(
						    "seed-159", "0", "100", "1",
						    "1") "," ROW("auto", "0", "120", "1", "1"))));
	assert_has(page, "fixed slots lost nothing in this run");
	assert_lacks(page, "With few wake-ups, packed");
	/* Packed records take more bytes here. */
	assert_has(page, "In 0 of 1 workload, it lost no more events than fixed slots");
	assert_has(page, "Not so in w: if your work is like that, measure it in both formats.");
	free(page);
}

#define FORMAT_ROWS                                                                       \
	"\"rows\":[" CELL("fixed", "fixed") "," CELL("fixed-adaptive", "fixed") "," CELL( \
		"varlen", "varlen") "," CELL("auto", "auto") "]"
/* clang-format off */
#define FORMATS_RESULT \
	"{\"schema\":\"eventstrace-bench/1\",\"environment\":{}," CONFIG "," FORMAT_ROWS "," \
	"\"workloads\":[" WORKLOAD("few", \
		ANSWERING("fixed", "50", "8000", "9", "900") "}," \
		ANSWERING("fixed-adaptive", "5", "8000", "9", "800") "}," \
		ANSWERING("varlen", "0", "400", "9", "300") "}," \
		ANSWERING("auto", "0", "400", "0", "200") "}") "," WORKLOAD("flood", \
		ANSWERING("fixed-adaptive", "15", "9000", "9", "900") "}," \
		ANSWERING("varlen", "0", "200", "9", "500") "}," \
		ANSWERING("auto", "0", "200", "0", "600") "}") "]}"
/* clang-format on */

/* The table of formats has rows with the same wake-ups, and the range over all workloads. */
static void test_formats(void **state)
{
	const char *json = FORMATS_RESULT;
	char *page = page_of(json), *table, *quick;

	(void)state;
	table = between(page, "<b>The formats side by side</b>", "</figure>");
	assert_has(table, ">fixed<small>");
	assert_has(table, "<td>5\u00a0% to 15\u00a0%</td>");
	assert_has(table, "<td>800\u00a0ns to 900\u00a0ns</td>");
	assert_has(table, "<td>any</td><td>fixed-adaptive</td>");
	assert_lacks(table, "In the row of fixed");
	assert_has(table, ">varlen<small>");
	assert_has(table, "<td>0\u00a0%</td><td>200\u00a0bytes to 400\u00a0bytes</td>");
	assert_has(table, "<td>any</td><td>varlen</td>");
	/* There is no row direct, but auto is the same program. */
	assert_has(table, ">direct = auto here<small>");
	assert_has(table, "<td>6.16 and later</td><td>auto</td>");
	free(table);
	free(page);

	/* --quick has no row fixed-adaptive. */
	quick = changed(json, CELL("fixed", "fixed") "," CELL("fixed-adaptive", "fixed"),
			"{\"name\":\"fixed\",\"wire_format\":\"fixed\",\"wakeup\":\"always\"}");
	page = page_of(quick);
	table = between(page, "<b>The formats side by side</b>", "</figure>");
	assert_has(table, "<td>50\u00a0%</td>");
	assert_has(table, "<td>any</td><td>fixed</td>");
	assert_has(table, "In the row of fixed, each event wakes the reader.");
	free(table);
	free(page);
	free(quick);

	page = page_of(RESULT(WORKLOAD("w", ROW("auto", "0", "100", "1", "1"))));
	assert_lacks(page, "side by side");
	free(page);
}

/* ---- what a figure is worth ---------------------------------------------------------------- */

#define ALL_ROWS                                          \
	ROW("control", "0", "0", "1", "1")                \
	"," ROW("fixed", "40", "8000", "1", "1") "," ROW( \
		"seed-159", "0", "100", "1", "1") "," ROW("auto", "0", "100", "0.5", "1.2")

/* Next to speeds from a busy machine, the page says that they are not reliable. */
static void test_busy(void **state)
{
	const char *json = RESULT(WORKLOAD("w", ALL_ROWS));
	char *page = page_of(json), *part, *idle;

	(void)state;
	part = between(page, "<figure class=\"matrix unreliable\">", "</figure>");
	assert_has(part, "<b>Speed of the workload</b>");
	assert_has(part, "not reliable: 12.3\u00a0% other work");
	assert_has(part, "90\u00a0%</td>");
	assert_lacks(part, "--heat");
	free(part);
	part = between(page, "<b>Events lost</b>", "</figure>");
	assert_has(part, "less certain: 12.3\u00a0% other work");
	assert_has(part, "--heat");
	free(part);
	part = between(page, "<figure class=\"bars unreliable\"", "</figure>");
	assert_has(part, "data-metric=\"operations_per_s\"");
	assert_has(part, "not reliable: 12.3\u00a0% other work");
	free(part);
	part = between(page, "<figure class=\"steps unreliable\">", "</figure>");
	assert_has(part, "<b>Operations per second</b>");
	assert_has(part, "not reliable");
	free(part);
	part = between(page, "It slows workloads down less", "</article>");
	assert_has(part, "<p class=\"state\">not reliable</p>");
	assert_has(part, "so these speeds show nothing");
	free(part);
	part = between(page, "<b>Bytes per event</b>", "</figure>");
	assert_lacks(part, "other work");
	free(part);
	assert_has(page, "The machine was busy: 12.3\u00a0% other work.");
	free(page);

	idle = changed(json, "\"busy_percent\":12.3", "\"busy_percent\":0");
	page = page_of(idle);
	assert_lacks(page, "other work");
	assert_lacks(page, "unreliable\"");
	assert_lacks(page, "not reliable");
	assert_has(page, "The machine was idle before the run.");
	free(page);
	free(idle);
}

/* Fewer than three rounds have no spread: the page reports it, and shows no change as certain. */
static void test_no_spread(void **state)
{
	const char *json =
		"{\"schema\":\"eventstrace-bench/1\",\"environment\":{}," CONFIG "," ROWS
		",\"workloads\":[" WORKLOAD(
			"w", ROW("fixed", "40", "8000", "1", "1") "," ROW(
				     "seed-159", "0", "100", "1",
				     "1") ",{\"row\":\"auto\",\"cells\":[],\"summary\":{"
					  "\"bpf_ns_per_event\":{\"median\":1,\"min\":1,\"max\":2,"
					  "\"spread\":0.3}}}") "]}";
	char *page = page_of(json), *two, *part;

	(void)state;
	assert_has(page, "<small>±15 %</small>");
	assert_lacks(page, "no spread");
	part = between(page, "<b>Events lost, in percentage points</b>", "</figure>");
	assert_has(part, "<td>−40</td>");
	free(part);
	free(page);

	two = changed(json, "\"rounds\":5", "\"rounds\":2");
	page = page_of(two);
	assert_lacks(page, "±");
	part = between(page, "<b>All figures of w</b>", "</figure>");
	assert_has(part, "2 rounds: no spread");
	free(part);
	part = between(page, "<b>Events lost, in percentage points</b>", "</figure>");
	assert_has(part, "2 rounds: no spread");
	assert_has(part, "<td class=\"none\">−40</td>");
	free(part);
	assert_has(page, "2 rounds: no spread, so all changes are grey.");
	assert_has(page, "2 rounds: no spread, so claims about times are not certain.");
	free(page);
	free(two);
}

/* ---- names of rows ------------------------------------------------------------------------- */

/* Tables explain the names of rows where they stand. */
static void test_names(void **state)
{
	static const char note[] =
		"159 is a pull request of Elastic’s <code>ebpf</code> repository.";
	static const char *const at[] = { "<b>Events lost</b>", "<b>BPF time per event</b>",
					  "<b>Events lost, in percentage points</b>",
					  "<b>All figures of w</b>" };
	char *page = page_of(RESULT(WORKLOAD("w", ALL_ROWS))), *part;

	(void)state;
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		part = between(page, at[i], "</figure>");
		assert_has(part, note);
		free(part);
	}
	part = between(page, "<section id=\"answer\">", "</section>");
	assert_has(part, note);
	free(part);
	assert_has(page,
		   "seed-159<small>packed; each event wakes the reader: EventsTrace since 159");
	free(page);

	/* A row that the page does not know has its own description. */
	page = page_of(PACKED_RESULT(SPEED("varlen", "0", "1")));
	assert_has(page, "filtered<small>d</small>");
	assert_lacks(page, note);
	free(page);
}

/* clang-format off */
#define MORE_ROWS \
	"\"rows\":[" CELL("varlen", "varlen") "," CELL("direct", "direct") "," \
	CELL("auto", "auto") "," CELL("latency-1", "auto") "," CELL("latency-4", "auto") "," \
	CELL("nap-1", "auto") "," CELL("nap-4", "auto") "," CELL("filtered", "auto") "," \
	"{\"name\":\"other\",\"doc\":\"d\",\"command\":\"c\"}]"
/* clang-format on */

/* If a run has many rows, those that the answer needs are shown, and the others are folded. */
static void test_folded(void **state)
{
	static const char *const shown[] = { "varlen", "direct", "auto", "other" };
	static const char *const folded[] = { "latency-1", "latency-4", "nap-1", "nap-4",
					      "filtered" };
	const char *json = "{\"schema\":\"eventstrace-bench/1\"," ENVIRONMENT "," CONFIG
			   "," MORE_ROWS ",\"workloads\":[" WORKLOAD(
				   "w", SPEED("auto", "0", "1") "," SPEED("nap-1", "0", "1")) "]}";
	char *page = page_of(json), *part, name[64], *few;

	(void)state;
	part = between(page, "<b>Events lost</b>", "<details>");
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		snprintf(name, sizeof(name), "<th scope=\"row\">%s<", shown[i]);
		assert_has(part, name);
	}
	for (size_t i = 0; i < sizeof(folded) / sizeof(folded[0]); i++) {
		snprintf(name, sizeof(name), ">%s<", folded[i]);
		assert_lacks(part, name);
	}
	free(part);
	part = between(page, "<details><summary>5 more rows</summary>", "</details>");
	for (size_t i = 0; i < sizeof(folded) / sizeof(folded[0]); i++) {
		snprintf(name, sizeof(name), "<th scope=\"row\">%s<", folded[i]);
		assert_has(part, name);
	}
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		snprintf(name, sizeof(name), ">%s<", shown[i]);
		assert_lacks(part, name);
	}
	free(part);
	part = between(page, "<section class=\"workload\"", "<details>");
	assert_has(part, "data-row=\"auto\"");
	assert_lacks(part, "nap-1");
	free(part);
	part = strstr(page, "<section class=\"workload\"");
	part = between(part, "<details>", "</details>");
	assert_has(part, "data-row=\"nap-1\"");
	assert_lacks(part, "data-row=\"auto\"");
	free(part);
	free(page);

	/* Eight rows fit. */
	few = changed(json, CELL("latency-1", "auto") ",", "");
	page = page_of(few);
	assert_lacks(page, "<details>");
	free(page);
	free(few);
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
		cmocka_unit_test(test_answer),       cmocka_unit_test(test_answer_like_for_like),
		cmocka_unit_test(test_busy),         cmocka_unit_test(test_no_spread),
		cmocka_unit_test(test_names),        cmocka_unit_test(test_folded),
		cmocka_unit_test(test_few_samples),  cmocka_unit_test(test_formats),
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
