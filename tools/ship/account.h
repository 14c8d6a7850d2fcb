/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accounts of what a sender has put into a topic. An account is a message of one line of JSON. It
 * is in the partition of its host's events, after those that it counts. It lets a reader of the
 * topic find what is missing. docs/fleet.md describes the line.
 *
 * An account counts one segment from its first record on. So it needs nothing from the segments
 * before, and a sender that starts again continues with the same counts.
 */
#ifndef TOOLS_SHIP_ACCOUNT_H
#define TOOLS_SHIP_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/encode/identity.h"
#include "tools/ship/folder.h"
#include "tools/ship/output.h"

/* Time between two accounts of a segment, in ms. */
#define SHIP_ACCOUNT_MS 10000

/* The value of the member "type", which no event has. */
#define SHIP_ACCOUNT_TYPE "SHIP_ACCOUNT"

/* Values of the header "kind". */
#define SHIP_KIND_EVENTS  "events"
#define SHIP_KIND_ACCOUNT "account"

/* Why an account is sent. */
enum ship_account_moment {
	SHIP_ACCOUNT_START,       /* the session begins: before its first event */
	SHIP_ACCOUNT_RUNNING,     /* the segment still grows */
	SHIP_ACCOUNT_SEGMENT_END, /* the segment was read to its end */
	SHIP_ACCOUNT_SESSION_END, /* the same, and it is the last segment of the session */
	SHIP_ACCOUNT_CUT,         /* the segment has no end, or is damaged before it */
	SHIP_ACCOUNT_MOMENTS,
};

/* The value of the member "moment". */
extern const char *const ship_account_moments[SHIP_ACCOUNT_MOMENTS];

/* The counts of one segment. */
struct ship_account_counts {
	uint64_t segment;   /* its number */
	uint64_t first_seq; /* number of its first record in the session */
	uint64_t next_seq;  /* number after the last record that was read */
	uint64_t received;  /* events in these records */
	uint64_t lost;      /* events that LOST records among them report */
	uint64_t rejected;  /* records for which the topic has no line */
	/* from the account at the segment's end: events that the probes saw; before the end, 0 */
	uint64_t attempted;
};

/* Room for the line of an account. */
#define SHIP_ACCOUNT_MAX (ET_IDENTITY_MAX + ET_JSON_STRING_MAX(40) + 512)

struct ship_account {
	struct ship_account_counts counts;
	struct et_identity identity;
	char session[40];
	char key[112 + 1];
	char line[SHIP_ACCOUNT_MAX];
	char segment_text[24], version_text[8];
};

/* Begin to count a segment: at its first record, or at its end if it has none. */
void ship_account_begin(struct ship_account *account, const struct ship_segment *segment,
			const char *host);

/*
 * Add a record to `received` or `lost`. The processes at the beginning of a segment are no events.
 * The record may contain anything.
 */
void ship_account_count(struct ship_account_counts *counts, const void *record, size_t len);

/* Count a record. @rejected: no line was made of it. */
void ship_account_add(struct ship_account *account, const struct ship_item *item, bool rejected);

/* Take the counts of the account at the segment's end. Return: the moment of this end. */
enum ship_account_moment ship_account_end(struct ship_account *account,
					  const struct ship_segment *segment);

/**
 * ship_account_message() - make the message of an account
 * @account:	the counts
 * @moment:	why it is sent
 * @now_ns:	CLOCK_REALTIME in ns
 *
 * Return: the message, without its cookie. Valid until the account changes.
 */
struct ship_message ship_account_message(struct ship_account *account,
					 enum ship_account_moment moment, uint64_t now_ns);

#endif /* TOOLS_SHIP_ACCOUNT_H */
