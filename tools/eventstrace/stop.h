/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ends a recording from outside: SIGINT, SIGTERM, SIGHUP, and the end of --duration. All of
 * them make one descriptor readable, so that none is missed between a look and a sleep.
 */
#ifndef TOOLS_EVENTSTRACE_STOP_H
#define TOOLS_EVENTSTRACE_STOP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * stop_install() - let signals stop the program cleanly
 *
 * Until stop_begin() a signal ends the program at once, with status 0: nothing is recorded yet,
 * and the kernel takes back what was loaded. A SIGHUP that is ignored stays so (nohup).
 *
 * Return: 0 or a negative errno.
 */
int stop_install(void);

/**
 * stop_begin() - from now on a signal asks for a clean stop
 * @duration_ns:	ask for it after that long, too; 0: do not
 *
 * A second SIGINT, of a person who does not want to wait, ends the program as if it were not
 * handled.
 *
 * Return: 0 or a negative errno.
 */
int stop_begin(uint64_t duration_ns);

/* Whether a signal asked for a stop. */
bool stop_signalled(void);

/* A descriptor that polls readable from when a stop was asked for. */
int stop_fd(void);

#endif /* TOOLS_EVENTSTRACE_STOP_H */
