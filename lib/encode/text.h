/* SPDX-License-Identifier: BSD-2-Clause */
/* What the text format needs beyond an event: columns, the terminal, the names of users. */
#ifndef ET_ENCODE_TEXT_H
#define ET_ENCODE_TEXT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct et_text;

struct et_text_options {
	const char *columns; /* names separated by commas; NULL: the usual ones */
	int fd;              /* the terminal that lines must fit; -1: lines have no limit */
	int users_fd;        /* as for et_users_new() */
	bool header;         /* begin with a line of the columns' names */
	bool color;
	bool utc;
	bool ascii; /* escape all other characters */
};

/**
 * et_text_new() - prepare text lines
 * @options:	copied
 * @ret:	receives the state, for et_encoder.text; the caller frees it with et_text_free()
 *
 * Reads the host's time zone and users now: later the process may be confined.
 *
 * Return: 0, -ENOMEM, or -EINVAL: et_text_bad_column() names the column.
 */
int et_text_new(const struct et_text_options *options, struct et_text **ret);

/* The first name in @columns that no column has, and its length; NULL: all are columns. */
const char *et_text_bad_column(const char *columns, size_t *ret_len);

/* The names of all columns, separated by commas and spaces. */
const char *et_text_column_names(void);

/* Adapt to the terminal's width now, and to changed names. @now_ns: CLOCK_MONOTONIC. */
void et_text_refresh(struct et_text *text, __u64 now_ns);

/* Most bytes of the header. */
#define ET_TEXT_HEADER_MAX 512

/* Write the line of the columns' names, if there is to be one. Return: its bytes, or 0. */
size_t et_text_header(const struct et_text *text, char *buf);

/* NULL is allowed. */
void et_text_free(struct et_text *text);

#endif /* ET_ENCODE_TEXT_H */
