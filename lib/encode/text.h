/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of the format "text": its columns and the terminal's width. */
#ifndef ET_ENCODE_TEXT_H
#define ET_ENCODE_TEXT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct et_names;
struct et_text;
struct et_process_table;

struct et_text_options {
	const char *columns; /* names of columns, separated by commas; NULL: the default columns */
	int fd;              /* terminal whose width limits the lines; -1: lines have no limit */
	/*
	 * the names of users, which live longer than the state; NULL: et_text_new() reads
	 * /etc/passwd
	 */
	const struct et_names *names;
	bool header; /* true: begin the output with a line of column names */
	bool color;
	bool utc;   /* print times in UTC, not in local time */
	bool ascii; /* escape all characters that are not ASCII */
	/* true: the default columns have "ancestors" */
	bool ancestors;
};

/**
 * et_text_new() - make the state of the format "text"
 * @options:	copied
 * @ret:	receives the state, for et_encoder.text; the caller frees it with et_text_free()
 *
 * Reads the host's time zone file now: after the tracer has given up its privileges, it cannot open
 * the file.
 *
 * Return: 0, -ENOMEM, or -EINVAL for an unknown column, which et_text_bad_column() finds.
 */
int et_text_new(const struct et_text_options *options, struct et_text **ret);

/*
 * Set the table of processes, for the column "ancestors". The table must see each event before the
 * event's line is made.
 */
void et_text_set_processes(struct et_text *text, struct et_process_table *processes);

/*
 * Return the first name in the list @columns that is no column's name, with its length in @ret_len.
 * NULL: all names are columns.
 */
const char *et_text_bad_column(const char *columns, size_t *ret_len);

/* The names of all columns, separated by commas and spaces. */
const char *et_text_column_names(void);

/* Read the terminal's width again. */
void et_text_refresh(struct et_text *text);

/* Length of the longest line of column names, in bytes. */
#define ET_TEXT_HEADER_MAX 512

/*
 * If options.header is set, write the line of column names. Return: the line's length in bytes; 0
 * if the option is not set.
 */
size_t et_text_header(const struct et_text *text, char *buf);

/* Free the state of the format "text". NULL is allowed. */
void et_text_free(struct et_text *text);

#endif /* ET_ENCODE_TEXT_H */
