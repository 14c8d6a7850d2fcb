/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stops a recording from outside: SIGINT, SIGTERM, SIGHUP, and the end of --duration. All of them
 * make one descriptor readable, so that a stop between a check and a sleep is not missed.
 */
#ifndef TOOLS_EVENTSTRACE_STOP_H
#define TOOLS_EVENTSTRACE_STOP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * stop_install() - let signals stop the program cleanly
 *
 * Until stop_begin() a signal ends the program at once, with status 0: nothing is recorded yet, and
 * the kernel frees the loaded programs. An ignored SIGHUP stays ignored (nohup).
 *
 * Return: 0 or a negative errno.
 */
int stop_install(void);

/**
 * stop_begin() - from now on a signal requests a clean stop
 * @duration_ns:	request it also after this time; 0: no limit
 *
 * A second SIGINT, from a user who does not want to wait, ends the program as if it were not
 * handled.
 *
 * Return: 0 or a negative errno.
 */
int stop_begin(uint64_t duration_ns);

/**
 * stop_reopen_at_hangup() - from now on SIGHUP requests that files are opened again
 *
 * Call it after stop_install(). The hang-up of a terminal still stops, also if a shell passes it
 * on. An ignored SIGHUP is no longer ignored, except for such a hang-up.
 *
 * Return: 0 or a negative errno.
 */
int stop_reopen_at_hangup(void);

/* A descriptor that polls readable once this was requested. -1: it cannot be. */
int stop_reopen_fd(void);

/* Take the request: true once for each, or for several that came at about the same time. */
bool stop_reopen_take(void);

/**
 * stop_forward() - write each signal to a pipe, instead of stopping
 * @fd:	receives the signals' numbers, a byte each; -1: from now on signals stop
 *
 * Call it after stop_install(). Also handles SIGQUIT. A signal of the terminal is ignored, because
 * the other processes of its group get it too. Until stop_begin(), a signal ends the program with
 * status 128 plus its number.
 */
void stop_forward(int fd);

/* True if a signal requested a stop. */
bool stop_signalled(void);

/* A descriptor that polls readable once a stop was requested. */
int stop_fd(void);

#endif /* TOOLS_EVENTSTRACE_STOP_H */
