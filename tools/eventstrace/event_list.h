/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which events: what the event flags and --events add up to.
 *
 *	LIST  = item { "," item }
 *	item  = [ "-" ] name
 *	name  = "all" | a category | an event's flag, with or without its category in front
 *
 * Items apply from left to right. A list that begins with a minus takes away from what was
 * chosen so far, or from all events if nothing was.
 */
#ifndef TOOLS_EVENTSTRACE_EVENT_LIST_H
#define TOOLS_EVENTSTRACE_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_choice {
	uint64_t events; /* mask of ET_EVENT_BIT */
	uint64_t named;  /* those of them that were asked for one by one, not as part of more */
	bool made;       /* something was chosen, be it that nothing is left */
};

/* Every event type that there is, as a mask of ET_EVENT_BIT. */
uint64_t event_list_all(void);

/* Add the event type with this id, asked for by its name. */
void event_choice_add(struct event_choice *choice, unsigned int id);

/* Add all event types. */
void event_choice_add_all(struct event_choice *choice);

/**
 * event_choice_apply() - let a LIST change a choice
 * @choice:	the choice; left alone on failure
 * @list:	the LIST
 * @err:	receives what is wrong with it on failure, without a newline
 * @err_size:	room at @err in bytes
 *
 * Return: 0 or -EINVAL.
 */
int event_choice_apply(struct event_choice *choice, const char *list, char *err, size_t err_size);

#endif /* TOOLS_EVENTSTRACE_EVENT_LIST_H */
