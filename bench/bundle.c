/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bundle stress|gate|report [OPTION]...: the benchmark as one file, for hosts without Bazel. The
 * file contains the programs that the separate stress and gate find in Bazel's runfiles.
 */
#include <stdio.h>
#include <string.h>

#include "bench/mains.h"
#include "bench/run/embedded.h"
#include "bench/run/runfiles.h"

static const struct {
	const char *name, *doc;
	int (*main)(int argc, char **argv);
} commands[] = {
	{ "stress", "measure what recording costs, and what is lost", stress_main },
	{ "gate", "compare with the baseline of this build, or with another eventstrace",
	  gate_main },
	{ "report", "make a page of a result of stress --json", report_main },
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

static void print_help(FILE *f)
{
	fputs("usage: bundle COMMAND [OPTION]...\n"
	      "The benchmark of eventstrace in one file; --help after a command prints its options.\n"
	      "\n",
	      f);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(f, "  %-8s %s\n", commands[i].name, commands[i].doc);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		place_embed(embedded, embedded_count);
		return commands[i].main(argc - 1, argv + 1);
	}
	print_help(!strcmp(name, "--help") ? stdout : stderr);
	return strcmp(name, "--help") ? 2 : 0;
}
