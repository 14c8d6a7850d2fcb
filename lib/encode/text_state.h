/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of the format "text"; internal to lib/encode. */
#ifndef ET_ENCODE_TEXT_STATE_H
#define ET_ENCODE_TEXT_STATE_H

#include "lib/decode/decode.h"
#include "lib/encode/line.h"
#include "lib/encode/text.h"
#include "lib/enrich/names.h"
#include "lib/enrich/process_table.h"
#include "lib/enrich/users.h"

enum et_text_column {
	ET_COLUMN_TIME,
	ET_COLUMN_EVENT,
	ET_COLUMN_USER,
	ET_COLUMN_PID,
	ET_COLUMN_PPID,
	ET_COLUMN_COMMAND,
	ET_COLUMN_CONTAINER,
	ET_COLUMN_WHAT,
	ET_COLUMN_DATE,
	ET_COLUMN_UID,
	ET_COLUMN_TID,
	ET_COLUMN_ANCESTORS,
	ET_COLUMNS,
};

struct et_text {
	struct et_text_options options;
	const struct et_names *names;
	/* names that et_text_new() has read; NULL: options.names is used */
	struct et_names *own_names;
	unsigned int limit; /* largest number of characters in a line, or ET_LINE_ENDLESS */
	/* true if the user has chosen the columns: they then stay the same on a narrow terminal */
	bool chosen;
	/* the columns of a line, from left to right: enum et_text_column */
	unsigned char columns[ET_COLUMNS];
	unsigned int column_count;
	/*
	 * characters of each column, indexed by enum et_text_column; 0: the column is left out. For
	 * the column "what", 0 means the rest of the line
	 */
	unsigned char width[ET_COLUMNS];
	/* the processes, for the column "ancestors"; NULL: none are known */
	struct et_process_table *processes;
	/* the second, counted from 1970, that the texts `clock` and `date` show */
	__u64 second;
	char clock[16], date[16];
};

/* Add the text of the column "what", which tells what happened. */
void et_text_what(struct et_line *l, const struct et_text *text, const struct et_event *event);

/* Add a user's name, or the number if the user has no name. */
void et_text_user(struct et_line *l, const struct et_text *text, __u32 uid);

/* True for a failed exec, and for an exit by a signal or with an exit status other than 0. */
bool et_text_is_failure(const struct et_event *event);

/* True if et_text_what() has a text for this event type. */
bool et_text_knows(unsigned int type);

#endif /* ET_ENCODE_TEXT_STATE_H */
