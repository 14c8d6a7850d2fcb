/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * collide: do programs that interrupt each other on one CPU damage each other's records?
 *
 *	./bazelw run //tools/collide -- --seconds 60
 *	./bazelw run //tools/collide -- --mode direct --only task,watch
 *	./bazelw run //tools/collide -- --unguarded	(programs must damage records)
 *
 * Needs root. Exit status 0: programs collided, and each byte of each record is right.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/collide/run.h"

static int usage(void)
{
	fprintf(stderr,
		"usage: collide [--seconds N] [--mode varlen|fixed|direct|auto] [--unguarded]\n"
		"               [--cpu N] [--only sleep,task,softirq,hardirq,clock,watch]\n");
	return 2;
}

static int find(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (names[i] && !strcmp(names[i], name))
			return i;
	return -1;
}

static int parse_sources(char *list, unsigned int *ret)
{
	unsigned int mask = 0;
	char *save = NULL;

	for (char *s = strtok_r(list, ",", &save); s; s = strtok_r(NULL, ",", &save)) {
		int source = find(run_source_names, COLLIDE_SOURCES, s);

		if (source < 0)
			return -1;
		mask |= 1U << source;
	}
	*ret = mask;
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "mode", required_argument, NULL, 'w' },
		{ "unguarded", no_argument, NULL, 'u' },
		{ "cpu", required_argument, NULL, 'c' },
		{ "only", required_argument, NULL, 'o' },
		{ 0 },
	};
	struct run_options opts = {
		.guarded = true,
		.seconds = 10,
		.cpu = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN) - 1,
	};
	int only = 0, status = 0, opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 's':
			opts.seconds = strtod(optarg, NULL);
			break;
		case 'w':
			only = find(run_mode_names, ET_EMIT_BY_SIZE + 1, optarg);
			if (only < 0)
				return usage();
			break;
		case 'u':
			opts.guarded = false;
			break;
		case 'c':
			opts.cpu = (unsigned int)strtoul(optarg, NULL, 10);
			break;
		case 'o':
			if (parse_sources(optarg, &opts.sources) < 0)
				return usage();
			break;
		default:
			return usage();
		}
	}
	if (optind != argc)
		return usage();
	for (opts.mode = ET_EMIT_VARLEN; opts.mode <= ET_EMIT_BY_SIZE; opts.mode++) {
		struct run_result res;
		int r;

		if (only && (int)opts.mode != only)
			continue;
		r = run(&opts, &res);
		if (r < 0) {
			fprintf(stderr, "collide: %s: %s\n", run_mode_names[opts.mode],
				strerror(-r));
			return 1;
		}
		run_print(&opts, &res);
		if (!run_is_clean(&res))
			status = 1;
	}
	return status;
}
