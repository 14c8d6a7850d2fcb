/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/work.h"

#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tools/cases/account.h"
#include "tools/cases/pty.h"

struct work_spawn {
	const char *program;
	char *argument; /* a string of WORK_ARGUMENT characters */
	char *args[3];
};

struct work_flood {
	struct pty pty;
	char *data;
	size_t size;
};

/* For pauses shorter than this time in ns, the program loops, because a sleep would take longer. */
#define SPIN_NS 100000

static uint64_t now_ns(void)
{
	struct timespec ts;

	CHECK(clock_gettime(CLOCK_MONOTONIC, &ts) == 0);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

void work_pace(void (*one)(void *state), void *state, uint64_t interval_ns, uint64_t count)
{
	uint64_t due = now_ns();

	while (count--) {
		one(state);
		due += interval_ns;
		if (interval_ns >= SPIN_NS) {
			struct timespec at = { .tv_sec = (time_t)(due / 1000000000),
					       .tv_nsec = (long)(due % 1000000000) };

			CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == 0);
		}
		while (now_ns() < due)
			;
	}
}

struct work_spawn *work_spawn_new(const struct runfiles *runfiles)
{
	struct work_spawn *spawn = calloc(1, sizeof(*spawn));
	char *argument = malloc(WORK_ARGUMENT + 1);

	CHECK(spawn && argument);
	memset(argument, 'a', WORK_ARGUMENT);
	argument[WORK_ARGUMENT] = '\0';
	spawn->program = runfiles->noop;
	spawn->args[0] = (char *)"noop";
	spawn->argument = spawn->args[1] = argument;
	return spawn;
}

void work_spawn_resize(struct work_spawn *spawn, size_t size)
{
	size_t others = sizeof("noop") + 1, len = size > others ? size - others : 0;

	CHECK(len <= WORK_ARGUMENT);
	spawn->args[1] = spawn->argument + WORK_ARGUMENT - len;
}

void work_spawn_run(struct work_spawn *spawn, uint64_t count)
{
	/* The record contains the environment, so it must be the same on every machine. */
	static char *const envp[] = { (char *)"A=1", NULL };
	int status;
	pid_t pid;

	while (count--) {
		CHECK(posix_spawn(&pid, spawn->program, NULL, NULL, spawn->args, envp) == 0);
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	}
}

const char *work_compiler(void)
{
	static const char *const paths[] = { "/usr/bin/cc", "/bin/cc" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (access(paths[i], X_OK) == 0)
			return paths[i];
	return NULL;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void work_remove_folder(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

struct work_flood *work_flood_new(size_t size)
{
	struct work_flood *flood = calloc(1, sizeof(*flood));

	CHECK(flood);
	flood->size = size;
	flood->data = malloc(size);
	CHECK(flood->data);
	memset(flood->data, 'a', size);
	pty_open(&flood->pty);
	pty_drain(&flood->pty);
	return flood;
}

void work_flood_run(struct work_flood *flood, uint64_t count)
{
	while (count--)
		CHECK(write(flood->pty.slave, flood->data, flood->size) == (ssize_t)flood->size);
}
