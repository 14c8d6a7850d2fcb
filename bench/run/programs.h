/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds BPF programs, and reads the kernel's counts of their runs. */
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
	uint64_t verified_instructions; /* processed by the verifier; 0 before Linux 5.16 */
};

struct programs {
	struct program v[PROGRAMS_MAX];
	size_t count;
};

/**
 * programs_open() - open the programs that a process holds open, sorted by name
 * @pid:		the process
 * @ret:		receives the programs, with their counts so far
 *
 * Return: 0 or a negative errno.
 */
int programs_open(pid_t pid, struct programs *ret);

/*
 * The largest ID of a BPF program and of a map. The kernel assigns ascending IDs, so programs and
 * maps that are loaded later have larger IDs.
 */
struct programs_newest {
	uint32_t program, map;
};

void programs_newest(struct programs_newest *ret);

/**
 * programs_open_after() - open the programs that any process loaded since programs_newest()
 * @then:		from programs_newest()
 * @ret:		receives the programs, with their counts so far
 * @ret_locked:		receives the kernel memory of the maps that were created since then, in
 *		bytes
 *
 * Return: 0 or a negative errno.
 */
int programs_open_after(const struct programs_newest *then, struct programs *ret,
			uint64_t *ret_locked);

/*
 * Set runs and run_ns to the counts since programs_open(), and close the programs. The counts can
 * be read even if the tracer has exited, because an open descriptor keeps a program loaded. Return:
 * 0 or a negative errno.
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
 * programs_count_time() - make the kernel count runs and run time of all BPF programs
 * @ret_fd:		receives a descriptor; the kernel counts until the caller closes it
 *
 * Return: 0 or a negative errno.
 */
int programs_count_time(int *ret_fd);

#endif /* BENCH_PROGRAMS_H */
