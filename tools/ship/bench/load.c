/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tools/cases/pty.h"
#include "tools/ship/bench/child.h"

#define SECOND_NS 1000000000L

int load_main(const char *per_second, const char *seconds)
{
	const long rate = atol(per_second);
	struct timespec due;
	struct pty pty;

	if (rate < 1)
		return 2;
	pty_open(&pty);
	pty_drain(&pty);
	clock_gettime(CLOCK_MONOTONIC, &due);
	for (long i = rate * atol(seconds); i > 0; i--) {
		(void)!write(pty.slave, "x", 1);
		due.tv_nsec += SECOND_NS / rate;
		if (due.tv_nsec >= SECOND_NS) {
			due.tv_nsec -= SECOND_NS;
			due.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
	}
	pty_close(&pty);
	return 0;
}

int load_run(unsigned int per_second, unsigned int seconds, const char *output)
{
	char rate[16], time[16];
	const char *argv[] = { "/proc/self/exe", "load", rate, time, NULL };
	double ignored;

	snprintf(rate, sizeof(rate), "%u", per_second);
	snprintf(time, sizeof(time), "%u", seconds);
	return child_run(argv, output, &ignored);
}

void load_flags(const char *ret[LOAD_FLAGS_MAX])
{
	static char tree[32];

	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	ret[0] = "-e";
	ret[1] = "tty-write";
	ret[2] = tree;
	ret[3] = NULL;
}
