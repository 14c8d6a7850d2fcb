/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts the COMMAND of the command line, and follows it until it ends.
 *
 * There are three processes. The first one is eventstrace, which the caller has started, and whose
 * exit status the caller gets. It starts the second one, the keeper, before it changes anything of
 * itself. The keeper becomes COMMAND's user and starts the third one, which executes COMMAND.
 *
 *	eventstrace: attaches, drops its privileges, records; its seccomp filter forbids
 *	|            to start a program and to signal one
 *	|  control: "go", numbers of signals; the end of the pipe: eventstrace has detached
 *	|  report: process ID, error, wait status
 *	keeper: waits for COMMAND and signals it, with no more privileges than COMMAND's user
 *	|
 *	COMMAND: waits for "go", then executes the program
 *
 * COMMAND is not a child of eventstrace for two reasons. What eventstrace drops or changes must not
 * reach COMMAND, so it must exist before. And a process that decodes other users' bytes must not be
 * able to signal processes. eventstrace is not a child of the keeper, because a caller must reach
 * eventstrace by the number of the process that it has started.
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

/* Properties of the process at its start, which COMMAND gets back. */
struct command_caller {
	sigset_t mask;
	struct sigaction pipe, xfsz, child;
	bool closed[3]; /* standard descriptors */
};

/* The first call of main(): save the properties that this program changes. */
void command_remember(struct command_caller *ret);

struct command {
	pid_t pid;
	int control, report;     /* pipes to and from the keeper; -1: none */
	enum command_wait until; /* what ends the recording */
	const char *name;
	bool gone;   /* COMMAND was told to go */
	bool failed; /* the recording has failed while COMMAND ran */
	bool ended, tree_ended;
	int error;                   /* errno of a failed exec; 0: none */
	int status;                  /* as of waitpid(2) */
	uint64_t gone_ns, ended_ns;  /* CLOCK_MONOTONIC */
	uint64_t user_us, system_us; /* CPU time of COMMAND and of the children it waited for */
};

#define COMMAND_INIT { .control = -1, .report = -1 }

/**
 * command_start() - start the process that will execute COMMAND
 * @options:	of the command line, with a COMMAND
 * @caller:	from command_remember()
 * @ret:	receives the command; left alone on failure
 *
 * Return: 0, or the exit status for a failure that was reported: 127 if there is no such program,
 * 126 if it cannot be executed, or an enum status.
 */
int command_start(const struct options *options, const struct command_caller *caller,
		  struct command *ret);

/**
 * command_leave_standard_fds() - leave standard input and output to COMMAND
 * @stdout_used:	events go to standard output; keep it
 *
 * A pipe must end when COMMAND closes it, although this process still runs. Call it after all
 * outputs are open: one may be /dev/stdout.
 */
void command_leave_standard_fds(bool stdout_used);

/* The filter that leaves only COMMAND and its descendants. */
struct et_filter command_filter(const struct command *command);

/* Execute COMMAND. */
void command_go(struct command *command);

/**
 * command_read() - read a report of the keeper
 * @command:	the command, whose report polls readable
 *
 * Return: true if the recording ends: COMMAND has ended, and with COMMAND_WAIT_TREE also its
 * descendants.
 */
bool command_read(struct command *command);

/**
 * command_finish() - let COMMAND run on, or wait for its end
 * @command:	the command
 * @status:	exit status of the recording
 *
 * Waits only if the recording has failed, because COMMAND's status then decides. It runs on after
 * -d and -n.
 *
 * Return: the exit status of this program.
 */
int command_finish(struct command *command, int status);

#endif /* TOOLS_EVENTSTRACE_COMMAND_H */
