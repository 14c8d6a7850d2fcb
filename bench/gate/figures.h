/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The figures of the gate. Each has a name, such as "bytes/tty-flood-1/process-tty-write/varlen". A
 * lower figure is better, except for names that begin with "holds/" or "rate/".
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

enum figure_group {
	FIGURES_EXACT,    /* do not depend on the machine; see memory_of() in baseline.c */
	FIGURES_VERIFIER, /* depend only on the kernel */
	FIGURES_TIMED,    /* ratios of times of one run; depend on the kind of machine */
	FIGURE_GROUPS,
};

extern const char *const figure_group_names[FIGURE_GROUPS];

/* The page size, in bytes, of a file that has none. */
#define FIGURES_PAGE 4096

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
	long page_size;    /* in bytes */
	char machine[240]; /* kind of machine: processor model and number of online CPUs */
	/* the only wire format whose exact figures were measured; NULL: all were */
	const char *format;
	/* name of the only figures that were measured, also those below it; NULL: all were */
	const char *only;
};

/* Add a figure. The name is a printf() format. Return: 0 or -ENOMEM. */
int figures_add(struct figures *f, enum figure_group group, double value, const char *name, ...)
	__attribute__((format(printf, 4, 5)));

/* Return: the figure, or NULL if it is missing. */
struct figure *figures_find(const struct figures *f, enum figure_group group, const char *name);

/* True if @name is @above, or begins with it and a slash. */
bool figure_is_below(const char *name, const char *above);

bool figure_more_is_better(const char *name);

/* True for a timed figure that machines of different kinds share: wake-ups, and what they cost. */
bool figure_is_portable(const char *name);

/* Set this machine's kernel, CPUs, page size and kind. */
void figures_of_here(struct figures *f);

/*
 * Read or write figures as JSON. Return: 0 or a negative errno; -EBADMSG: the file has no figures.
 */
int figures_read(const char *path, struct figures *ret);
int figures_write(const struct figures *f, const char *path);

void figures_free(struct figures *f);

#endif /* BENCH_FIGURES_H */
