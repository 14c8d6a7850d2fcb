/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* for memmem(3) */
#include "lib/redact/redact.h"

#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/decode/decode.h"
#include "lib/decode/record_builder.h"
#include "lib/decode/slots.h"
#include "lib/redact/glob.h"

static struct et_record rec;

static bool globs(const char *pattern, const char *text)
{
	struct et_glob glob;

	assert_int_equal(et_glob_init(&glob, pattern), 0);
	return et_glob_matches(&glob, text, strlen(text), false);
}

static bool globs_cut(const char *pattern, const char *text)
{
	struct et_glob glob;

	assert_int_equal(et_glob_init(&glob, pattern), 0);
	return et_glob_matches(&glob, text, strlen(text), true);
}

static void test_globs(void **state)
{
	(void)state;
	assert_true(globs("abc", "abc"));
	assert_false(globs("abc", "abcd"));
	assert_false(globs("abc", "ab"));
	assert_true(globs("*", ""));
	assert_true(globs("**", "anything"));
	assert_true(globs("?", "\xff"));
	assert_false(globs("?", ""));
	assert_true(globs("--password=*", "--password="));
	assert_true(globs("--password=*", "--password=hunter2"));
	assert_false(globs("--password=*", "--passwords=hunter2"));
	assert_true(globs("*key*=?*", "my-key-is=1"));
	assert_false(globs("*key*=?*", "my-key-is="));
	assert_true(globs("a*b*c", "abbbcbc"));
	assert_false(globs("a*b*c", "abbbcb"));
	assert_true(globs("*aab", "aaaaab"));
	assert_true(globs("[x]\\", "[x]\\"));
}

/* The end of the text is cut off. The text matches if it would match with some end. */
static void test_cut_texts(void **state)
{
	(void)state;
	assert_true(globs_cut("--password=*", "--passw"));
	assert_true(globs_cut("--password=hunter2", "--passw"));
	assert_false(globs_cut("--password=*", "--user"));
	assert_true(globs_cut("*secret", "anything"));
}

/* The pattern has the maximum length, so its positions take several 64-bit words. */
static void test_long_patterns(void **state)
{
	char pattern[ET_GLOB_MAX + 2], text[ET_GLOB_MAX + 2];
	struct et_glob glob;

	(void)state;
	memset(pattern, 'x', sizeof(pattern));
	pattern[ET_GLOB_MAX + 1] = '\0';
	assert_int_equal(et_glob_init(&glob, pattern), -E2BIG);
	assert_int_equal(et_glob_init(&glob, ""), -EINVAL);
	pattern[ET_GLOB_MAX] = '\0';
	memcpy(text, pattern, sizeof(text));
	assert_true(globs(pattern, text));
	for (size_t i = 0; i < ET_GLOB_MAX; i++) {
		text[i] = 'y';
		assert_false(globs(pattern, text));
		pattern[i] = '?';
		assert_true(globs(pattern, text));
		text[i] = pattern[i] = 'x';
	}
}

/* This pattern makes a backtracking matcher take exponential time. */
static void test_hostile_pattern(void **state)
{
	static char text[1 << 20];
	char pattern[128];

	(void)state;
	for (size_t i = 0; i < 120; i += 2)
		memcpy(pattern + i, "a*", 2);
	memcpy(pattern + 120, "b", 2);
	memset(text, 'a', sizeof(text) - 1);
	assert_false(globs(pattern, text));
	text[sizeof(text) - 2] = 'b';
	assert_true(globs(pattern, text));
}

static struct et_redactor *redactor_of(const char *const *patterns, size_t count, bool tty)
{
	struct et_redactor *redactor = NULL;

	assert_int_equal(et_redactor_new(patterns, count, tty, &redactor), 0);
	return redactor;
}

static void assert_view(const struct et_field_view *view, const char *data, size_t size, __u32 orig)
{
	assert_int_equal(view->size, size);
	assert_memory_equal(view->data, data, size);
	assert_int_equal(view->orig, orig);
}

static void make_exec(bool fixed)
{
	static const char argv[] = "prog\0--password=hunter2\0\0-p\0last";
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

	exec->pids.tgid = 42;
	et_record_var_str(&rec, ET_VAR_CWD, "/--password=hunter2/x");
	et_record_var(&rec, ET_VAR_ARGV, argv, sizeof(argv));
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/prog");
	if (fixed)
		et_record_make_fixed(&rec);
}

static void check_exec(bool fixed)
{
	static const char *const patterns[] = { "--pass*=*", "-?" };
	static const char argv[] = "prog\0***\0\0**\0last";
	struct et_redactor *redactor = redactor_of(patterns, 2, false);
	const struct et_header *hdr;
	struct et_event event;

	make_exec(fixed);
	hdr = et_redact(redactor, rec.bytes, et_record_len(&rec));
	assert_ptr_not_equal(hdr, rec.bytes);
	assert_true(hdr->size <= rec.hdr.size);
	assert_int_equal(et_decode(hdr, hdr->size, &event), 0);
	assert_int_equal(((const struct et_process_exec *)event.hdr)->pids.tgid, 42);
	assert_view(&event.vars[ET_SLOT_process_exec_cwd], "/--password=hunter2/x", 21, 21);
	assert_view(&event.vars[ET_SLOT_process_exec_argv], argv, sizeof(argv), sizeof(argv));
	assert_view(&event.vars[ET_SLOT_process_exec_filename], "/bin/prog", 9, 9);
	assert_null(memmem(hdr, hdr->size, "=hunter2\0", 9));
	et_redactor_free(redactor);
}

static void test_arguments(void **state)
{
	(void)state;
	check_exec(false);
	check_exec(true);
}

static void test_nothing_matches(void **state)
{
	static const char *const patterns[] = { "--token=*" };
	struct et_redactor *redactor = redactor_of(patterns, 1, true);

	(void)state;
	make_exec(false);
	assert_ptr_equal(et_redact(redactor, rec.bytes, et_record_len(&rec)), rec.bytes);
	assert_ptr_equal(et_redact(NULL, rec.bytes, et_record_len(&rec)), rec.bytes);
	et_redactor_free(redactor);
}

/*
 * The last argument is cut and could match, so it is replaced. The number of bytes that were cut
 * does not change.
 */
static void test_cut_argument(void **state)
{
	static const char *const patterns[] = { "--password=*" };
	struct et_redactor *redactor = redactor_of(patterns, 1, false);
	static const char data[] = "prog\0--pass";
	const struct et_var var = { .orig = 100,
				    .size = sizeof(data) - 1,
				    .type = ET_VAR_ARGV,
				    .flags = ET_VAR_F_TRUNCATED };
	const struct et_field_view *argv;
	const struct et_header *hdr;
	struct et_event event;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC_FAILED);
	et_record_var_raw(&rec, var, data, var.size);
	hdr = et_redact(redactor, rec.bytes, et_record_len(&rec));
	assert_int_equal(et_decode(hdr, hdr->size, &event), 0);
	argv = &event.vars[ET_SLOT_process_exec_failed_argv];
	assert_view(argv, "prog\0***", 8, 100 - 3);
	et_redactor_free(redactor);
}

static void test_terminal(void **state)
{
	static const char *const patterns[] = { "hunter?" };
	struct et_redactor *redactor = redactor_of(patterns, 1, false);
	const struct et_header *hdr;
	struct et_event event;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_TTY_WRITE);
	et_record_var_str(&rec, ET_VAR_TTY_OUT, "it is hunter2,\r\nhunter2\r\n\thunter3");
	assert_ptr_equal(et_redact(redactor, rec.bytes, et_record_len(&rec)), rec.bytes);
	et_redactor_free(redactor);

	redactor = redactor_of(patterns, 1, true);
	hdr = et_redact(redactor, rec.bytes, et_record_len(&rec));
	assert_int_equal(et_decode(hdr, hdr->size, &event), 0);
	assert_view(&event.vars[0], "it is hunter2,\r\n***\r\n\t***", 25, 25);
	et_redactor_free(redactor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_globs),         cmocka_unit_test(test_cut_texts),
		cmocka_unit_test(test_long_patterns), cmocka_unit_test(test_hostile_pattern),
		cmocka_unit_test(test_arguments),     cmocka_unit_test(test_nothing_matches),
		cmocka_unit_test(test_cut_argument),  cmocka_unit_test(test_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
