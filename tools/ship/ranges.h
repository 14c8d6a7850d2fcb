/* SPDX-License-Identifier: BSD-2-Clause */
/* A set of numbers that mostly grows at its end. It needs memory only for each gap. */
#ifndef TOOLS_SHIP_RANGES_H
#define TOOLS_SHIP_RANGES_H

#include <stddef.h>
#include <stdint.h>

/* The numbers from `first` on, before `next`. */
struct ship_range {
	uint64_t first, next;
};

/* All zero: empty. The ranges are in order, and do not touch. */
struct ship_ranges {
	struct ship_range *ranges;
	size_t count, room;
};

/* Add a number. Return: 1; 0 if the set had it; or -ENOMEM. */
int ship_ranges_add(struct ship_ranges *set, uint64_t number);

/* Remove the range with the smallest numbers. There is one. */
void ship_ranges_remove_first(struct ship_ranges *set);

void ship_ranges_free(struct ship_ranges *set);

#endif /* TOOLS_SHIP_RANGES_H */
