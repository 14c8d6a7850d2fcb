/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the page in a real browser: the distribution's package chromium, or $CHROMIUM. Fails if
 * there is none.
 *
 * Optional arguments: a result, instead of the sample; and a folder for pictures of the page and
 * its print.
 */
#include <limits.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "bench/report/browser.h"
#include "bench/report/file.h"
#include "bench/report/report.h"

/* The sample, in the program's runfiles. */
#define SAMPLE ".runfiles/eventstrace/bench/report/testdata/sample.json"

#define WIDE   1280
#define NARROW 400

static char *json;
static size_t json_len;
static char page[128];
static const char *pictures; /* the folder, or NULL */
static const char *program;  /* the browser */
static struct browser *browser;

/* ---- helpers ------------------------------------------------------------------------------- */

static int value_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Decodes base64, frees it, and writes the bytes to a file for a person to look at. */
static size_t save(char *base64, const char *name)
{
	char path[PATH_MAX];
	size_t size = 0;
	unsigned int bits = 0;
	FILE *f = NULL;

	if (pictures) {
		snprintf(path, sizeof(path), "%s/%s", pictures, name);
		f = fopen(path, "w");
		if (!f)
			fail_msg("cannot write %s", path);
	}
	for (size_t i = 0; value_of(base64[i]) >= 0; i++) {
		bits = bits << 6 | (unsigned int)value_of(base64[i]);
		if (i % 4 == 0)
			continue;
		if (f)
			fputc((int)(bits >> (6 - 2 * (i % 4)) & 0xff), f);
		size++;
	}
	if (f)
		fclose(f);
	free(base64);
	return size;
}

static int number(const char *script)
{
	char *answer = browser_ask(browser, script);
	int n = (int)strtol(answer, NULL, 10);

	free(answer);
	return n;
}

/* Fails unless the script returns an empty list. */
static void assert_none(const char *what, const char *script)
{
	char *answer = browser_ask(browser, script);

	if (*answer)
		fail_msg("%s: %.1000s", what, answer);
	free(answer);
}

static void assert_quiet(void)
{
	const struct browser_news *news = browser_news(browser);

	if (news->errors || news->requests)
		fail_msg("%u errors, %u requests: %s", news->errors, news->requests, news->first);
}

static int setup(void **state)
{
	(void)state;
	browser = browser_start(program);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (browser)
		browser_stop(browser);
	return 0;
}

/* ---- tests --------------------------------------------------------------------------------- */

/* Elements wider than the window, except for those that scroll. */
static const char too_wide[] =
	"const w = document.documentElement.clientWidth;"
	"[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, nav, .hidden') &&"
	" e.getBoundingClientRect().width && e.getBoundingClientRect().right > w + 0.5)"
	".map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30)).join('; ')";

/* Text of charts that is too small on the screen: a chart's scale also scales its text. */
static const char too_small[] =
	"[...document.querySelectorAll('svg text')].filter(e => e.getBoundingClientRect().width &&"
	" parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a < 8.9)"
	".map(e => e.textContent).slice(0, 9).join('; ')";

/* Text of a chart outside of the chart. */
static const char cut_off[] =
	"[...document.querySelectorAll('svg text')].filter(e => {"
	" const t = e.getBoundingClientRect(), s = e.ownerSVGElement.getBoundingClientRect();"
	" return t.width && (t.left < s.left - 1 || t.right > s.right + 1 || t.bottom > s.bottom + 1"
	" || t.top < s.top - 1); }).map(e => e.textContent).slice(0, 9).join('; ')";

/* Texts of a chart that overlap. */
static const char overlapping[] =
	"[...document.querySelectorAll('svg')].flatMap(s => {"
	" const t = [...s.querySelectorAll('text')].map(e => [e, e.getBoundingClientRect()])"
	"  .filter(x => x[1].width);"
	" return t.flatMap(([e, a], i) => t.slice(i + 1).filter(([f, b]) => a.left < b.right - 1 &&"
	"  b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)"
	"  .map(([f]) => s.querySelector('title').textContent + ': ' + e.textContent + '/' +"
	"   f.textContent)); }).slice(0, 9).join('; ')";

static void check_layout(int width, bool dark, const char *picture)
{
	browser_open(browser, page, width, dark);
	assert_true(save(browser_picture(browser), picture) > 50000);
	assert_int_equal(number("String(innerWidth)"), width);
	assert_int_equal(number("String(document.documentElement.scrollWidth)"), width);
	assert_none("wider than the window", too_wide);
	assert_none("too small to read", too_small);
	assert_none("text outside of its chart", cut_off);
	assert_none("texts that overlap", overlapping);
	assert_quiet();
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
	/* Relative luminance of a colour that getComputedStyle() returns. */
	static const char luminance[] =
		"window.lum = c => { const v = c.match(/[0-9.]+/g).slice(0, 3).map(x => x / 255)"
		".map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);"
		"return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };"
		"String(Math.round(1000 * lum(getComputedStyle(document.body).backgroundColor)))";
	/* Text whose contrast with the page is below 4.5 to 1. */
	static const char pale[] =
		"const back = lum(getComputedStyle(document.body).backgroundColor);"
		"[...document.querySelectorAll('p, th, td, h1, h2, h3, svg text, b, span, small, a')]"
		".filter(e => { const s = getComputedStyle(e), f = lum(e.closest('svg') ? s.fill : s.color);"
		" return (Math.max(f, back) + 0.05) / (Math.min(f, back) + 0.05) < 4.5; })"
		".map(e => e.tagName + '.' + (e.className.baseVal ?? e.className) + ' ' +"
		" e.textContent.slice(0, 20)).slice(0, 9).join('; ')";

	(void)state;
	check_layout(WIDE, true, "wide-dark.png");
	assert_true(number(luminance) < 50);
	assert_none("hard to read in dark", pale);

	check_layout(NARROW, true, "narrow-dark.png");

	browser_open(browser, page, WIDE, false);
	assert_true(number(luminance) > 900);
	assert_none("hard to read in light", pale);
}

static void test_print(void **state)
{
	(void)state;
	browser_open(browser, page, WIDE, true);
	assert_true(save(browser_print(browser), "print.pdf") > 50000);
	assert_quiet();
}

/* Every axis has a unit. */
static void test_axes(void **state)
{
	(void)state;
	browser_open(browser, page, WIDE, false);
	assert_true(number("String(document.querySelectorAll('figure.bars').length)") > 0);
	assert_true(number("String(document.querySelectorAll('figure.cpu').length)") > 0);
	assert_true(number("String(document.querySelectorAll('figure.memory').length)") > 0);
	assert_none("bars without a unit",
		    "[...document.querySelectorAll('figure.bars')].filter(e =>"
		    " !/^(ns|µs|ms|s|bytes|KiB|MiB|GiB|%)( |$)/.test(e.querySelector('.axis')"
		    "?.textContent)).map(e => e.textContent.slice(0, 60)).join('; ')");
	assert_none(
		"ticks over time without a unit",
		"[...document.querySelectorAll('.cpu .tick, .memory .tick')].filter(e =>"
		" !/^[0-9.]+ (s|%|MiB)$/.test(e.textContent)).map(e => e.textContent).join('; ')");
	assert_none(
		"charts without a text alternative",
		"[...document.querySelectorAll('svg')].filter(e => e.getAttribute('role') != 'img' ||"
		" !e.querySelector('title')?.textContent || !e.querySelector('desc')?.textContent)"
		".map(e => e.textContent.slice(0, 60)).join('; ')");
}

/* Each figure of the result and of the page, by "WORKLOAD|ROW|METRIC": both must be the same. */
static void test_numbers(void **state)
{
	static const char script[] =
		"JSON.stringify(Object.fromEntries([...document.querySelectorAll("
		"'table[data-workload] td[data-value]')].map(e => [e.closest('table').dataset.workload +"
		" '|' + e.dataset.row + '|' + e.dataset.metric, Number(e.dataset.value)])))";
	yyjson_doc *doc = yyjson_read(json, json_len, 0), *shown;
	yyjson_val *workload, *row, *metric, *summary;
	size_t i, j, k, workloads, rows, metrics, compared = 0;
	char *answer;

	(void)state;
	assert_non_null(doc);
	browser_open(browser, page, WIDE, false);
	answer = browser_ask(browser, script);
	shown = yyjson_read(answer, strlen(answer), 0);
	assert_non_null(shown);

	yyjson_arr_foreach(yyjson_doc_ptr_get(doc, "/workloads"), i, workloads, workload)
		yyjson_arr_foreach(yyjson_obj_get(workload, "rows"), j, rows, row)
			yyjson_obj_foreach(yyjson_obj_get(row, "summary"), k, metrics, metric,
					   summary)
	{
		yyjson_val *median = yyjson_obj_get(summary, "median"), *is;
		char key[256];

		snprintf(key, sizeof(key), "%s|%s|%s",
			 yyjson_get_str(yyjson_obj_get(workload, "name")),
			 yyjson_get_str(yyjson_obj_get(row, "row")), yyjson_get_str(metric));
		is = yyjson_obj_get(yyjson_doc_get_root(shown), key);
		if (!median) {
			assert_null(is);
			continue;
		}
		if (!is || yyjson_get_num(is) != yyjson_get_num(median))
			fail_msg("%s is %.17g and not %.17g", key, yyjson_get_num(is),
				 yyjson_get_num(median));
		compared++;
	}
	assert_true(compared > 0);
	assert_int_equal(compared, yyjson_obj_size(yyjson_doc_get_root(shown)));
	yyjson_doc_free(shown);
	yyjson_doc_free(doc);
	free(answer);
}

/* A page with every fault, to show that the tests above can fail. */
static void test_bad_page(void **state)
{
	char path[PATH_MAX];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s.bad.html", page);
	f = fopen(path, "w");
	if (!f)
		fail_msg("cannot write %s", path);
	fputs("<!DOCTYPE html><meta name=viewport content='width=device-width'><body>"
	      "<div style='width:700px'>wide</div><img src='no-such-picture.png'>"
	      "<svg viewBox='0 0 100 20' style='width:50px'><title>t</title>"
	      "<text y=10>ab</text><text y=10>cd</text></svg><script>oops()</script>",
	      f);
	fclose(f);
	browser_open(browser, path, NARROW, false);
	assert_true(number("String(document.documentElement.scrollWidth)") > NARROW);
	for (size_t i = 0; i < 3; i++) {
		const char *scripts[] = { too_wide, too_small, overlapping };
		char *answer = browser_ask(browser, scripts[i]);

		assert_true(*answer);
		free(answer);
	}
	assert_true(browser_news(browser)->errors > 0);
	assert_int_equal(browser_news(browser)->requests, 1);
	unlink(path);
}

/* True if the browser can be started. */
static bool have_browser(void)
{
	char *argv[] = { (char *)program, (char *)"--version", NULL };
	int status;
	pid_t pid;

	if (posix_spawnp(&pid, program, NULL, NULL, argv, environ) != 0)
		return false;
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wide),     cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_dark),     cmocka_unit_test(test_print),
		cmocka_unit_test(test_axes),     cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_bad_page),
	};
	char result[PATH_MAX];
	ssize_t n;
	FILE *f;
	int r;

	if (argc > 3) {
		fprintf(stderr, "usage: %s [result.json [folder]]\n", argv[0]);
		return 2;
	}
	if (argc > 1) {
		snprintf(result, sizeof(result), "%s", argv[1]);
	} else {
		n = readlink("/proc/self/exe", result, sizeof(result) - sizeof(SAMPLE));
		memcpy(result + (n < 0 ? 0 : n), SAMPLE, sizeof(SAMPLE));
	}
	pictures = argc > 2 ? argv[2] : NULL;
	program = getenv("CHROMIUM");
	if (!program)
		program = "chromium";
	if (!have_browser()) {
		fprintf(stderr, "cannot run %s: apt-get install chromium, or set CHROMIUM\n",
			program);
		return 1;
	}
	r = file_read(result, &json, &json_len);
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", result, strerror(-r));
		return 1;
	}
	snprintf(page, sizeof(page), "/tmp/eventstrace-report.%d.html", getpid());
	f = fopen(page, "w");
	if (!f || et_report_write(json, json_len, f) < 0 || fclose(f) != 0) {
		fprintf(stderr, "cannot write %s\n", page);
		return 1;
	}
	r = cmocka_run_group_tests(tests, setup, teardown);
	unlink(page);
	free(json);
	return r;
}
