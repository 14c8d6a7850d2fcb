/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The collision stress: programs make records while others interrupt them on the same CPU and make
 * records too, and every byte of every record is compared with what was written.
 */
#ifndef TOOLS_COLLIDE_RUN_H
#define TOOLS_COLLIDE_RUN_H

#include <stdbool.h>

#include "tools/collide/check.h"

struct run_options {
	enum et_emit_way way;
	bool guarded; /* programs claim lanes; otherwise they collide */
	double seconds;
	bool stop_when_wrong; /* one wrong byte is enough */
	unsigned int cpu;     /* where programs run; the reader runs elsewhere if it can */
	unsigned int sources; /* mask of 1 << enum collide_source; 0: all */
};

struct run_result {
	struct collide_counts counts;
	__u64 attempted, sent, lost;
	__u64 no_lane;        /* of those lost: all lanes were held, or a share was used up */
	__u64 collisions;     /* programs that found another one at it when they began */
	__u64 accounts;       /* counts that contradict each other, or the records */
	unsigned int missing; /* sources that this kernel does not have */
	struct collide_depths depths;
	char lines[CHECK_LINES][200]; /* the first things that are wrong */
	unsigned int line_count;
	double seconds;
};

/* Names for the command line and for people, by enum. */
extern const char *const run_way_names[ET_WAY_AUTO + 1];
extern const char *const run_source_names[COLLIDE_SOURCES];

/**
 * run() - do it
 * @opts:	how
 * @ret:	receives what came out
 *
 * Return: 0 or a negative errno. What is wrong with records is no failure of this.
 */
int run(const struct run_options *opts, struct run_result *ret);

/* Print a result for people, to standard output. */
void run_print(const struct run_options *opts, const struct run_result *res);

/* Whether programs collided, and all that they wrote came out right. */
bool run_is_clean(const struct run_result *res);

#endif /* TOOLS_COLLIDE_RUN_H */
