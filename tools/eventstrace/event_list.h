/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Selects events, by the options of single events and by --events.
 *
 *	LIST  = item { "," item }
 *	item  = [ "-" ] name
 *	name  = "all" | a category | an event: its flag or its JSON event_type, with or without its
 *		category in front; or "connect", "accept", "close"
 *
 * Upper and lower case are equal, and so are "_" and "-" inside of a name. Items apply from left to
 * right. A list that begins with a minus removes events from the previous choice; without a
 * previous choice, from all events.
 */
#ifndef TOOLS_EVENTSTRACE_EVENT_LIST_H
#define TOOLS_EVENTSTRACE_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_choice {
	uint64_t events; /* mask of ET_EVENT_BIT */
	uint64_t named;  /* those events that were chosen individually */
	bool made;       /* true after any choice, even if no event is left */
};

/* All event types except PROCESS_EXISTS, as a mask of ET_EVENT_BIT. */
uint64_t event_list_all(void);

/* The events with this name, as a mask of ET_EVENT_BIT; 0: none. */
uint64_t event_list_find(const char *name);

/* Write to @err that no event has this name, and a similar name if there is one. */
void event_list_unknown(const char *name, size_t len, char *err, size_t err_size);

/* Add the event type with this ID, as one that was chosen individually. */
void event_choice_add(struct event_choice *choice, unsigned int id);

/* Replace the choice by event_list_all(). */
void event_choice_add_all(struct event_choice *choice);

/**
 * event_choice_apply() - apply a LIST to a choice
 * @choice:		the choice; unchanged on failure
 * @list:		the LIST
 * @err:		receives a description of the error on failure, without a newline
 * @err_size:		room at @err in bytes
 *
 * Return: 0 or -EINVAL.
 */
int event_choice_apply(struct event_choice *choice, const char *list, char *err, size_t err_size);

#endif /* TOOLS_EVENTSTRACE_EVENT_LIST_H */
