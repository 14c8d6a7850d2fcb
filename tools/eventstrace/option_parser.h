/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of options_parse(), for the files that implement it. */
#ifndef TOOLS_EVENTSTRACE_OPTION_PARSER_H
#define TOOLS_EVENTSTRACE_OPTION_PARSER_H

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tools/eventstrace/option_table.h"
#include "tools/eventstrace/options.h"

struct parser {
	struct options opts;
	const struct option *longs;
	const char *config;    /* path of the file of --config; NULL: none */
	bool given[KEY_EVENT]; /* options that the command line has, by kind_of() */
	char *err;
	size_t err_size;
};

/* Write the error message to @p->err. Return: -EINVAL. */
__attribute__((format(printf, 2, 3))) static inline int fail(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->err, p->err_size, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/**
 * options_check() - check the combination of options, after all are parsed
 * @p:		has the options; receives the values that depend on several options
 *
 * Fails if an option excludes or needs another option.
 *
 * Return: 0 or -EINVAL.
 */
int options_check(struct parser *p);

/* The word for @value in the argument of option @key; NULL: there is none. */
const char *option_word_of(int key, int value);

#endif /* TOOLS_EVENTSTRACE_OPTION_PARSER_H */
