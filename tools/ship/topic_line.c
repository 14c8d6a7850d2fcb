/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/topic_line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <yyjson.h>

#include "lib/wire/schema.h"

/* Return: the number, or 0 if there is no such member. */
static uint64_t number(yyjson_val *root, const char *name)
{
	return yyjson_get_uint(yyjson_obj_get(root, name));
}

static int parse_account(yyjson_val *root, struct ship_topic_line *line)
{
	const char *moment = yyjson_get_str(yyjson_obj_get(root, "moment"));

	line->kind = SHIP_LINE_ACCOUNT;
	line->counts = (struct ship_account_counts){
		.segment = number(root, "segment"),
		.first_seq = number(root, "first_seq"),
		.next_seq = number(root, "next_seq"),
		.received = number(root, "received"),
		.lost = number(root, "lost"),
		.rejected = number(root, "rejected"),
		.attempted = number(root, "attempted"),
	};
	for (int i = 0; moment && i < SHIP_ACCOUNT_MOMENTS; i++)
		if (strcmp(moment, ship_account_moments[i]) == 0) {
			line->moment = (enum ship_account_moment)i;
			return 0;
		}
	return -EBADMSG;
}

static int parse_event(yyjson_val *root, const char *type, struct ship_topic_line *line)
{
	yyjson_val *seq = yyjson_obj_get(root, "seq");

	if (!yyjson_is_uint(seq))
		return -EBADMSG;
	line->seq = yyjson_get_uint(seq);
	line->kind = SHIP_LINE_EVENT;
	snprintf(line->event_type, sizeof(line->event_type), "%s", type);
	if (strcmp(type, "LOST") == 0) {
		line->kind = SHIP_LINE_LOST;
		line->lost = number(root, "count");
		line->lost_segment = number(root, "segment");
	} else if (strcmp(type, "PROCESS_EXISTS") == 0 &&
		   yyjson_get_bool(yyjson_obj_get(root, "again"))) {
		line->kind = SHIP_LINE_SNAPSHOT;
	}
	return 0;
}

static int parse_root(yyjson_val *root, struct ship_topic_line *line)
{
	const char *event_type = yyjson_get_str(yyjson_obj_get(root, "event_type"));
	const char *type = yyjson_get_str(yyjson_obj_get(root, "type"));

	line->time_unix_ns = number(root, "time_unix_ns");
	if (event_type)
		return parse_event(root, event_type, line);
	if (type && strcmp(type, SHIP_ACCOUNT_TYPE) == 0)
		return parse_account(root, line);
	return -EBADMSG;
}

int ship_topic_line_parse(const char *text, size_t len, struct ship_topic_line *ret)
{
	struct ship_topic_line line = { 0 };
	yyjson_read_err err;
	/* The flags promise nothing about @text, which is therefore not changed. */
	yyjson_doc *doc =
		yyjson_read_opts((char *)(uintptr_t)text, len, YYJSON_READ_NOFLAG, NULL, &err);
	int r;

	if (!doc)
		return err.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION ? -ENOMEM : -EBADMSG;
	r = parse_root(yyjson_doc_get_root(doc), &line);
	yyjson_doc_free(doc);
	if (r == 0)
		*ret = line;
	return r;
}

void ship_topic_record_parse(const void *record, size_t len, uint64_t seq,
			     struct ship_topic_line *ret)
{
	const struct et_header *header = record;
	const struct et_lost *lost = record;
	struct ship_account_counts counts = { 0 };

	ship_account_count(&counts, record, len);
	*ret = (struct ship_topic_line){ .seq = seq, .lost = counts.lost };
	if (len >= sizeof(*header) && header->type == ET_LOST) {
		ret->kind = SHIP_LINE_LOST;
		if (len >= sizeof(*lost))
			ret->lost_segment = lost->segment;
	} else {
		ret->kind = counts.received ? SHIP_LINE_EVENT : SHIP_LINE_SNAPSHOT;
	}
}
