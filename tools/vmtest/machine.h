/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual machine: a kernel, and the jobs that guest/init.c runs on it. */
#ifndef TOOLS_VMTEST_MACHINE_H
#define TOOLS_VMTEST_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A CPU without what is only work to an emulator: page tables of five levels; protection of user
 * memory from the kernel; strings that are copied by the byte, which kernel and libc prefer where
 * a CPU is good at it.
 */
#define MACHINE_CPU "max,-la57,-smap,-smep,-umip,-erms"

/* Called for each line that jobs print and init says, without its newline, once it has ended. */
typedef void (*machine_line_fn)(void *ctx, const char *line);

struct machine_options {
	const char *qemu;           /* the emulator: beside it root/, with what it needs */
	const char *cpu;            /* as the emulator calls it; NULL: MACHINE_CPU */
	const char *cpus;           /* how many */
	unsigned int possible_cpus; /* that its kernel is to find possible; 0: those that it has */
	const char *kernel;         /* the kernel's file */
	const char *const *initrds; /* archives of its initial root; NULL-terminated */
	const char *parameters;     /* of the kernel, behind those that it always gets */
	const char *jobs;           /* text of /jobs: see guest/init.c */
	int seconds;                /* that all of it may take */
	machine_line_fn on_line;
	void *ctx;
};

struct machine_result {
	bool complete; /* it got to its last line */
	int boots;     /* that it took to get there */
	char *console; /* what the last boot's kernel said; free() it */
};

/**
 * machine_run() - boot, run the jobs, and wait for the end
 * @opts:	what and how
 * @ret:	receives how it went
 *
 * An emulator of several CPUs now and then runs kernel code that another of them is just patching,
 * and the kernel then panics. So a boot that did not get as far as the first job is told of, and
 * tried again, twice. What happens behind that is never tried again.
 *
 * Return: 0 or a negative errno of starting it.
 */
int machine_run(const struct machine_options *opts, struct machine_result *ret);

#endif /* TOOLS_VMTEST_MACHINE_H */
