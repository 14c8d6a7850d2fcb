/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the page in an installed browser: $CHROMIUM, or the program of the distribution's package
 * chromium. Fails if there is no browser.
 *
 * Optional arguments: a result to use instead of the sample, and a folder for pictures and a print
 * of the page.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "bench/report/browser.h"
#include "bench/report/file.h"
#include "bench/report/report.h"

/* Paths in the program's runfiles. */
#define SAMPLE "testdata/sample.json"
#define TIMED  "testdata/duration.json"
#define SCRIPT "page_checks.js"

/* Rows of SAMPLE that each table shows at first; two more are folded. */
#define SAMPLE_ROWS 7

#define WIDE   1280
#define NARROW 400

static char *json;
static size_t json_len;
static bool is_sample; /* the page shows SAMPLE */
static char page[128];
static char timed_page[128]; /* shows TIMED, which has charts over time */
static const char *pictures; /* the folder, or NULL */
static struct browser browser;

/* ---- helpers ------------------------------------------------------------------------------- */

static yyjson_mut_val *finding(yyjson_mut_doc *doc, const char *name)
{
	yyjson_mut_val *v = yyjson_mut_obj_get(yyjson_mut_doc_get_root(doc), name);

	if (!v)
		fail_msg("the page's script does not return %s", name);
	return v;
}

static double number(yyjson_mut_doc *doc, const char *name)
{
	return yyjson_mut_get_num(finding(doc, name));
}

/* Fail unless the script returned an empty list. */
static void assert_none(yyjson_mut_doc *doc, const char *name)
{
	yyjson_mut_val *list = finding(doc, name);

	if (!yyjson_mut_is_arr(list) || yyjson_mut_arr_size(list))
		fail_msg("%s: %.1000s", name, yyjson_mut_val_write(list, 0, NULL));
}

/*
 * The path of an output file: in the folder of pictures, or in the browser's folder, which is
 * removed at the end.
 */
static const char *output_file(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", pictures ? pictures : browser.folder, name);
	return path;
}

/* ---- tests --------------------------------------------------------------------------------- */

static void check_layout(int width, bool dark, const char *name)
{
	yyjson_mut_doc *found = browser_look(&browser, page, width, dark);
	double background = number(found, "background");

	assert_int_equal(number(found, "width"), width);
	assert_int_equal(number(found, "content_width"), width);
	assert_none(found, "too_wide");
	assert_none(found, "too_small");
	assert_none(found, "cut_off");
	assert_none(found, "overlapping");
	assert_none(found, "pale");
	assert_true(number(found, "grey") > 0);
	assert_none(found, "not_grey");
	assert_none(found, "same_lines");
	assert_none(found, "unexplained");
	assert_none(found, "inviting");
	assert_none(found, "without_note");
	assert_true(dark ? background < 0.05 : background > 0.9);
	/* There is no script error, and no request that the page's policy forbids. */
	assert_none(found, "console");
	assert_string_equal(yyjson_mut_get_str(finding(found, "policy")), ET_REPORT_POLICY);
	assert_true(browser_picture(&browser, page, width, (int)number(found, "height"), dark,
				    output_file(name)) > 50000);
	yyjson_mut_doc_free(found);
}

static void test_wide(void **state)
{
	(void)state;
	check_layout(WIDE, false, "wide-light.png");
}

static void test_narrow(void **state)
{
	(void)state;
	check_layout(NARROW, false, "narrow-light.png");
}

static void test_dark(void **state)
{
	(void)state;
	check_layout(WIDE, true, "wide-dark.png");
	check_layout(NARROW, true, "narrow-dark.png");
}

static void test_print(void **state)
{
	(void)state;
	assert_true(browser_print(&browser, page, output_file("print.pdf")) > 50000);
}

/* Every axis has a unit. */
static void test_axes(void **state)
{
	yyjson_mut_doc *found = browser_look(&browser, page, WIDE, false);

	(void)state;
	assert_true(number(found, "bars") > 0);
	assert_none(found, "bars_without_unit");
	assert_none(found, "charts_without_text");
	yyjson_mut_doc_free(found);
}

/* Charts over time have units and fit, and their lines differ. */
static void test_time_charts(void **state)
{
	static const int widths[] = { WIDE, NARROW };

	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		yyjson_mut_doc *found = browser_look(&browser, timed_page, widths[i], false);

		/* One chart has the rows that are shown at first, one the folded rows. */
		assert_int_equal(number(found, "cpu"), 2);
		assert_int_equal(number(found, "memory"), 2);
		assert_none(found, "ticks_without_unit");
		assert_none(found, "charts_without_text");
		assert_none(found, "too_wide");
		assert_none(found, "too_small");
		assert_none(found, "cut_off");
		assert_none(found, "overlapping");
		assert_none(found, "same_lines");
		yyjson_mut_doc_free(found);
	}
}

/*
 * A person first sees few rows. The sample is from a busy machine, so its figures have notes, and
 * some are grey.
 */
static void test_first_view(void **state)
{
	yyjson_mut_doc *found;

	(void)state;
	if (!is_sample)
		skip();
	found = browser_look(&browser, page, NARROW, false);
	assert_int_equal(number(found, "rows_at_first"), SAMPLE_ROWS);
	assert_true(number(found, "folds") > 0);
	assert_true(number(found, "unreliable") > 0);
	/* A round of the sample has too few samples. */
	assert_int_equal(number(found, "cpu"), 0);
	assert_int_equal(number(found, "memory"), 0);
	yyjson_mut_doc_free(found);
}

/*
 * Each figure of the result must be on the page with the same value. The key is
 * "WORKLOAD|ROW|METRIC".
 */
static void test_numbers(void **state)
{
	yyjson_doc *doc = yyjson_read(json, json_len, 0);
	yyjson_mut_doc *found = browser_look(&browser, page, WIDE, false);
	yyjson_mut_val *shown = finding(found, "numbers");
	yyjson_val *workload, *row, *metric, *summary;
	size_t i, j, k, workloads, rows, metrics, compared = 0;

	(void)state;
	assert_non_null(doc);
	yyjson_arr_foreach(yyjson_doc_ptr_get(doc, "/workloads"), i, workloads, workload)
		yyjson_arr_foreach(yyjson_obj_get(workload, "rows"), j, rows, row)
			yyjson_obj_foreach(yyjson_obj_get(row, "summary"), k, metrics, metric,
					   summary)
	{
		yyjson_val *median = yyjson_obj_get(summary, "median");
		yyjson_mut_val *is;
		char key[256];

		snprintf(key, sizeof(key), "%s|%s|%s",
			 yyjson_get_str(yyjson_obj_get(workload, "name")),
			 yyjson_get_str(yyjson_obj_get(row, "row")), yyjson_get_str(metric));
		is = yyjson_mut_obj_get(shown, key);
		if (!median) {
			assert_null(is);
			continue;
		}
		if (!is || yyjson_mut_get_num(is) != yyjson_get_num(median))
			fail_msg("%s is %.17g and not %.17g", key, yyjson_mut_get_num(is),
				 yyjson_get_num(median));
		compared++;
	}
	assert_true(compared > 0);
	assert_int_equal(compared, yyjson_mut_obj_size(shown));
	yyjson_mut_doc_free(found);
	yyjson_doc_free(doc);
}

/* Checks a page that has all these faults. This shows that the tests above can fail. */
static void test_bad_page(void **state)
{
	static const char *const lists[] = { "too_wide",    "too_small", "cut_off",
					     "overlapping", "pale",      "charts_without_text",
					     "unexplained", "inviting",  "without_note" };
	char path[PATH_MAX];
	yyjson_mut_doc *found;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s.bad.html", page);
	f = fopen(path, "w");
	if (!f)
		fail_msg("cannot write %s", path);
	fputs("<!DOCTYPE html><meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">"
	      "<body><div style='width:700px'>wide</div><img src='no-such-picture.png'>"
	      "<p style='color:#ddd'>pale</p><svg viewBox='0 0 100 20' style='width:50px'>"
	      "<text y=10>ab</text><text y=10>cd</text><text x=95 y=40>ef</text></svg>"
	      "<div class=matrix><table><tbody><tr><th>row<small></small></table></div>"
	      "<figure class=unreliable><table><tr><td data-value=1 style='--heat:1'>1</table></figure>"
	      "<script>oops()</script>",
	      f);
	fclose(f);
	found = browser_look(&browser, path, NARROW, false);
	unlink(path);
	assert_true(number(found, "content_width") > NARROW);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (!yyjson_mut_arr_size(finding(found, lists[i])))
			fail_msg("%s is empty", lists[i]);
	/* One message is about the picture, one about the script error. */
	assert_int_equal(yyjson_mut_arr_size(finding(found, "console")), 2);
	yyjson_mut_doc_free(found);
}

/* Write the page of a result. Return: false after a message. */
static bool write_page(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	if (f && et_report_write(text, len, f) == 0 && fclose(f) == 0)
		return true;
	fprintf(stderr, "cannot write %s\n", path);
	return false;
}

static void runfile(const char *name, char ret[PATH_MAX])
{
	char self[PATH_MAX - 256];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n < 0 ? 0 : n] = '\0';
	snprintf(ret, PATH_MAX, "%s.runfiles/eventstrace/bench/report/%s", self, name);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wide),     cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_dark),     cmocka_unit_test(test_print),
		cmocka_unit_test(test_axes),     cmocka_unit_test(test_time_charts),
		cmocka_unit_test(test_numbers),  cmocka_unit_test(test_first_view),
		cmocka_unit_test(test_bad_page),
	};
	char result[PATH_MAX], timed[PATH_MAX], script[PATH_MAX], *timed_json;
	const char *program = getenv("CHROMIUM");
	size_t timed_len;
	int r;

	if (argc > 3) {
		fprintf(stderr, "usage: %s [result.json [folder]]\n", argv[0]);
		return 2;
	}
	runfile(SAMPLE, result);
	runfile(TIMED, timed);
	runfile(SCRIPT, script);
	is_sample = argc == 1;
	if (!is_sample)
		snprintf(result, sizeof(result), "%s", argv[1]);
	pictures = argc > 2 ? argv[2] : NULL;
	if (!program)
		program = "chromium";
	if (!browser_open(&browser, program, script)) {
		fprintf(stderr, "cannot run %s: apt-get install chromium, or set CHROMIUM\n",
			program);
		return 1;
	}
	r = file_read(result, &json, &json_len);
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", result, strerror(-r));
		return 1;
	}
	r = file_read(timed, &timed_json, &timed_len);
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", timed, strerror(-r));
		return 1;
	}
	snprintf(page, sizeof(page), "/tmp/eventstrace-report.%d.html", getpid());
	snprintf(timed_page, sizeof(timed_page), "/tmp/eventstrace-report.%d.timed.html", getpid());
	if (!write_page(page, json, json_len) || !write_page(timed_page, timed_json, timed_len))
		return 1;
	r = cmocka_run_group_tests(tests, NULL, NULL);
	browser_close(&browser);
	unlink(page);
	unlink(timed_page);
	free(json);
	free(timed_json);
	return r;
}
