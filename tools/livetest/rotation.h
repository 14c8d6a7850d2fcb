/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs an eventstrace that changes its files, and checks what all files contain together. A failure
 * ends the test.
 */
#ifndef TOOLS_LIVETEST_ROTATION_H
#define TOOLS_LIVETEST_ROTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Time-out in ms that only a hanging eventstrace reaches. */
#define ROTATION_HANGS_MS 60000

/* More files than any test makes. */
#define ROTATION_FILES_MAX 100

/* Number of writes that rotation_check() expects. */
#define ROTATION_WRITES "200000"

/* The folder of a test, and in it the files of the events and of the recording. */
extern char rotation_folder[64], rotation_events[128], rotation_record[128];

/*
 * Make the folder; end the test's eventstrace if it still runs, and remove the folder: for cmocka.
 * Return: 0, or another number.
 */
int rotation_folder_make(void **state);
int rotation_folder_remove(void **state);

/* @path, or @path.@number if @number is not 0. Valid until the second next call. */
const char *rotation_path(const char *path, int number);

/* True for a symbolic link too. */
bool rotation_exists(const char *path);

/* Wait until the file exists. */
void rotation_wait_for(const char *path);

/* eventstrace while it runs. */
struct rotation_process {
	pid_t pid;
	int err; /* a file in memory: its standard error */
};

/*
 * Start eventstrace with @flags. It records terminal writes of this process's descendants only, as
 * short lines. @prepare: as in struct proc_options; NULL: none.
 */
struct rotation_process rotation_start(const char *const *flags, int (*prepare)(void *));

/* Wait until the first line is in the file @path. */
void rotation_wait_ready(const struct rotation_process *process, const char *path);

/* Wait until it has printed @words to standard error. */
void rotation_wait_said(const struct rotation_process *process, const char *words);

/* Wait until the file @path has lines of at least @count events. */
void rotation_wait_events(const char *path, size_t count);

/* Wait until it ends. Return: the exit status; *@ret_err: the standard error, for free(3). */
int rotation_finish(struct rotation_process *process, char **ret_err);

/* Start a program that makes @count terminal writes, all on one CPU. Return: its PID. */
pid_t rotation_flood(const char *count);

/* The same, and wait until it ends. */
void rotation_write(const char *count);

/* What files contain. */
struct rotation_found {
	uint64_t events, lost;
	uint64_t last_ns; /* time of the last event */
};

/* Add lines, which must all be whole; those of a file, which may be compressed. */
void rotation_find_lines(struct rotation_found *found, const char *text);
void rotation_find(struct rotation_found *found, const char *path);

/* Add the events of a recording, which must have its account. Return: its attempted events. */
uint64_t rotation_replay(struct rotation_found *found, const char *path);

/*
 * Check that the number of writes, the summary @err, the lines and the recordings agree. @files:
 * the recordings are numbered from 1, the oldest, to @files. The file without a number is the
 * newest. @loses: events must be lost.
 */
void rotation_check(const char *err, int files, bool loses);

#endif /* TOOLS_LIVETEST_ROTATION_H */
