/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: an eventstrace-ship that runs as a child. */
#ifndef TOOLS_SHIP_SHIP_PROCESS_H
#define TOOLS_SHIP_SHIP_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

struct ship_process {
	const char *program;
	const char *const *options;     /* after the command; ends with NULL */
	const char *folder;             /* the spool */
	const char *destination;        /* kafka://... */
	const char *messages;           /* the file that its output and messages are appended to */
	const char *const *environment; /* NAME=VALUE, added to that of the test; NULL: none */
	const char *etc;                /* a folder that it has as /etc; NULL: that of the host */
};

/* The kernel refuses to give the child its own /etc. */
#define SHIP_PROCESS_NO_ETC 126

/* Start "eventstrace-ship send". It ends with the test. Return: its PID. */
pid_t ship_process_start(const struct ship_process *process);

/*
 * Start the program with the words @argv, which end with NULL; options, folder and destination are
 * not used. It ends with the test. Return: its PID.
 */
pid_t ship_process_start_words(const struct ship_process *process, const char *const *argv);

/*
 * Wait for its end. After two minutes, it is killed, and the test fails. Return: its exit status,
 * or 128 plus a signal.
 */
int ship_process_wait(pid_t pid);

/* Fail unless the file of messages has a text. */
void ship_process_expect(const char *messages, const char *text);

#endif /* TOOLS_SHIP_SHIP_PROCESS_H */
