/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts the COMMAND of the command line, and waits for its end.
 *
 * There are three processes. The caller starts the first one, eventstrace, and gets its exit
 * status. eventstrace starts the second one, the keeper, before it changes anything of itself. The
 * keeper becomes COMMAND's user and starts the third process, which executes COMMAND.
 *
 *	eventstrace: attaches, drops its privileges, records; its seccomp filter forbids it
 *	|            to start programs and to send signals
 *	|  control: "go", numbers of signals; the end of the pipe: eventstrace has detached
 *	|  report: process ID, error, wait status
 *	keeper: waits for COMMAND and signals it, with no more privileges than COMMAND's user
 *	|
 *	COMMAND: waits for "go", then executes the program
 *
 * COMMAND is not a child of eventstrace for two reasons. It must not inherit anything that
 * eventstrace changes or drops, so it must exist before. And a process that decodes bytes of other
 * users must not be able to signal processes. eventstrace is not a child of the keeper, because its
 * caller sends signals to the process that the caller has started.
 */
#ifndef TOOLS_EVENTSTRACE_COMMAND_H
#define TOOLS_EVENTSTRACE_COMMAND_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/command_user.h"
#include "tools/eventstrace/options.h"

/* Properties of the process at its start. COMMAND gets them back before its exec. */
struct command_caller {
	sigset_t mask;
	struct sigaction pipe, xfsz, child;
	bool closed[3]; /* stdin, stdout, stderr */
};

/* Save the properties that this program changes. main() calls this function first. */
void command_remember(struct command_caller *ret);

struct command {
	pid_t pid;
	int control, report;     /* pipes to and from the keeper; -1: none */
	enum command_wait until; /* determines the end of the recording */
	const char *name;
	bool gone;   /* command_go() was called */
	bool failed; /* the recording failed while COMMAND ran */
	bool ended, tree_ended;
	int error;                   /* errno of a failed exec; 0: none */
	int status;                  /* wait status, as waitpid(2) returns it */
	uint64_t gone_ns, ended_ns;  /* CLOCK_MONOTONIC */
	uint64_t user_us, system_us; /* CPU time of COMMAND and of the children it waited for */
};

#define COMMAND_INIT { .control = -1, .report = -1 }

/**
 * command_start() - start the keeper, and the process that will execute COMMAND
 * @options:		options of the command line, with a COMMAND
 * @caller:		from command_remember()
 * @ret:		receives the command; unchanged on failure
 *
 * Return: 0, or the exit status of a failure that was reported. 127: there is no such program. 126:
 * it cannot be executed. Otherwise an enum status.
 */
int command_start(const struct options *options, const struct command_caller *caller,
		  struct command *ret);

/**
 * command_leave_standard_fds() - replace standard input and output by /dev/null
 * @stdout_used:	events go to standard output; keep it
 *
 * Without this, a pipe would not end when COMMAND closes it, because this process still holds it.
 * Call the function after all outputs are open, because one may be /dev/stdout.
 */
void command_leave_standard_fds(bool stdout_used);

/* The filter that passes only events of COMMAND and its descendants. */
struct et_filter command_filter(const struct command *command);

/* Tell the waiting process to execute COMMAND. */
void command_go(struct command *command);

/**
 * command_read() - read a report of the keeper
 * @command:		the command; its descriptor `report` is readable
 *
 * Return: true if the recording ends: COMMAND has ended, and with COMMAND_WAIT_TREE also its
 * descendants.
 */
bool command_read(struct command *command);

/**
 * command_finish() - detach from the keeper, and compute the exit status
 * @command:		the command
 * @status:		exit status of the recording
 *
 * If the recording has failed, waits until COMMAND ends, because COMMAND's status then decides.
 * After -d and -n, COMMAND continues to run.
 *
 * Return: the exit status of this program.
 */
int command_finish(struct command *command, int status);

#endif /* TOOLS_EVENTSTRACE_COMMAND_H */
