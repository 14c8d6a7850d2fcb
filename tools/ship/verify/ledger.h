/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the events of a topic with the accounts that senders have put between them.
 *
 *	struct ledger *ledger = NULL;
 *
 *	r = ledger_new(on_finding, NULL, &ledger);
 *	r = ledger_see(ledger, &message);	(each message, in the order of its partition)
 *	faults = ledger_finish(ledger, now_ms);
 *	while (ledger_session(ledger, n++, &session))
 *		print(&session);
 *	ledger_free(ledger);
 *
 * Events after the last account of a session are not verified: the sender has not yet reported how
 * many it has sent.
 */
#ifndef TOOLS_SHIP_VERIFY_LEDGER_H
#define TOOLS_SHIP_VERIFY_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/ship/received.h"

/* A fault of a topic, or a note. */
enum ledger_kind {
	/* faults */
	LEDGER_GAP,     /* numbers are missing, and no LOST line reports them */
	LEDGER_ORDER,   /* events of a session are not in order */
	LEDGER_ACCOUNT, /* an account does not fit the events before it */
	LEDGER_DAMAGED, /* a segment could not be read to its end, or a message cannot be read */
	LEDGER_CUT,     /* a session ended without its end */
	LEDGER_SILENT,  /* a session has no end, and its sender sends no accounts */
	/* no faults */
	LEDGER_DUPLICATE, /* events are there twice: readers drop them */
	LEDGER_DROPPED,   /* segments are missing, and LOST lines report them */
	LEDGER_BEFORE,    /* the beginning is out of sight */
	LEDGER_BEHIND,    /* events after the last account are not verified yet */
};

struct ledger_finding {
	enum ledger_kind kind;
	bool is_fault;
	const char *message; /* one printable line without a newline */
};

/* A session of a boot of a host. The texts come from the topic, and may have any bytes. */
struct ledger_session {
	const char *host, *boot_id, *session; /* empty: unknown */
	/* up to the last account: events that the accounts count, and events of the topic */
	uint64_t attempted, received, lost;
	uint64_t rejected; /* events of which the senders could not decode the records */
	uint64_t duplicates, faults;
	bool ended;
};

struct ledger;

typedef void (*ledger_fn)(void *ctx, const struct ledger_finding *finding);

/* Return: 0 or -ENOMEM. @fn: called for each finding. */
int ledger_new(ledger_fn fn, void *ctx, struct ledger **ret);

/* The first messages of a partition are gone: up to @offset. They expired, or are not read. */
void ledger_begin_partition(struct ledger *ledger, int32_t partition, int64_t offset);

/* Take a message. Return: 0 or -ENOMEM. */
int ledger_see(struct ledger *ledger, const struct ship_received *message);

/**
 * ledger_finish() - all messages were seen: compare
 * @ledger:	the object
 * @now_ms:	the time in ms since 1970, which shows that a session is silent
 *
 * Return: number of faults, or -ENOMEM.
 */
int ledger_finish(struct ledger *ledger, int64_t now_ms);

/* Get session number @n, in the order of first messages. Return: false if there are fewer. */
bool ledger_session(const struct ledger *ledger, size_t n, struct ledger_session *ret);

/* True if each event that was attempted is received, lost or rejected. */
bool ledger_adds_up(const struct ledger_session *session);

/* NULL is allowed. */
void ledger_free(struct ledger *ledger);

#endif /* TOOLS_SHIP_VERIFY_LEDGER_H */
