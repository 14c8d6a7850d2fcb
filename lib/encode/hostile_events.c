/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/encode/hostile_events.h"

#include <string.h>

/*
 * State of a pseudo-random number generator (xorshift64). It begins with the same value in every
 * run, so the events are the same too.
 */
static __u64 seed = 0x9e3779b97f4a7c15;

__u64 hostile_noise(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Write escape sequences and characters that control terminals, and random bytes. */
static size_t hostile_bytes(char *to, size_t room)
{
	static const char *const pieces[] = {
		"\033[2J",
		"\033]0;title\a",
		"\033[31m",
		"\033[0m",
		"\033P+q\033\\",
		"\033c",
		"\23331m",
		"\302\23331m",
		"\xc2\x85",
		"\302\2350;x\302\234",
		"\r\n",
		"\b\b\b",
		"\t",
		"\a",
		"\x7f",
		"\016",
		"\xe2\x80\xae",
		"\xe2\x81\xa6",
		"\xd8\x9c",
		"\xe2\x80\x8d",
		"\xef\xbb\xbf",
		"\xf3\xa0\x81\x81",
		"\xc0\x9b",
		"\xe0\x80\x9b",
		"\xf0\x80\x80\x9b",
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"\xff\xfe",
		"e\xcc\x81\xcc\x81\xcc\x81",
		"\xe6\xbc\xa2\xe5\xad\x97",
		"\xf0\x9f\x98\x80",
		"\xe1\x84\x80\xe1\x85\xa1",
		"'",
		"\\",
		"\"",
		" ",
		"$(reboot)",
		"`",
		"...",
		"plain",
		"/usr/bin/",
		"\xc3",
		"\xe2\x80",
		"\xf0\x9f",
	};
	size_t n = 0, parts = hostile_noise() % 12;

	while (parts--) {
		const char *piece = pieces[hostile_noise() % (sizeof(pieces) / sizeof(*pieces))];
		size_t len = strlen(piece);

		if (hostile_noise() % 4 == 0) {
			if (n < room)
				to[n++] = (char)hostile_noise();
			continue;
		}
		if (n + len > room)
			break;
		memcpy(to + n, piece, len);
		n += len;
	}
	return n;
}

void hostile_event(struct et_record *rec)
{
	/* The variable-length fields of each event type; 0 ends a list. */
	static const unsigned char fields[ET_EVENT_TYPES][ET_VARS_MAX + 1] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = {
#define ET_VAR(owner, NAME, name, doc)                            ET_VAR_##NAME,
#define ET_EVENT_END(name) \
	}                  \
	,
#include "lib/wire/schema.def"
	};
	unsigned int type = 1 + (unsigned int)(hostile_noise() % (ET_EVENT_TYPES - 1));
	char bytes[4096];

	et_record_begin(rec, type);
	for (size_t i = sizeof(struct et_header); i < rec->hdr.fixed; i++)
		rec->bytes[i] = hostile_noise() % 4 ? (unsigned char)hostile_noise() : 0;
	for (const unsigned char *field = fields[type]; *field; field++) {
		size_t n = hostile_bytes(bytes, sizeof(bytes));

		if (hostile_noise() % 8)
			et_record_var(rec, (enum et_var_type) * field, bytes, n);
	}
}
