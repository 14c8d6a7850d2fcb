/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

#include <string.h>

struct bench_workload *bench_workloads;
struct bench_row *bench_rows;

/* Constructors run in no defined order, so the list is sorted by `order`, then by name. */
#define REGISTER(list, new)                                                                        \
	do {                                                                                       \
		__typeof__(list) *at_ = &(list);                                                   \
                                                                                                   \
		while (*at_ &&                                                                     \
		       ((*at_)->order < (new)->order ||                                            \
			((*at_)->order == (new)->order && strcmp((*at_)->name, (new)->name) < 0))) \
			at_ = &(*at_)->next;                                                       \
		(new)->next = *at_;                                                                \
		*at_ = (new);                                                                      \
	} while (0)

void bench_register_workload(struct bench_workload *workload)
{
	REGISTER(bench_workloads, workload);
}

void bench_register_row(struct bench_row *row)
{
	REGISTER(bench_rows, row);
}

const struct bench_workload *bench_workload_named(const char *name)
{
	const struct bench_workload *w = bench_workloads;

	while (w && strcmp(w->name, name) != 0)
		w = w->next;
	return w;
}

const struct bench_row *bench_row_named(const char *name)
{
	const struct bench_row *row = bench_rows;

	while (row && strcmp(row->name, name) != 0)
		row = row->next;
	return row;
}
