/* SPDX-License-Identifier: BSD-2-Clause */
/* Internal to the text format. */
#ifndef ET_ENCODE_TEXT_STATE_H
#define ET_ENCODE_TEXT_STATE_H

#include "lib/decode/decode.h"
#include "lib/encode/line.h"
#include "lib/encode/text.h"
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
	ET_COLUMNS,
};

struct et_text {
	struct et_text_options options;
	struct et_users *users;
	unsigned int limit; /* columns of a line */
	bool chosen;        /* the columns were chosen: none is left out where there is no room */
	unsigned char columns[ET_COLUMNS];
	unsigned int column_count;
	unsigned char width[ET_COLUMNS]; /* 0: left out */
	__u64 second;                    /* of `clock` and `date` */
	char clock[16], date[16];
};

/* Add what the event tells beside its columns. */
void et_text_what(struct et_line *l, const struct et_text *text, const struct et_event *event);

/* Add a user's name, or else the number. */
void et_text_user(struct et_line *l, const struct et_text *text, __u32 uid);

/* True if the event reports a failure. */
bool et_text_is_failure(const struct et_event *event);

/* True if et_text_what() knows this event type. */
bool et_text_knows(unsigned int type);

#endif /* ET_ENCODE_TEXT_STATE_H */
