/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a configuration file: a long option a line, without its dashes, as NAME or NAME=VALUE.
 * Empty lines and lines that begin with # mean nothing.
 */
#ifndef TOOLS_EVENTSTRACE_CONFIG_H
#define TOOLS_EVENTSTRACE_CONFIG_H

#include <stddef.h>

/* Largest size of a file in bytes. */
#define CONFIG_MAX (64 * 1024)

struct config {
	char *next; /* text behind the last line that was read */
	unsigned int line;
};

struct config_option {
	const char *name;
	const char *value; /* NULL: the line has no = */
	unsigned int line; /* its number in the file, from 1 */
};

/**
 * config_open() - read a configuration file
 * @path:	a regular file
 * @ret:	receives the position of its first line; left alone on failure
 *
 * The text of one file is kept. It is valid until the next call.
 *
 * Return: 0, -EMEDIUMTYPE: it is no regular file, -EFBIG: it has more than CONFIG_MAX bytes,
 * -EILSEQ: it contains a NUL, or another negative errno.
 */
int config_open(const char *path, struct config *ret);

/**
 * config_next() - get the next option
 * @config:	the position; moves behind the option
 * @ret:	receives the option. Its text is without blanks at both ends
 *
 * Return: 1, or 0 if there is no further option.
 */
int config_next(struct config *config, struct config_option *ret);

#endif /* TOOLS_EVENTSTRACE_CONFIG_H */
