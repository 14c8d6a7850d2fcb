/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses filters of the command line into values that the kernel compares. */
#ifndef TOOLS_EVENTSTRACE_FILTERS_H
#define TOOLS_EVENTSTRACE_FILTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/include/eventstrace.h"

#define FILTERS_MAX ((size_t)2 * ET_FILTER_KINDS * ET_FILTER_MAX)

/* Can be copied: no member points into the struct. */
struct filters {
	size_t count;
	struct filter {
		enum et_filter_kind kind;
		bool exclude;
		bool self; /* the process that started eventstrace */
		uint64_t number;
		bool pattern;     /* comm is a pattern */
		char comm[64];    /* the name without escapes, or a pattern with its backslashes */
		const char *path; /* path of a file or cgroup; in the option's argument */
	} values[FILTERS_MAX];
};

/* The kind of an option's filter, and the option's name for messages. */
struct filter_option {
	enum et_filter_kind kind;
	bool exclude;
	const char *name;
};

/**
 * filters_add() - parse the argument of an option
 * @filters:		receives the values; unchanged on failure
 * @option:		the option
 * @arg:		one value, or several separated by commas. A cgroup or path is always one
 *		value, whose pointer @filters keeps
 * @err:		receives one line that describes the error on failure, without a newline
 * @err_size:		room at @err in bytes
 *
 * Users may be given by name. An unknown name is an error, and so are too many values.
 * filters_find_cgroups() finds the IDs of cgroups later.
 *
 * Return: 0 or -EINVAL.
 */
int filters_add(struct filters *filters, const struct filter_option *option, const char *arg,
		char *err, size_t err_size);

/**
 * filters_find_cgroups() - find the IDs of the cgroups that filters name
 * @filters:		from filters_add()
 * @err:		receives one line that describes the error on failure, without a newline
 * @err_size:		room at @err in bytes
 *
 * A replay does not call this function, because cgroups of a recording may not exist on this host.
 *
 * Return: 0 or -EINVAL.
 */
int filters_find_cgroups(struct filters *filters, char *err, size_t err_size);

/**
 * filters_give() - convert the filters for the library
 * @filters:		must live as long as the result
 * @ret:		receives filters->count elements
 */
void filters_give(const struct filters *filters, struct et_filter ret[FILTERS_MAX]);

#endif /* TOOLS_EVENTSTRACE_FILTERS_H */
