/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of the format "text": its columns, the terminal's width, and the names of users. */
#ifndef ET_ENCODE_TEXT_H
#define ET_ENCODE_TEXT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct et_text;

struct et_text_options {
	const char *columns; /* names separated by commas; NULL: the usual columns */
	int fd;              /* terminal whose width limits the lines; -1: no limit */
	int users_fd;        /* pipe that brings /etc/passwd, for et_users_new(); -1: none */
	bool header;         /* begin with a line of the columns' names */
	bool color;
	bool utc;   /* times in UTC and not in local time */
	bool ascii; /* escape all characters that are not ASCII */
};

/**
 * et_text_new() - make the state of the format "text"
 * @options:	copied
 * @ret:	receives the state, for et_encoder.text; the caller frees it with et_text_free()
 *
 * Reads the host's time zone and users now: later the process may have no access to these files.
 *
 * Return: 0, -ENOMEM, or -EINVAL for an unknown column, which et_text_bad_column() finds.
 */
int et_text_new(const struct et_text_options *options, struct et_text **ret);

/*
 * The first name in the list @columns that is no column, with its length in @ret_len; NULL: none.
 */
const char *et_text_bad_column(const char *columns, size_t *ret_len);

/* The names of all columns, separated by commas and spaces. */
const char *et_text_column_names(void);

/* Read the terminal's width and changed user names again. @now_ns: CLOCK_MONOTONIC time. */
void et_text_refresh(struct et_text *text, __u64 now_ns);

/* Bytes of the longest header line. */
#define ET_TEXT_HEADER_MAX 512

/*
 * Write the line of the columns' names, if options.header is set. Return: its length in bytes, or
 * 0.
 */
size_t et_text_header(const struct et_text *text, char *buf);

/* Free the state. NULL is allowed. */
void et_text_free(struct et_text *text);

#endif /* ET_ENCODE_TEXT_H */
