/* SPDX-License-Identifier: BSD-2-Clause */
/* What a test of virtual machines is told: a row of the table of kernels, and files. */
#ifndef TOOLS_VMTEST_ARGUMENTS_H
#define TOOLS_VMTEST_ARGUMENTS_H

#include <stdbool.h>

#define ARGUMENTS_MAX 16

struct arguments {
	const char *name;    /* of the kernel: "linux_6_12" */
	const char *release; /* as uname -r is to say there */
	const char *kernel, *qemu;
	const char *cpu;        /* as the emulator calls it; NULL: what suits most kernels */
	const char *parameters; /* of the kernel, behind those that it always gets */
	const char *initrds[ARGUMENTS_MAX + 1];
	const char *kernel_kinds[ARGUMENTS_MAX + 1]; /* of hooks, that the kernel has */
	const char *kinds[ARGUMENTS_MAX + 1];        /* those of them that are tested */
	const char *without[ARGUMENTS_MAX + 1];      /* "fentry:process-exec" */
	const char *cannot[ARGUMENTS_MAX + 1];       /* tests that the kernel cannot run */
	const char *formats[ARGUMENTS_MAX + 1];      /* of records */
	const char *loadable; /* file with the names of modules that cases may load */
	const char *baseline; /* of the verifier; NULL: nothing is compared */
	const char *theme;    /* only this one; NULL: all */
	const char *cpus;     /* how many; "1" if not told */
	bool update;          /* make what is measured the baseline */
	bool verbose;         /* print all that the guest says */
};

/**
 * arguments_read() - from main()'s
 * @argc:	of main()
 * @argv:	of main()
 * @ret:	receives them; with pointers into @argv
 *
 * Goes to where Bazel lays out the program's files, so that relative paths lead there.
 * Prints what is wrong.
 *
 * Return: 0 or a negative errno.
 */
int arguments_read(int argc, char **argv, struct arguments *ret);

#endif /* TOOLS_VMTEST_ARGUMENTS_H */
