/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs eventstrace with a COMMAND. A failure ends the test. */
#ifndef TOOLS_LIVETEST_COMMAND_RUN_H
#define TOOLS_LIVETEST_COMMAND_RUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FLAGS(...)   ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })
#define COMMAND(...) ((const char *const[]){ __VA_ARGS__, NULL })

/*
 * A folder that every user can read, with a copy of the case "commanded" and the file of the
 * events. The case's own folder may be readable by root only.
 */
extern char command_folder[], command_case[], command_events_path[];

/* Make and remove the folder: for cmocka. Return: 0, or another number. */
int command_folder_make(void **state);
int command_folder_remove(void **state);

/* eventstrace while it runs. */
struct command_process {
	pid_t pid;
	int out, err; /* reading ends of the pipes */
};

/* What eventstrace, and so COMMAND, inherits. */
struct command_setup {
	int (*prepare)(void *ctx); /* as in struct proc_options */
	void *ctx;
	int in, out, err; /* 0: /dev/null for `in`, a pipe for `out` and `err` */
	const char *const *envp;
};

/* What a run gave; for command_result_free(). */
struct command_result {
	int status; /* exit status; -1: a signal ended it */
	char *out, *err, *events;
};

/*
 * Start eventstrace with @flags and @command. Events go to command_events_path, unless the flags
 * name another output. The caller calls command_finish(), or waits for the PID and closes the
 * pipes.
 */
struct command_process command_start(const char *const *flags, const char *const *command,
				     const struct command_setup *setup);

/* Wait until eventstrace has ended, and close its pipes. */
struct command_result command_finish(const struct command_process *process);

/* command_start() with an empty setup, then command_finish(). */
struct command_result command_run(const char *const *flags, const char *const *command);

void command_result_free(struct command_result *result);

/* The text of a file, "" if it does not exist; for free(3). */
char *command_read(const char *path);

/* How often @what is in @text. */
size_t command_count(const char *text, const char *what);

/* Number of events of a type. */
size_t command_count_type(const struct command_result *result, const char *type);

/* A number of the first event of a type, by its JSON pointer; 0: there is no such event. */
uint64_t command_number(const char *events, const char *type, const char *pointer);

/* Fail unless this is the exit status. */
void command_expect_status(const struct command_result *result, int status);

#endif /* TOOLS_LIVETEST_COMMAND_RUN_H */
