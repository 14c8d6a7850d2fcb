/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots a kernel in a virtual machine, where guest/init.c runs jobs. */
#ifndef TOOLS_VMTEST_VM_H
#define TOOLS_VMTEST_VM_H

#include <stdbool.h>
#include <stddef.h>

/* Called for each line of the jobs and of init, without its newline. */
typedef void (*vm_line_fn)(void *ctx, const char *line);

struct vm_options {
	/* path of the emulator; the folder root/ next to it has the files that it needs */
	const char *qemu;
	const char *cpu;  /* CPU model of the emulator; NULL: that of vm_arch.h */
	const char *cpus; /* number of CPUs */
	/* number of possible CPUs that the kernel finds; 0: the present ones */
	unsigned int possible_cpus;
	const char *kernel;         /* path of the kernel */
	const char *const *initrds; /* paths of the archives of the initial root; NULL-terminated */
	const char *parameters;     /* kernel parameters in addition to the usual ones */
	const char *jobs;           /* text of /jobs; see guest/init.c */
	int seconds;                /* a guest that prints nothing for this time hangs */
	vm_line_fn on_line;
	void *ctx;
};

struct vm_result {
	bool complete; /* the guest has printed its last line */
	int boots;     /* number of boots that were made */
	char *console; /* kernel's log of the last boot, for free(3) */
};

/**
 * vm_run() - boot, run the jobs, and wait for the end
 * @opts:	options
 * @ret:	receives the result
 *
 * An emulator of several CPUs sometimes executes kernel code that another CPU is patching, and the
 * kernel panics. So a boot without a first job is reported and tried again, at most twice. After a
 * first job, no failure is tried again.
 *
 * Return: 0, or a negative errno if the emulator cannot be started.
 */
int vm_run(const struct vm_options *opts, struct vm_result *ret);

#endif /* TOOLS_VMTEST_VM_H */
