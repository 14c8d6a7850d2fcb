/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/recording/known_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 64

/* The slot of a user or a group, or the free slot where it belongs. At least one slot is free. */
static size_t slot_of(const struct known_names *names, unsigned int kind, __u32 id)
{
	const size_t mask = names->slot_count - 1;
	size_t i = ((id * 2654435761U >> 7) + kind) & mask;

	while (names->slots[i].used && (names->slots[i].id != id || names->slots[i].kind != kind))
		i = (i + 1) & mask;
	return i;
}

const struct known_name *known_names_find(const struct known_names *names, unsigned int kind,
					  __u32 id)
{
	const struct known_name *slot;

	if (!names->slot_count)
		return NULL;
	slot = &names->slots[slot_of(names, kind, id)];
	return slot->used ? slot : NULL;
}

int known_names_make_room(struct known_names *names, size_t more)
{
	struct known_names grown = { .slot_count = names->slot_count, .forgot = names->forgot };

	if (names->count + more > KNOWN_NAMES_MAX && names->count) {
		memset(names->slots, 0, names->slot_count * sizeof(*names->slots));
		names->count = 0;
		names->forgot = true;
	}
	if (2 * (names->count + more) <= names->slot_count)
		return 0;
	if (!grown.slot_count)
		grown.slot_count = SLOTS_FIRST;
	while (2 * (names->count + more) > grown.slot_count)
		grown.slot_count *= 2;
	grown.slots = calloc(grown.slot_count, sizeof(*grown.slots));
	if (!grown.slots)
		return -ENOMEM;
	for (size_t i = 0; i < names->slot_count; i++)
		if (names->slots[i].used)
			grown.slots[slot_of(&grown, names->slots[i].kind, names->slots[i].id)] =
				names->slots[i];
	grown.count = names->count;
	free(names->slots);
	*names = grown;
	return 0;
}

struct known_name *known_names_get(struct known_names *names, unsigned int kind, __u32 id)
{
	struct known_name *slot = &names->slots[slot_of(names, kind, id)];

	if (slot->used)
		return slot;
	*slot = (struct known_name){
		.used = true,
		.kind = (__u16)kind,
		.id = id,
		.size = names->forgot ? KNOWN_NAME_FORGOTTEN : 0,
	};
	names->count++;
	return slot;
}

void known_names_free(struct known_names *names)
{
	free(names->slots);
	*names = (struct known_names){ .slots = NULL };
}
