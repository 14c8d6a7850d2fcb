/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the state of the calling thread from /proc and by system calls. */
#ifndef TOOLS_CASES_ACCOUNT_SNAP_H
#define TOOLS_CASES_ACCOUNT_SNAP_H

#ifndef _GNU_SOURCE
# define _GNU_SOURCE
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Flags of a path, as in an event. */
#define PATH_DELETED     (1u << 0)
#define PATH_UNREACHABLE (1u << 1)

struct account_pids {
	uint32_t tid, tgid, ppid, pgid, sid;
	uint64_t start_lo, start_hi; /* CLOCK_MONOTONIC in ns; a range, because /proc has ticks */
	uint64_t boot_lo, boot_hi;   /* CLOCK_BOOTTIME in ns, the clock of /proc; a range too */
};

struct account_creds {
	uint32_t ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
	uint64_t cap_permitted, cap_effective;
};

struct account_tty {
	uint32_t major, minor;
	uint16_t rows, cols;
	uint32_t iflag, oflag, lflag, cflag;
	uint32_t devpts; /* st_dev of the terminal's devpts instance; 0: none */
};

#define ACCOUNT_NS 7

/* State of a thread at one moment. */
struct account_snap {
	struct account_pids pids;
	struct account_creds creds;
	struct account_tty ctty;
	uint32_t ns[ACCOUNT_NS]; /* uts ipc mnt net cgroup time pid */
	char comm[16];
	char cgroup[4097];    /* in the hierarchy of the pids controller */
	char cgroup_v2[4097]; /* in the hierarchy of version 2; empty if /proc does not show it */
	char cwd[8193];
	unsigned int cwd_flags;
};

/*
 * Cgroups for further snapshots; NULL: those of /proc. In a cgroup namespace, /proc has other paths
 * than the events.
 */
extern const char *account_cgroup, *account_cgroup_v2;

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t account_now(void);

/* Fill @snap with the state of the calling thread. */
void account_snap(struct account_snap *snap);

/*
 * Describe the terminal that @fd is open on. A pseudo-terminal has two sides: describe the one of
 * @fd.
 */
void account_tty_of(int fd, struct account_tty *tty);

/*
 * Store the calling process's ids in the initial user namespace. Called before the process enters
 * another user namespace.
 */
void account_before_userns(void);

/* Functions that account_snap() calls. */

/* Names of the namespaces in events and in /proc, in the order of account_snap.ns. */
extern const char *const snap_ns_names[ACCOUNT_NS];

void snap_pids(struct account_pids *p);
void snap_creds(struct account_creds *c);
void snap_ns(uint32_t *ns);
void snap_comm(char *comm);
void snap_cgroup(char *ret, char *ret_v2, size_t size); /* each buffer has @size bytes */
uint64_t snap_cgroup_id(const char *path_v2);

/* Time of a clock in nanoseconds. */
uint64_t snap_clock(clockid_t id);

/* Read a file of at most @size - 1 bytes, and append a NUL. Return: its length. */
size_t snap_file(const char *path, char *buf, size_t size);

/* Remove @prefix and @suffix from @s, if @s has both. Return: true if @s had both. */
bool snap_strip(char *s, const char *prefix, const char *suffix);

#endif /* TOOLS_CASES_ACCOUNT_SNAP_H */
