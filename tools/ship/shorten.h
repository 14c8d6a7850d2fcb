/* SPDX-License-Identifier: BSD-2-Clause */
/* Cuts the values of an event, so that its line is not longer than a consumer takes. */
#ifndef TOOLS_SHIP_SHORTEN_H
#define TOOLS_SHIP_SHORTEN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/decode/decode.h"

/* The smallest limit: no event's line is longer if all its values of variable length are cut. */
#define SHIP_LINE_MIN 4096

/**
 * ship_shorten() - cut one value of an event
 * @event:	the event
 * @len:	bytes of its line
 * @max:	bytes that the line may have; less than @len
 *
 * It cuts the first value that has bytes: the environment, the arguments, or the output of a
 * terminal. Without those, it cuts the longest of the others. A path keeps its end, any other value
 * its beginning. The value is flagged as cut, as a probe does it. The line can need another call:
 * the flag adds members, and a byte of the value can be several bytes of the line.
 *
 * Return: false if the event has no value to cut.
 */
bool ship_shorten(struct et_event *event, size_t len, size_t max);

#endif /* TOOLS_SHIP_SHORTEN_H */
