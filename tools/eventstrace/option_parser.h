/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of options_parse(), which the files that implement it share. */
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
	bool given[KEY_EVENT]; /* the options of the command line, by kind_of() */
	char *err;
	size_t err_size;
};

/* Write the error message. Return: -EINVAL. */
__attribute__((format(printf, 2, 3))) static inline int fail(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->err, p->err_size, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/**
 * options_check() - check the options together, after each was parsed
 * @p:		its options; receives the values that depend on several options
 *
 * Options that exclude each other, or that need another one, are errors.
 *
 * Return: 0 or -EINVAL.
 */
int options_check(struct parser *p);

/* The word that means @value as the argument of an option; NULL: there is none. */
const char *option_word_of(int key, int value);

#endif /* TOOLS_EVENTSTRACE_OPTION_PARSER_H */
