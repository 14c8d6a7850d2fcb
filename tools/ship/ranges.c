/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/ranges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Index of the first range that ends at or after @number, which it has or may touch. */
static size_t find(const struct ship_ranges *set, uint64_t number)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->ranges[middle].next < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int insert(struct ship_ranges *set, size_t at, uint64_t number)
{
	if (!set->ranges || set->count == set->room) {
		size_t room = set->room ? 2 * set->room : 4;
		struct ship_range *more = realloc(set->ranges, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		set->ranges = more;
		set->room = room;
	}
	if (at < set->count)
		memmove(&set->ranges[at + 1], &set->ranges[at],
			(set->count - at) * sizeof(*set->ranges));
	set->ranges[at] = (struct ship_range){ number, number + 1 };
	set->count++;
	return 1;
}

/* The range @at ends where the next one may begin: then they become one. */
static void join(struct ship_ranges *set, size_t at)
{
	struct ship_range *range = &set->ranges[at];

	if (at + 1 == set->count || range->next != range[1].first)
		return;
	range->next = range[1].next;
	set->count--;
	memmove(range + 1, range + 2, (set->count - at - 1) * sizeof(*range));
}

int ship_ranges_add(struct ship_ranges *set, uint64_t number)
{
	const size_t at = find(set, number);
	struct ship_range *range = at < set->count ? &set->ranges[at] : NULL;

	if (range && number >= range->first && number < range->next)
		return 0;
	if (range && number == range->next) {
		range->next++;
		join(set, at);
	} else if (range && number + 1 == range->first) {
		range->first--;
	} else {
		return insert(set, at, number);
	}
	return 1;
}

void ship_ranges_remove_first(struct ship_ranges *set)
{
	set->count--;
	memmove(set->ranges, set->ranges + 1, set->count * sizeof(*set->ranges));
}

void ship_ranges_free(struct ship_ranges *set)
{
	free(set->ranges);
	*set = (struct ship_ranges){ 0 };
}
