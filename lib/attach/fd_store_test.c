/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/fd_store.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#define MOST (ET_FD_STORE_SOCKETS * ET_FD_STORE_EACH)

/* Return the lowest free descriptor number. */
static int lowest(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

/* True if a pipe's writing end is open in any process. */
static int is_open(int reader)
{
	char byte;
	ssize_t n = read(reader, &byte, 1);

	assert_true(n == 0 || (n < 0 && errno == EAGAIN));
	return n < 0;
}

static void keeps(size_t count)
{
	struct et_fd_store store = { .count = 0 };
	int readers[MOST], sockets[ET_FD_STORE_SOCKETS], before;
	size_t taken;

	for (size_t i = 0; i < count; i++) {
		int pair[2];

		assert_int_equal(pipe2(pair, O_CLOEXEC | O_NONBLOCK), 0);
		readers[i] = pair[0];
		before = lowest();
		assert_int_equal(et_fd_store__put(&store, pair[1]), 0);
		close(pair[1]);
		/* For a new socket, the store needs at most two more descriptors. */
		assert_true(lowest() <= before + 2);
	}
	for (size_t i = 0; i < count; i++)
		assert_true(is_open(readers[i]));
	taken = et_fd_store__take(&store, sockets);
	assert_int_equal(taken, (count + ET_FD_STORE_EACH - 1) / ET_FD_STORE_EACH);
	for (size_t i = 0; i < taken; i++)
		close(sockets[i]);
	for (size_t i = 0; i < count; i++) {
		assert_false(is_open(readers[i]));
		close(readers[i]);
	}
	assert_int_equal(et_fd_store__take(&store, sockets), 0);
}

static void any_number(void **state)
{
	int before = lowest();

	(void)state;
	keeps(0);
	keeps(1);
	keeps(ET_FD_STORE_EACH - 1);
	keeps(ET_FD_STORE_EACH);
	keeps(ET_FD_STORE_EACH + 1);
	keeps(MOST);
	assert_int_equal(lowest(), before);
}

static void full(void **state)
{
	struct et_fd_store store = { .count = 0 };
	int sockets[ET_FD_STORE_SOCKETS];
	size_t taken;

	(void)state;
	for (size_t i = 0; i < MOST; i++)
		assert_int_equal(et_fd_store__put(&store, STDOUT_FILENO), 0);
	assert_int_equal(et_fd_store__put(&store, STDOUT_FILENO), -ENOSPC);
	taken = et_fd_store__take(&store, sockets);
	while (taken)
		close(sockets[--taken]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_number),
		cmocka_unit_test(full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
