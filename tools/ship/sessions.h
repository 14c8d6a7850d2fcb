/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers the sessions whose messages a topic has, by host, boot and session. */
#ifndef TOOLS_SHIP_SESSIONS_H
#define TOOLS_SHIP_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/ship/received.h"

/* Longer texts are cut: no sender makes them. */
struct ship_session_name {
	char host[72], boot_id[40], session[40];
};

/* The name of a message's session. */
struct ship_session_name ship_session_name_of(const struct ship_received *message);

bool ship_session_name_is(const struct ship_session_name *a, const struct ship_session_name *b);

size_t ship_session_name_hash(const struct ship_session_name *name);

/* All zero: empty. */
struct ship_sessions {
	struct ship_session_name *names; /* by number */
	size_t count;
	size_t *slots; /* a hash table: number + 1; 0: unused */
	size_t slot_count;
	size_t last; /* number of the session of the last message */
};

/**
 * ship_sessions_find() - get the number of a message's session
 * @sessions:	the sessions
 * @message:	the message; a session that is new gets the next number
 * @ret:	receives the number
 *
 * Return: 1 if the session is new, else 0; or -ENOMEM.
 */
int ship_sessions_find(struct ship_sessions *sessions, const struct ship_received *message,
		       size_t *ret);

void ship_sessions_free(struct ship_sessions *sessions);

#endif /* TOOLS_SHIP_SESSIONS_H */
