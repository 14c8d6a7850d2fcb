/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Figures that the gate compares, each with a name: "bytes/tty-flood-1/process-tty-write/varlen".
 * Lower is better, except of names that begin with "holds/" or "rate/".
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

enum figure_group {
	FIGURES_EXACT,    /* the same on every machine, or nearly: see baseline.c */
	FIGURES_VERIFIER, /* the same on every machine with this kernel */
	FIGURES_TIMED,    /* ratios of what was timed in one run: on machines of one kind alike */
	FIGURE_GROUPS,
};

extern const char *const figure_group_names[FIGURE_GROUPS];

struct figure {
	enum figure_group group;
	char name[112];
	double value;
};

struct figures {
	struct figure *v;
	size_t count;
	char kernel[80];
	int cpus;          /* that are possible */
	char machine[240]; /* what kind it is: its processors, and how many run */
};

/* Note a figure; its name is that of a path. Return: 0 or -ENOMEM. */
int figures_add(struct figures *f, enum figure_group group, double value, const char *name, ...)
	__attribute__((format(printf, 4, 5)));

/* NULL: it is not there. */
struct figure *figures_find(const struct figures *f, enum figure_group group, const char *name);

bool figure_more_is_better(const char *name);

/* The machine's kernel, CPUs and kind. */
void figures_of_here(struct figures *f);

/* Read and write them as JSON. Return: 0 or a negative errno; -EBADMSG: it is none of ours. */
int figures_read(const char *path, struct figures *ret);
int figures_write(const struct figures *f, const char *path);

void figures_free(struct figures *f);

#endif /* BENCH_FIGURES_H */
