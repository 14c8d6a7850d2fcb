/* SPDX-License-Identifier: BSD-2-Clause */
/* What it costs to have programs verified, by the verifier's own account. */
#ifndef ET_COST_H
#define ET_COST_H

#include <stddef.h>

#include "lib/include/eventstrace.h"

struct bpf_object;

/* Of each program that is to be loaded. */
struct et_costs {
	struct et_program *programs;
	char **logs; /* of each; NULL when they have been read */
	size_t count;
};

/**
 * et_costs__ask() - have the verifier keep an account of each program
 * @obj:	opened, and told which programs to load; not loaded yet
 * @ret:	receives room for the accounts; to be freed with et_costs__free(), not before @obj
 *		is loaded or given up
 *
 * Return: 0 or a negative errno.
 */
int et_costs__ask(const struct bpf_object *obj, struct et_costs *ret);

/* Read the accounts, once the object is loaded. */
void et_costs__take(struct et_costs *costs);

void et_costs__free(struct et_costs *costs);

/**
 * et_cost__read() - read one account
 * @log:	what the verifier wrote
 * @ret:	receives instructions and microseconds
 *
 * Return: 0, or -ENOENT if that is not in it.
 */
int et_cost__read(const char *log, struct et_program *ret);

#endif /* ET_COST_H */
