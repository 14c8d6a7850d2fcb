/* SPDX-License-Identifier: BSD-2-Clause */
/* The cost of verifying programs, by the verifier's own statistics. */
#ifndef ET_COST_H
#define ET_COST_H

#include <stddef.h>

#include "lib/include/eventstrace.h"

struct bpf_object;

/* For each program that will be loaded. */
struct et_costs {
	struct et_program *programs;
	char **logs; /* of each program; NULL after they have been read */
	size_t count;
};

/**
 * et_costs__ask() - let the verifier write statistics of each program
 * @obj:	opened, with the programs to load selected; not loaded yet
 * @ret:	receives room for the statistics; to be freed with et_costs__free(), not before @obj
 *		is loaded or given up
 *
 * Return: 0 or a negative errno.
 */
int et_costs__ask(const struct bpf_object *obj, struct et_costs *ret);

/* Read the statistics after the object is loaded. */
void et_costs__take(struct et_costs *costs);

void et_costs__free(struct et_costs *costs);

/**
 * et_cost__read() - read the statistics of one program
 * @log:	the verifier's log
 * @ret:	receives instructions and microseconds
 *
 * Return: 0, or -ENOENT if the log does not contain them.
 */
int et_cost__read(const char *log, struct et_program *ret);

#endif /* ET_COST_H */
