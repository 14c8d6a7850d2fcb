/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of account_snap(): data of the calling thread from /proc and system calls. */
#ifndef TOOLS_CASES_ACCOUNT_SNAP_H
#define TOOLS_CASES_ACCOUNT_SNAP_H

#include "tools/cases/account.h"

#include <time.h>

/* Namespaces in the order of struct account_snap, with the names of events and /proc. */
extern const char *const snap_ns_names[ACCOUNT_NS];

void snap_pids(struct account_pids *p);
void snap_creds(struct account_creds *c);
void snap_ns(uint32_t *ns);
void snap_comm(char *comm);
void snap_cgroup(char *ret, char *ret_v2, size_t size); /* each buffer has @size bytes */

/* A clock in nanoseconds. */
uint64_t snap_clock(clockid_t id);

/* Read a file of at most @size - 1 bytes, and append a NUL. Return: its length. */
size_t snap_file(const char *path, char *buf, size_t size);

/* Remove @prefix and @suffix from @s. Return: true if it had both. */
bool snap_strip(char *s, const char *prefix, const char *suffix);

#endif /* TOOLS_CASES_ACCOUNT_SNAP_H */
