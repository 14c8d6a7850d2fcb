/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests that another process reads the FIFO, and which lines it measures. */
#include "bench/run/latency.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define S 1000000000ULL

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * S + (uint64_t)ts.tv_nsec;
}

/* Write a line as the tracer does, and wait until it was read. */
static void write_line(int fd, uint64_t ts)
{
	int unread = 1;

	dprintf(fd, "{\"event_type\":\"PROCESS_EXEC\",\"ts_ns\":%" PRIu64 ",\"x\":1}\n", ts);
	while (unread)
		assert_int_equal(ioctl(fd, FIONREAD, &unread), 0);
}

/* Number of descriptors of this process that refer to @path. */
static int count_open(const char *path)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	int count = 0;

	if (!dir) {
		fail_msg("cannot open /proc/self/fd");
		return -1;
	}
	while ((entry = readdir(dir))) {
		char link[300], target[256];
		ssize_t len;

		snprintf(link, sizeof(link), "/proc/self/fd/%s", entry->d_name);
		len = readlink(link, target, sizeof(target) - 1);
		target[len > 0 ? len : 0] = '\0';
		count += !strcmp(target, path);
	}
	closedir(dir);
	return count;
}

/*
 * An event from before latency_begin() has no age. This process does not read the FIFO: if it did,
 * eventstrace would see its children's events as those of the output's reader.
 */
static void test_ages(void **state)
{
	struct latency *l;
	double p50, p99;
	uint64_t before = now_ns();
	int fd;

	(void)state;
	assert_int_equal(latency_start(&l), 0);
	assert_int_equal(count_open(latency_path(l)), 0);
	fd = open(latency_path(l), O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	latency_begin(l);
	write_line(fd, before - 1);
	write_line(fd, now_ns());
	close(fd);
	latency_stop(l, &p50, &p99);
	assert_true(p50 >= 0 && p50 <= (double)(now_ns() - before));
	assert_true(p99 == p50);
}

static void test_none(void **state)
{
	struct latency *l;
	double p50, p99;

	(void)state;
	assert_int_equal(latency_start(&l), 0);
	latency_begin(l);
	latency_stop(l, &p50, &p99);
	assert_true(isnan(p50) && isnan(p99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
