/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the lines of messages in a topic: events, losses and accounts. */
#ifndef TOOLS_SHIP_TOPIC_LINE_H
#define TOOLS_SHIP_TOPIC_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "tools/ship/account.h"

enum ship_line_kind {
	SHIP_LINE_EVENT,
	SHIP_LINE_SNAPSHOT, /* a process that ran already: no event */
	SHIP_LINE_LOST,
	SHIP_LINE_ACCOUNT,
};

struct ship_topic_line {
	enum ship_line_kind kind;
	uint64_t time_unix_ns;
	/* of all but an account */
	uint64_t seq;
	char event_type[48]; /* cut to its room */
	/* of SHIP_LINE_LOST: events, and the dropped segment that had them; 0: none */
	uint64_t lost, lost_segment;
	/* of an account */
	enum ship_account_moment moment;
	struct ship_account_counts counts;
};

/**
 * ship_topic_line_parse() - read a line
 * @text:	the line, a JSON object
 * @len:	its bytes
 * @ret:	receives its members
 *
 * Return: 0; -EBADMSG if it is no line of eventstrace-ship; or -ENOMEM.
 */
int ship_topic_line_parse(const char *text, size_t len, struct ship_topic_line *ret);

/**
 * ship_topic_record_parse() - look at a record of a message with --payload=record
 * @record:	the record, which may contain anything
 * @len:	its bytes
 * @seq:	its number
 * @ret:	receives its members, without time and event_type
 */
void ship_topic_record_parse(const void *record, size_t len, uint64_t seq,
			     struct ship_topic_line *ret);

#endif /* TOOLS_SHIP_TOPIC_LINE_H */
