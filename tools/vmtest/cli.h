/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments of a virtual machine test: a row of the table of kernels, and files. */
#ifndef TOOLS_VMTEST_CLI_H
#define TOOLS_VMTEST_CLI_H

#include <stdbool.h>

#define CLI_MAX 16

struct cli {
	const char *name;    /* of the kernel: "linux_6_12" */
	const char *release; /* the expected output of uname -r in the guest */
	const char *kernel, *qemu;
	const char *cpu;        /* CPU model of the emulator; NULL: one for most kernels */
	const char *parameters; /* of the kernel, after those that it always gets */
	const char *initrds[CLI_MAX + 1];
	const char *kernel_kinds[CLI_MAX + 1]; /* kinds of hooks that the kernel has */
	const char *kinds[CLI_MAX + 1];        /* kinds that are tested */
	const char *without[CLI_MAX + 1];      /* "fentry:process-exec" */
	const char *cannot[CLI_MAX + 1];       /* tests that the kernel cannot run */
	const char *formats[CLI_MAX + 1];      /* of records */
	const char *loadable; /* file with the names of modules that cases may load */
	const char *baseline; /* of the verifier; NULL: nothing is compared */
	const char *theme;    /* run only this theme; NULL: all */
	const char *cpus;     /* number of CPUs; "1" by default */
	bool update;          /* make the measured values the baseline */
	bool verbose;         /* print all output of the guest */
};

/**
 * cli_parse() - parse main()'s arguments
 * @argc:	of main()
 * @argv:	of main()
 * @ret:	receives them; contains pointers into @argv
 *
 * Changes to the directory in which Bazel lays out the program's files, because paths are relative
 * to it. Prints an error message.
 *
 * Return: 0 or a negative errno.
 */
int cli_parse(int argc, char **argv, struct cli *ret);

#endif /* TOOLS_VMTEST_CLI_H */
