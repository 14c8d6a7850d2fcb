/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the verifier's statistics about each BPF program: instructions verified, and time. */
#ifndef ET_COST_H
#define ET_COST_H

#include <stddef.h>

#include "lib/include/eventstrace.h"

struct bpf_object;

/* The statistics of each BPF program that will be loaded. */
struct et_costs {
	struct et_program *programs;
	char **logs; /* the verifier's log for each BPF program; NULL after it was read */
	size_t count;
};

/**
 * et_costs__ask() - let the verifier write statistics for each BPF program
 * @obj:	an opened object that is not loaded yet; the programs to load are already selected
 * @ret:	receives room for the statistics; the caller frees it with et_costs__free(), after
 *		@obj is loaded or destroyed
 *
 * Return: 0 or a negative errno.
 */
int et_costs__ask(const struct bpf_object *obj, struct et_costs *ret);

/* Read the statistics from the logs, after the object is loaded. */
void et_costs__take(struct et_costs *costs);

void et_costs__free(struct et_costs *costs);

/**
 * et_cost__read() - read the statistics of one BPF program
 * @log:	the verifier's log
 * @ret:	receives the number of instructions verified, and the time in microseconds
 *
 * Return: 0, or -ENOENT if the log does not contain the statistics.
 */
int et_cost__read(const char *log, struct et_program *ret);

#endif /* ET_COST_H */
