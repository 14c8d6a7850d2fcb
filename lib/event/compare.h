/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests: checks that the public functions return the same values as the JSON of an event
 * contains.
 */
#ifndef ET_EVENT_COMPARE_H
#define ET_EVENT_COMPARE_H

struct et_event;

/**
 * compare_with_json() - compare all fields of an event with its JSON object
 * @event:	the event
 *
 * Fails the cmocka test if a value, a length or a flag differs, or if only one of the two has a
 * field.
 */
void compare_with_json(const struct et_event *event);

/*
 * Check that each function of eventstrace_events.h returns the same value as
 * et_event__find_field(), for all fields of @event.
 */
void compare_typed(const struct et_event *event);

#endif /* ET_EVENT_COMPARE_H */
