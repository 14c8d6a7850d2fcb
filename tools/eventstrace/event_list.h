/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Selects events, from the event flags and --events.
 *
 *	LIST  = item { "," item }
 *	item  = [ "-" ] name
 *	name  = "all" | a category | an event: its flag or its JSON event_type, with or without its
 *		category in front; or "connect", "accept", "close"
 *
 * Upper and lower case are equal, and so are "_" and "-" inside of a name.
 * Items apply from left to right. A list that begins with a minus removes events from the choice so
 * far, or from all events if there is no choice yet.
 */
#ifndef TOOLS_EVENTSTRACE_EVENT_LIST_H
#define TOOLS_EVENTSTRACE_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_choice {
	uint64_t events; /* mask of ET_EVENT_BIT */
	uint64_t named;  /* those of them that were chosen individually */
	bool made;       /* true after any choice, even if it is empty now */
};

/* All event types, as a mask of ET_EVENT_BIT. */
uint64_t event_list_all(void);

/* The events that a name means, as a mask of ET_EVENT_BIT; 0: none. */
uint64_t event_list_find(const char *name);

/* Write that no event has this name, and which one may be meant. */
void event_list_unknown(const char *name, size_t len, char *err, size_t err_size);

/* Add the event type with this id, chosen by its name. */
void event_choice_add(struct event_choice *choice, unsigned int id);

/* Add all event types. */
void event_choice_add_all(struct event_choice *choice);

/**
 * event_choice_apply() - apply a LIST to a choice
 * @choice:	the choice; left alone on failure
 * @list:	the LIST
 * @err:	receives what is wrong with it on failure, without a newline
 * @err_size:	room at @err in bytes
 *
 * Return: 0 or -EINVAL.
 */
int event_choice_apply(struct event_choice *choice, const char *list, char *err, size_t err_size);

#endif /* TOOLS_EVENTSTRACE_EVENT_LIST_H */
