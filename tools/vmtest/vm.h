/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual machine: a kernel, and the jobs that guest/init.c runs on it. */
#ifndef TOOLS_VMTEST_VM_H
#define TOOLS_VMTEST_VM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A CPU without features that are slow in an emulator: page tables of five levels, protection of
 * user memory from the kernel, and fast byte-wise string copies. Kernel and libc prefer such copies
 * on a CPU that has them.
 */
#define MACHINE_CPU "max,-la57,-smap,-smep,-umip,-erms"

/* Called for each complete line of jobs and init, without its newline. */
typedef void (*vm_line_fn)(void *ctx, const char *line);

struct vm_options {
	const char *qemu;           /* the emulator; root/ next to it has the files that it needs */
	const char *cpu;            /* CPU model of the emulator; NULL: MACHINE_CPU */
	const char *cpus;           /* number of CPUs */
	unsigned int possible_cpus; /* CPUs that its kernel finds possible; 0: the present ones */
	const char *kernel;         /* the kernel's file */
	const char *const *initrds; /* archives of its initial root; NULL-terminated */
	const char *parameters;     /* of the kernel, after those that it always gets */
	const char *jobs;           /* text of /jobs; see guest/init.c */
	int seconds;                /* time limit for the whole run */
	vm_line_fn on_line;
	void *ctx;
};

struct vm_result {
	bool complete; /* the guest printed its last line */
	int boots;     /* number of boots that this took */
	char *console; /* log of the last boot's kernel; free() it */
};

/**
 * vm_run() - boot, run the jobs, and wait for the end
 * @opts:	options
 * @ret:	receives the result
 *
 * An emulator of several CPUs sometimes runs kernel code that another CPU is just patching; the
 * kernel then panics. So a boot that does not reach the first job is reported and tried again,
 * twice. A failure after that is never tried again.
 *
 * Return: 0, or a negative errno if the emulator cannot be started.
 */
int vm_run(const struct vm_options *opts, struct vm_result *ret);

#endif /* TOOLS_VMTEST_VM_H */
