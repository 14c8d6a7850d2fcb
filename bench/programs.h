/* SPDX-License-Identifier: BSD-2-Clause */
/* BPF programs of a process, and the kernel's counts of their runs. */
#ifndef BENCH_PROGRAMS_H
#define BENCH_PROGRAMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROGRAMS_MAX 128

struct program {
	char name[64];
	int fd; /* -1: closed */
	uint64_t runs, run_ns;
	uint64_t run_ns_before;         /* run_ns at programs_open() */
	uint64_t verified_instructions; /* that the verifier processed; 0 before Linux 5.16 */
};

struct programs {
	struct program v[PROGRAMS_MAX];
	size_t count;
};

/**
 * programs_open() - open the programs that a process has open, sorted by name
 * @pid:	the process
 * @ret:	receives them, with the counts so far
 *
 * Return: 0 or a negative errno.
 */
int programs_open(pid_t pid, struct programs *ret);

/*
 * The newest programs and maps of the kernel. The kernel numbers them in ascending order, so that
 * what is loaded later has a larger ID.
 */
struct programs_newest {
	uint32_t program, map;
};

void programs_newest(struct programs_newest *ret);

/**
 * programs_open_after() - open the programs that any process loaded since then
 * @then:	from programs_newest()
 * @ret:	receives them, with the counts so far
 * @ret_locked:	receives the kernel memory of the maps that were created since then, in bytes
 *
 * Return: 0 or a negative errno.
 */
int programs_open_after(const struct programs_newest *then, struct programs *ret,
			uint64_t *ret_locked);

/*
 * Set runs and run_ns to the counts since programs_open(), and close the programs. The kernel keeps
 * a program as long as a process has it open. Return: 0 or a negative errno.
 */
int programs_take(struct programs *programs);

/*
 * Time in all open programs since they were loaded, in ns. Return: 0 or a negative errno, with
 * @ret as it was.
 */
int programs_run_ns(const struct programs *programs, uint64_t *ret);

/* Close the programs without reading their counts. */
void programs_close(struct programs *programs);

/**
 * programs_count_time() - make the kernel measure programs, until the descriptor is closed
 * @ret_fd:	receives the descriptor
 *
 * Return: 0 or a negative errno.
 */
int programs_count_time(int *ret_fd);

#endif /* BENCH_PROGRAMS_H */
