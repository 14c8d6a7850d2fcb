/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: compares the functions of the public interface with the JSON of an event. */
#ifndef ET_EVENT_COMPARE_H
#define ET_EVENT_COMPARE_H

struct et_event;

/**
 * compare_with_json() - compare all fields of an event, in both directions
 * @event:	the event
 *
 * Fails the cmocka test if a field, its value, its length or a flag differs, and if one of the two
 * has a field that the other lacks.
 */
void compare_with_json(const struct et_event *event);

/* Compare the typed functions of all event types with the fields of @event. */
void compare_typed(const struct et_event *event);

#endif /* ET_EVENT_COMPARE_H */
