/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters of the command line: converts the user's text to the values that the kernel compares. */
#ifndef TOOLS_EVENTSTRACE_FILTERS_H
#define TOOLS_EVENTSTRACE_FILTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/include/eventstrace.h"

#define FILTERS_MAX ((size_t)2 * ET_FILTER_KINDS * ET_FILTER_MAX)

/* May be copied: no member points into it. */
struct filters {
	size_t count;
	struct filter {
		enum et_filter_kind kind;
		bool exclude;
		bool self; /* the process that started eventstrace */
		uint64_t number;
		bool pattern;     /* comm is a pattern */
		char comm[64];    /* a pattern with its backslashes */
		const char *path; /* the caller's; also of a cgroup */
	} values[FILTERS_MAX];
};

/* The filter of an option, and the option's name for messages. */
struct filter_option {
	enum et_filter_kind kind;
	bool exclude;
	const char *name;
};

/**
 * filters_add() - parse the argument of an option
 * @filters:	receives the values; left alone on failure
 * @option:	the option
 * @arg:	a value, or several separated by commas, except for cgroups and paths; of a path the
 *		pointer is kept
 * @err:	receives one line that describes the error on failure, without a newline
 * @err_size:	room at @err in bytes
 *
 * Users may be given by name. A name that does not exist is a failure, and so is one value too
 * many. The IDs of cgroups are left to filters_find_cgroups().
 *
 * Return: 0 or -EINVAL.
 */
int filters_add(struct filters *filters, const struct filter_option *option, const char *arg,
		char *err, size_t err_size);

/**
 * filters_find_cgroups() - find the IDs of this machine's cgroups that filters name
 * @filters:	from filters_add()
 * @err:	receives one line that describes the error on failure, without a newline
 * @err_size:	room at @err in bytes
 *
 * A replay does not need this: the cgroups of a recording need not exist here.
 *
 * Return: 0 or -EINVAL.
 */
int filters_find_cgroups(struct filters *filters, char *err, size_t err_size);

/**
 * filters_give() - convert the filters for the library
 * @filters:	must live as long as the result
 * @ret:	receives filters->count of them
 */
void filters_give(const struct filters *filters, struct et_filter ret[FILTERS_MAX]);

#endif /* TOOLS_EVENTSTRACE_FILTERS_H */
