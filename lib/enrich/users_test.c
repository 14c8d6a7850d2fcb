/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "lib/enrich/users.h"

static char path[256];

static void write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static struct et_users *make(const char *text)
{
	struct et_users *users = NULL;

	write_file(path, text);
	assert_int_equal(et_users_new(path, -1, &users), 0);
	return users;
}

static void names(void **state)
{
	struct et_users *u = make("root:x:0:0:root:/root:/bin/sh\n"
				  "# no:x:1:1::/:/bin/sh\n"
				  "+:::::\n"
				  "\n"
				  "bad\n"
				  "worse:x:\n"
				  "word:x:abc:1::/:/bin/sh\n"
				  "large:x:4294967296:1::/:/bin/sh\n"
				  "nobody:x:65534:65534:nobody:/:/bin/false\n"
				  "toor:x:0:0:second:/root:/bin/sh\n"
				  "a-name-that-is-longer-than-32-bytes:x:7:7::/:/bin/sh\n"
				  "last:x:4294967294:1::/:/bin/sh");

	(void)state;
	assert_string_equal(et_users_name(u, 0), "root");
	assert_string_equal(et_users_name(u, 65534), "nobody");
	assert_string_equal(et_users_name(u, 4294967294U), "last");
	assert_null(et_users_name(u, 1));
	assert_null(et_users_name(u, 7));
	assert_null(et_users_name(u, 1000));
	et_users_free(u);
}

#define SECOND 1000000000ULL

static void changes(void **state)
{
	struct et_users *u = make("root:x:0:0:root:/root:/bin/sh\n");
	char other[sizeof(path) + 8];

	(void)state;
	et_users_refresh(u, 10 * SECOND);
	assert_null(et_users_name(u, 1000));
	/* Replace the file by a new one of the same name, as useradd(8) does. */
	snprintf(other, sizeof(other), "%s+", path);
	write_file(other, "root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/:/bin/sh\n");
	assert_int_equal(rename(other, path), 0);
	/* Within a second after a check, changes of the file are not noticed. */
	et_users_refresh(u, 10 * SECOND + 1);
	assert_null(et_users_name(u, 1000));
	et_users_refresh(u, 11 * SECOND);
	assert_string_equal(et_users_name(u, 1000), "ada");
	/* If the file is removed, the names stay. */
	assert_int_equal(unlink(path), 0);
	et_users_refresh(u, 12 * SECOND);
	assert_string_equal(et_users_name(u, 1000), "ada");
	et_users_free(u);
}

static void put(int fd, const char *text, uint32_t size)
{
	assert_int_equal(write(fd, &size, sizeof(size)), sizeof(size));
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/*
 * Versions of the file come through a pipe: the first in one part, the second in two parts. A third
 * version follows immediately. At the end, the writer closes the pipe.
 */
static void from_a_pipe(void **state)
{
	static const char ada[] = "ada:x:1000:1000::/:/bin/sh\n",
			  bob[] = "bob:x:1001:1::/:/bin/sh\n";
	struct et_users *u = NULL;
	uint32_t size = sizeof(ada) - 1;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	write_file(path, "root:x:0:0:root:/root:/bin/sh\n");
	assert_int_equal(et_users_new(path, fds[0], &u), 0);
	assert_string_equal(et_users_name(u, 0), "root");
	et_users_refresh(u, 10 * SECOND);
	assert_string_equal(et_users_name(u, 0), "root");
	put(fds[1], ada, size);
	et_users_refresh(u, 11 * SECOND);
	assert_string_equal(et_users_name(u, 1000), "ada");
	assert_null(et_users_name(u, 0));
	put(fds[1], "ada:x:10", size);
	et_users_refresh(u, 12 * SECOND);
	assert_string_equal(et_users_name(u, 1000), "ada");
	assert_int_equal(write(fds[1], "05:1000::/:/bin/sh\n", 19), 19);
	put(fds[1], bob, sizeof(bob) - 1);
	et_users_refresh(u, 13 * SECOND);
	assert_string_equal(et_users_name(u, 1001), "bob");
	assert_null(et_users_name(u, 1005));
	close(fds[1]);
	et_users_refresh(u, 14 * SECOND);
	et_users_refresh(u, 15 * SECOND);
	assert_string_equal(et_users_name(u, 1001), "bob");
	et_users_free(u);
	close(fds[0]);
}

static void no_file(void **state)
{
	struct et_users *u = NULL;

	(void)state;
	assert_int_equal(et_users_new("/nonexistent/passwd", -1, &u), 0);
	assert_null(et_users_name(u, 0));
	et_users_free(u);
	et_users_free(NULL);
}

/* Set names one by one, without a file. A replay sets the names of its recording in this way. */
static void set(void **state)
{
	struct et_users *u = NULL;
	__u64 version;

	(void)state;
	assert_int_equal(et_users_new_empty(&u), 0);
	et_users_refresh(u, 1);
	assert_null(et_users_name(u, 5));
	for (__u32 uid = 100; uid > 0; uid--) {
		char name[16];

		snprintf(name, sizeof(name), "u%u", uid);
		assert_int_equal(et_users_set(u, uid * 2, name, strlen(name)), 0);
	}
	version = et_users_version(u);
	assert_int_equal(et_users_set(u, 10, "other", 5), 0);
	assert_int_equal(et_users_set(u, 12, NULL, 0), 0);
	assert_int_equal(et_users_set(u, 13, NULL, 0), 0);
	assert_true(et_users_version(u) != version);
	assert_string_equal(et_users_name(u, 2), "u1");
	assert_string_equal(et_users_name(u, 10), "other");
	assert_null(et_users_name(u, 11));
	assert_null(et_users_name(u, 12));
	assert_string_equal(et_users_name(u, 14), "u7");
	assert_string_equal(et_users_name(u, 200), "u100");
	et_users_free(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),   cmocka_unit_test(changes), cmocka_unit_test(from_a_pipe),
		cmocka_unit_test(no_file), cmocka_unit_test(set),
	};
	const char *tmp = getenv("TEST_TMPDIR");

	snprintf(path, sizeof(path), "%s/passwd", tmp ? tmp : "/tmp");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
