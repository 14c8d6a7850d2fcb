/* SPDX-License-Identifier: BSD-2-Clause */
/* The number of event ids for which a struct et_event_set has room. Internal to lib/. */
#ifndef ET_EVENT_SET_H
#define ET_EVENT_SET_H

#include "lib/include/eventstrace.h"

/* A struct et_event_set has one bit for each event id from 0 to ET_EVENT_SET_IDS - 1. */
#define ET_EVENT_SET_IDS (8 * sizeof(struct et_event_set))

#endif /* ET_EVENT_SET_H */
