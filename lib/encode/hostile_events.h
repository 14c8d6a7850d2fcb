/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random events for tests, whose text is as hostile as a process can make it: escape sequences,
 * control characters of ASCII and Unicode, invalid UTF-8. They are the same in every run.
 */
#ifndef ET_ENCODE_HOSTILE_EVENTS_H
#define ET_ENCODE_HOSTILE_EVENTS_H

#include <linux/types.h>

#include "lib/decode/record_builder.h"

/* The next pseudo-random number (xorshift64). */
__u64 hostile_noise(void);

/* Write the record of an event of a random type. */
void hostile_event(struct et_record *rec);

#endif /* ET_ENCODE_HOSTILE_EVENTS_H */
