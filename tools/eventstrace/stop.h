/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to stop a recording: SIGINT, SIGTERM, SIGHUP, and the end of --duration. All of them
 * make one descriptor readable, so a request between a check and a sleep is not missed.
 */
#ifndef TOOLS_EVENTSTRACE_STOP_H
#define TOOLS_EVENTSTRACE_STOP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * stop_install() - let signals stop the program cleanly
 *
 * Until stop_begin(), a signal ends the program immediately with status 0: no event is recorded
 * yet, and the kernel frees the loaded programs. An ignored SIGHUP stays ignored (nohup).
 *
 * Return: 0 or a negative errno.
 */
int stop_install(void);

/**
 * stop_begin() - from now on, a signal requests a clean stop
 * @duration_ns:	also request a stop after this time; 0: no limit
 *
 * A second SIGINT ends the program immediately, with the default effect of the signal.
 *
 * Return: 0 or a negative errno.
 */
int stop_begin(uint64_t duration_ns);

/**
 * stop_reopen_at_hangup() - from now on, SIGHUP requests to reopen files
 *
 * Call it after stop_install(). A hang-up of the terminal still requests a stop, also if a shell
 * passes it on. If SIGHUP was ignored, it is now handled, but a hang-up of the terminal stays
 * ignored.
 *
 * Return: 0 or a negative errno.
 */
int stop_reopen_at_hangup(void);

/*
 * A descriptor that becomes readable when files must be reopened; -1: stop_reopen_at_hangup() was
 * not called.
 */
int stop_reopen_fd(void);

/*
 * True if files must be reopened. The call also resets this. Requests at about the same time count
 * as one.
 */
bool stop_reopen_take(void);

/**
 * stop_forward() - write each signal to a pipe, instead of stopping
 * @fd:		receives the number of each signal as a byte; -1: signals stop the program again
 *
 * Call it after stop_install(). Also handles SIGQUIT. A signal of the terminal is ignored, because
 * the other processes of the group get it, too. Until stop_begin(), a signal ends the program with
 * status 128 plus its number.
 */
void stop_forward(int fd);

/* True if a signal requested a stop. */
bool stop_signalled(void);

/* A descriptor that becomes readable when a stop is requested. */
int stop_fd(void);

#endif /* TOOLS_EVENTSTRACE_STOP_H */
