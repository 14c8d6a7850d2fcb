/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/recording/writer.h"
#include "lib/segments/folder.h"
#include "tools/ship/verify/verify.h"

static char path[256];
static struct et_record rec;

static int make_folder(void **state)
{
	const char *tmp = getenv("TEST_TMPDIR");

	(void)state;
	snprintf(path, sizeof(path), "%s/verify.XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(path) ? 0 : -1;
}

static const char *segment_path(__u64 number)
{
	static char whole[sizeof(path) + ET_SEGMENT_NAME_SIZE + 1];
	char name[ET_SEGMENT_NAME_SIZE];

	et_segment_name(number, name);
	snprintf(whole, sizeof(whole), "%s/%s", path, name);
	return whole;
}

static int remove_folder(void **state)
{
	(void)state;
	for (__u64 number = 1; number < 5; number++)
		unlink(segment_path(number));
	return rmdir(path);
}

/* Ten events, and an account of 10 + @more. */
static void make_segment(__u64 number, const char *session, __u64 first_seq, __u64 more)
{
	struct et_recording_about about = {
		.events = 1ULL << ET_PROCESS_SETSID,
		.program = "test",
		.origin = { .host = "web\033[1m", .first_seq = first_seq, .segment = number },
	};
	const struct et_file_account row = {
		.id = ET_PROCESS_SETSID,
		.attempted = 10 + more,
		.sent = 10 + more,
	};
	const struct et_recording_totals totals = {
		.wire_format = "test",
		.accounted = true,
		.last = true,
		.accounts = &row,
		.count = 1,
	};
	struct et_recording_writer *w = NULL;
	int fd = open(segment_path(number), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	snprintf(about.origin.session, sizeof(about.origin.session), "%s", session);
	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	for (int i = 0; i < 10; i++) {
		et_record_begin(&rec, ET_PROCESS_SETSID);
		assert_int_equal(et_recording_writer_add(w, rec.bytes, et_record_len(&rec), 0), 0);
	}
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	close(fd);
}

struct result {
	int status;
	char *out, *err;
};

static struct result run(int argc, char **argv)
{
	struct result result = { .status = -1 };
	size_t out_size, err_size;
	FILE *out = open_memstream(&result.out, &out_size);
	FILE *err = open_memstream(&result.err, &err_size);

	assert_non_null(out);
	assert_non_null(err);
	result.status = ship_verify_run(argc, argv, out, err);
	fclose(out);
	fclose(err);
	return result;
}

static void expect(int status, const char *out)
{
	char *argv[] = { "verify", path, NULL };
	struct result result = run(2, argv);

	assert_string_equal(result.out, out);
	assert_string_equal(result.err, "");
	assert_int_equal(result.status, status);
	free(result.out);
	free(result.err);
}

static void expect_error(int status, char *word, const char *err)
{
	char *argv[] = { "verify", word, NULL };
	struct result result = run(word ? 2 : 1, argv);

	assert_string_equal(result.out, "");
	assert_non_null(strstr(result.err, err));
	assert_int_equal(result.status, status);
	free(result.out);
	free(result.err);
}

static void whole(void **state)
{
	(void)state;
	make_segment(1, "a", 0, 0);
	make_segment(2, "a", 10, 0);
	make_segment(3, "b", 0, 0);
	expect(0, "host web?[1m, boot unknown, session a: 2 segments; attempted 20 = received 20 + "
		  "lost 0; duplicates 0; faults 0\n"
		  "host web?[1m, boot unknown, session b: 1 segments; attempted 10 = received 10 + "
		  "lost 0; duplicates 0; faults 0\n");
}

static void faulty(void **state)
{
	(void)state;
	make_segment(1, "a", 0, 0);
	make_segment(2, "a", 15, 0);
	make_segment(3, "a", 20, 1);
	expect(1,
	       "FAULT: segment 2: 5 records are missing before it: numbers 10 to 14\n"
	       "FAULT: segment 3: its first record has number 20, and 5 records with such numbers "
	       "were there before\n"
	       "FAULT: segment 3: its account has 11 events of type 4, and its records are 10\n"
	       "host web?[1m, boot unknown, session a: 3 segments; attempted 31 is NOT received "
	       "30 + lost 0; duplicates 5; faults 3\n");
}

static void notes(void **state)
{
	(void)state;
	make_segment(4, "a", 30, 0);
	expect(0, "note: segment 4: its session has 30 earlier records, which are out of sight\n"
		  "host web?[1m, boot unknown, session a: 1 segments; attempted 10 = received 10 + "
		  "lost 0; duplicates 0; faults 0\n");
}

static void errors(void **state)
{
	(void)state;
	expect_error(2, NULL, "one topic or one folder is needed");
	expect_error(2, "--quickly", "no such option, or it lacks a value: --quickly");
	expect_error(2, "kafka://host", "the source has no topic");
	expect_error(1, "--kafka-config=/no/such/file", "cannot read /no/such/file");
	expect_error(1, "/no/such\033folder", "No such file or directory");
	expect_error(1, path, "the folder has no segment that can be read");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(whole),
		TEST(faulty),
		TEST(notes),
		TEST(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
