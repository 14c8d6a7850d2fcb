/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers names of sessions, up to a limit, because a topic can have any number of names. At the
 * limit, a new name gets the number of the name that was looked up longest ago.
 */
#ifndef TOOLS_SHIP_READ_RECENT_H
#define TOOLS_SHIP_READ_RECENT_H

#include <stddef.h>

#include "tools/ship/sessions.h"

struct recent;

/* Make an empty table for at most @max names, at least 1. Return: 0 or -ENOMEM. */
int recent_new(size_t max, struct recent **ret);

enum recent_result {
	RECENT_KNOWN,
	RECENT_ADDED,    /* the next number */
	RECENT_REPLACED, /* the number of another name, which is forgotten */
};

/**
 * recent_find() - get the number of a name, and make it the most recent one
 * @recent:	the table
 * @name:	the name
 * @ret:	receives the number
 *
 * Return: a value of enum recent_result, or -ENOMEM.
 */
int recent_find(struct recent *recent, const struct ship_session_name *name, size_t *ret);

/* Number of names: all smaller numbers are in use. */
size_t recent_count(const struct recent *recent);

/* NULL is allowed. */
void recent_free(struct recent *recent);

#endif /* TOOLS_SHIP_READ_RECENT_H */
