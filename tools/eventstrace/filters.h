/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters of the command line: from what people write to what the kernel compares.
 */
#ifndef TOOLS_EVENTSTRACE_FILTERS_H
#define TOOLS_EVENTSTRACE_FILTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/include/eventstrace.h"

#define FILTERS_MAX ((size_t)2 * ET_FILTER_KINDS * ET_FILTER_MAX)

/* Copied as a whole: nothing in it points into it. */
struct filters {
	size_t count;
	struct filter {
		enum et_filter_kind kind;
		bool exclude;
		uint64_t number;
		char comm[16];
		const char *path; /* the caller's */
	} values[FILTERS_MAX];
};

/* Of an option: what it stands for, and its name for messages. */
struct filter_option {
	enum et_filter_kind kind;
	bool exclude;
	const char *name;
};

/**
 * filters_add() - understand the argument of an option
 * @filters:	receives the values; left alone on failure
 * @option:	the option
 * @arg:	a value, or for all but cgroups and paths several, separated by commas; of a path
 *		it is kept
 * @err:	receives one line that says what is wrong on failure, without a newline
 * @err_size:	room at @err in bytes
 *
 * Users may be given by their names, and cgroups by their paths; what does not exist is a
 * failure, and so is a value too much.
 *
 * Return: 0 or -EINVAL.
 */
int filters_add(struct filters *filters, const struct filter_option *option, const char *arg,
		char *err, size_t err_size);

/**
 * filters_give() - as the library wants them
 * @filters:	must live as long as what is returned
 * @ret:	receives filters->count of them
 */
void filters_give(const struct filters *filters, struct et_filter ret[FILTERS_MAX]);

#endif /* TOOLS_EVENTSTRACE_FILTERS_H */
