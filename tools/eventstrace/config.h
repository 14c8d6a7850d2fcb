/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a configuration file. A line is a long option without its dashes: NAME or NAME=VALUE. Empty
 * lines and lines that begin with # are ignored.
 */
#ifndef TOOLS_EVENTSTRACE_CONFIG_H
#define TOOLS_EVENTSTRACE_CONFIG_H

#include <stddef.h>

/* The largest size of a file, in bytes. */
#define CONFIG_MAX (64 * 1024)

struct config {
	char *next; /* text after the last line that was read */
	unsigned int line;
};

struct config_option {
	const char *name;
	const char *value; /* NULL: the line has no = */
	unsigned int line; /* line number in the file, from 1 */
};

/**
 * config_open() - read a configuration file
 * @path:		a regular file
 * @ret:		receives the position of the first line; unchanged on failure
 *
 * Only one file's text is kept. It is valid until the next call.
 *
 * Return: 0; -EMEDIUMTYPE: not a regular file; -EFBIG: more than CONFIG_MAX bytes; -EILSEQ: the
 * file contains a NUL; or another negative errno.
 */
int config_open(const char *path, struct config *ret);

/**
 * config_next() - get the next option
 * @config:		the position; moves to the line after the option
 * @ret:		receives the option; name and value have no blanks at their ends
 *
 * Return: 1; 0: there is no further option.
 */
int config_next(struct config *config, struct config_option *ret);

#endif /* TOOLS_EVENTSTRACE_CONFIG_H */
