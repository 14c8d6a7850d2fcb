/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The collision stress test. Programs make records, and other programs interrupt them on the same
 * CPU and make records too. Each byte of each record is compared with the expected byte.
 */
#ifndef TOOLS_COLLIDE_RUN_H
#define TOOLS_COLLIDE_RUN_H

#include <stdbool.h>

#include "tools/collide/check.h"

struct run_options {
	enum et_emit_mode mode;
	bool guarded; /* programs claim lanes; otherwise they damage records */
	double seconds;
	bool stop_when_wrong; /* stop after the first wrong byte */
	/* CPU of the programs; the reader runs on another CPU, if there is one */
	unsigned int cpu;
	unsigned int sources; /* mask of 1 << enum collide_source; 0: all */
};

struct run_result {
	struct collide_counts counts;
	__u64 attempted, sent, lost;
	/* lost events without a number: all lanes were held, or a user's share was used up */
	__u64 no_lane;
	__u64 collisions;     /* programs that began while another program made a record */
	__u64 accounts;       /* counts that differ from another count or from the records */
	unsigned int missing; /* sources that this kernel lacks */
	struct collide_depths depths;
	char lines[CHECK_LINES][200]; /* the first errors */
	unsigned int line_count;
	double seconds;
};

/* Names in the command line and the output, indexed by the enum. */
extern const char *const run_mode_names[ET_EMIT_BY_SIZE + 1];
extern const char *const run_source_names[COLLIDE_SOURCES];

/**
 * run() - run the stress test
 * @opts:	options
 * @ret:	receives the result
 *
 * Return: 0 or a negative errno. Wrong records are not an error of this function.
 */
int run(const struct run_options *opts, struct run_result *ret);

/* Print the result as text to standard output. */
void run_print(const struct run_options *opts, const struct run_result *res);

/* True if programs collided, and all records are right. */
bool run_is_clean(const struct run_result *res);

#endif /* TOOLS_COLLIDE_RUN_H */
