/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments of a virtual machine test: a row of the table of kernels, and paths of files. */
#ifndef TOOLS_VMTEST_CLI_H
#define TOOLS_VMTEST_CLI_H

#include <stdbool.h>

#define CLI_MAX 16

struct cli {
	const char *name;    /* name of the kernel: "linux_6_12" */
	const char *release; /* output of uname -r that the guest must give */
	const char *kernel, *qemu;
	const char *cpu;        /* CPU model of the emulator; NULL: that of vm_arch.h */
	const char *parameters; /* kernel parameters in addition to the usual ones */
	const char *initrds[CLI_MAX + 1];
	const char *kernel_kinds[CLI_MAX + 1]; /* kinds of hooks that this kernel has */
	const char *kinds[CLI_MAX + 1];        /* kinds of hooks to test */
	/* events that a kind lacks on this kernel: "fentry:process-exec" */
	const char *without[CLI_MAX + 1];
	const char *cannot[CLI_MAX + 1];  /* tests that the kernel cannot run */
	const char *formats[CLI_MAX + 1]; /* wire formats */
	const char *loadable;             /* file with the names of modules that cases may load */
	const char *baseline; /* file with the verifier's baseline; NULL: compare nothing */
	const char *theme;    /* run only this theme; NULL: all */
	const char *cpus;     /* number of CPUs; "1" by default */
	bool suites_only;     /* omit the other tests, if there is no theme */
	bool exact;           /* compare all exact figures of the benchmark's gate */
	bool update;          /* write the measured values to the baseline */
	bool verbose;         /* print all output of the guest */
};

/**
 * cli_parse() - parse main()'s arguments
 * @argc:	of main()
 * @argv:	of main()
 * @ret:	receives the arguments; has pointers into @argv
 *
 * Changes to the directory with the files that Bazel gives to the program, because paths are
 * relative to it. Prints an error message on failure.
 *
 * Return: 0 or a negative errno.
 */
int cli_parse(int argc, char **argv, struct cli *ret);

#endif /* TOOLS_VMTEST_CLI_H */
