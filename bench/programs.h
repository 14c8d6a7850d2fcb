/* SPDX-License-Identifier: BSD-2-Clause */
/* BPF programs of a process, and what the kernel counts of them. */
#ifndef BENCH_PROGRAMS_H
#define BENCH_PROGRAMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROGRAMS_MAX 64

struct program {
	char name[64];
	int fd; /* -1: closed */
	uint64_t runs, run_ns;
	uint64_t run_ns_before;         /* what run_ns was in programs_open() */
	uint64_t verified_instructions; /* that the verifier processed; 0 before Linux 5.16 */
};

struct programs {
	struct program v[PROGRAMS_MAX];
	size_t count;
};

/**
 * programs_open() - the programs that a process has open, in the order of their names
 * @pid:	the process
 * @ret:	receives them, with what has been counted so far
 *
 * Return: 0 or a negative errno.
 */
int programs_open(pid_t pid, struct programs *ret);

/*
 * Make of runs and run_ns what has been counted since programs_open(), and close the programs: they
 * live as long as somebody has them open. Return: 0 or a negative errno.
 */
int programs_take(struct programs *programs);

/* Close them without asking. */
void programs_close(struct programs *programs);

/**
 * programs_count_time() - have the kernel count, for as long as a descriptor is open
 * @ret_fd:	receives it
 *
 * Return: 0 or a negative errno.
 */
int programs_count_time(int *ret_fd);

#endif /* BENCH_PROGRAMS_H */
