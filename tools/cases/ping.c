/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ping COUNT MIN_US MAX_US: makes COUNT calls of memfd_create(2), whose events it reads from
 * standard input. Events of a reader are recorded, except writes. Before each call, the process
 * waits for the event of the call before, and then for a random time between MIN_US and MAX_US. It
 * prints the delays of the events in microseconds.
 *
 * If an event does not arrive within two seconds, a second call shows the reason. If only one event
 * arrives then, the first one was lost. If both arrive, the first one was stuck.
 */
#include "tools/cases/account.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define STUCK_MS 2000

static char buf[1 << 20];
static size_t len;

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* Read lines until one contains @what. Return: false if it did not come in time. */
static bool read_until(const char *what, int timeout_ms)
{
	uint64_t end = now_us() + (uint64_t)timeout_ms * 1000;
	char *newline;
	ssize_t n;

	for (;;) {
		struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
		uint64_t now;

		while ((newline = memchr(buf, '\n', len))) {
			size_t line = (size_t)(newline + 1 - buf);
			bool found = memmem(buf, line, what, strlen(what)) != NULL;

			len -= line;
			memmove(buf, newline + 1, len);
			if (found)
				return true;
		}
		now = now_us();
		if (now >= end || poll(&p, 1, (int)((end - now) / 1000) + 1) == 0)
			return false;
		n = read(STDIN_FILENO, buf + len, sizeof(buf) - len);
		CHECK(n > 0);
		len += (size_t)n;
	}
}

static void call(void)
{
	int fd = memfd_create("ping", MFD_CLOEXEC);

	CHECK(fd >= 0);
	close(fd);
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* A pause of less than 1 ms only spins: a sleep would take far longer. */
static void pause_for(uint64_t us)
{
	uint64_t end = now_us() + us;

	if (us > 1000)
		usleep((useconds_t)us);
	while (now_us() < end)
		;
}

int main(int argc, char **argv, char **envp)
{
	uint64_t seed = 0x2545f4914f6cdd1d, count, min, max, stuck = 0, slow = 0, lost = 0, n;
	struct account_snap self;
	uint32_t *took;
	char own[32];

	(void)envp;
	CHECK(argc == 4);
	count = strtoul(argv[1], NULL, 10);
	min = strtoul(argv[2], NULL, 10);
	max = strtoul(argv[3], NULL, 10);
	took = calloc(count + 1, sizeof(*took));
	CHECK(took && count && max >= min);
	account_snap(&self);
	snprintf(own, sizeof(own), "\"tgid\":%u,", self.pids.tgid);
	CHECK(read_until("probes_initialized", 60000));

	for (n = 0; n < count && !stuck; n++) {
		uint64_t begin;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		pause_for(min + seed % (max - min + 1));
		begin = now_us();
		call();
		while (!read_until(own, STUCK_MS)) {
			call();
			if (!read_until(own, STUCK_MS))
				continue; /* the event of this call is lost too */
			if (!read_until(own, STUCK_MS)) {
				lost++;
				begin = now_us();
			} else {
				stuck++;
			}
			break;
		}
		took[n] = (uint32_t)(now_us() - begin);
		slow += took[n] > 100000;
	}
	qsort(took, n, sizeof(*took), by_size);
	printf("{\"case\":\"ping\",\"tgid\":%u,\"count\":%lu,\"stuck\":%lu,\"lost\":%lu,"
	       "\"slow\":%lu,\"median_us\":%u,\"p99_us\":%u,\"slowest_us\":%u}\n",
	       self.pids.tgid, n, stuck, lost, slow, took[n / 2], took[n * 99 / 100], took[n - 1]);
	free(took);
	return 0;
}
