/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Figures that the gate compares, each with a name: "bytes/tty-flood-1/process-tty-write/varlen".
 * Lower is better, except for names that begin with "holds/" or "rate/".
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

enum figure_group {
	FIGURES_EXACT,    /* the same on every machine, or nearly: see baseline.c */
	FIGURES_VERIFIER, /* the same on every machine with this kernel */
	FIGURES_TIMED,    /* ratios of times of one run: the same on machines of one kind */
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
	int cpus;          /* possible CPUs */
	char machine[240]; /* the kind of machine: processor model and number of online CPUs */
	/* exact figures were measured only in this wire format; NULL: in all */
	const char *format;
	/* only figures of this name, or below it, were measured; NULL: all */
	const char *only;
};

/* Add a figure; its name is formatted. Return: 0 or -ENOMEM. */
int figures_add(struct figures *f, enum figure_group group, double value, const char *name, ...)
	__attribute__((format(printf, 4, 5)));

/* Return: the figure, or NULL if it is missing. */
struct figure *figures_find(const struct figures *f, enum figure_group group, const char *name);

/* True if @name is @above, or begins with it and a slash. */
bool figure_is_below(const char *name, const char *above);

bool figure_more_is_better(const char *name);

/* True for a timed figure that machines of different kinds share: wake-ups, and what they cost. */
bool figure_is_portable(const char *name);

/* Set this machine's kernel, CPUs and kind. */
void figures_of_here(struct figures *f);

/* Read and write figures as JSON. Return: 0 or a negative errno; -EBADMSG: no figures in it. */
int figures_read(const char *path, struct figures *ret);
int figures_write(const struct figures *f, const char *path);

void figures_free(struct figures *f);

#endif /* BENCH_FIGURES_H */
