/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tells when an account is due while events are recorded: on SIGUSR1, and every --stats-interval.
 * Both make the same descriptor readable, so a signal between a check and a sleep is not missed.
 */
#ifndef TOOLS_EVENTSTRACE_INTERIM_H
#define TOOLS_EVENTSTRACE_INTERIM_H

#include <stdbool.h>
#include <stdint.h>

/* Handle SIGUSR1 from now on. Return: 0 or a negative errno. */
int interim_install(void);

/* Request an account also when the size of the terminal changes (SIGWINCH). */
void interim_at_resize(void);

/*
 * Request an account after every @interval_ns. 0: only on SIGUSR1. Return: 0 or a negative errno.
 */
int interim_begin(uint64_t interval_ns);

/* A descriptor that becomes readable when an account is due. */
int interim_fd(void);

/* True if an account is due. The call also resets this. Never waits. */
bool interim_take(void);

#endif /* TOOLS_EVENTSTRACE_INTERIM_H */
