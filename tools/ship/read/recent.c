/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/recent.h"

#include <errno.h>
#include <stdlib.h>

#define ROOM_MIN 64

/* Links are numbers + 1; 0: none. */
struct entry {
	struct ship_session_name name;
	size_t next;         /* of the same bucket */
	size_t newer, older; /* the list of all, in the order of use */
};

struct recent {
	struct entry *entries; /* by number */
	size_t count, room, max;
	size_t *buckets; /* as many as room */
	size_t newest, oldest;
};

int recent_new(size_t max, struct recent **ret)
{
	struct recent *recent = calloc(1, sizeof(*recent));

	if (!recent)
		return -ENOMEM;
	recent->max = max;
	*ret = recent;
	return 0;
}

static size_t *bucket_of(const struct recent *recent, const struct ship_session_name *name)
{
	return &recent->buckets[ship_session_name_hash(name) % recent->room];
}

static void chain(struct recent *recent, size_t number)
{
	size_t *bucket = bucket_of(recent, &recent->entries[number].name);

	recent->entries[number].next = *bucket;
	*bucket = number + 1;
}

static void unchain(struct recent *recent, size_t number)
{
	size_t *link = bucket_of(recent, &recent->entries[number].name);

	while (*link != number + 1)
		link = &recent->entries[*link - 1].next;
	*link = recent->entries[number].next;
}

static void push_newest(struct recent *recent, size_t number)
{
	struct entry *entry = &recent->entries[number];

	entry->newer = 0;
	entry->older = recent->newest;
	if (recent->newest)
		recent->entries[recent->newest - 1].newer = number + 1;
	else
		recent->oldest = number + 1;
	recent->newest = number + 1;
}

static void unlink_entry(struct recent *recent, size_t number)
{
	const struct entry *entry = &recent->entries[number];

	if (entry->newer)
		recent->entries[entry->newer - 1].older = entry->older;
	else
		recent->newest = entry->older;
	if (entry->older)
		recent->entries[entry->older - 1].newer = entry->newer;
	else
		recent->oldest = entry->newer;
}

/* Make room for twice as many names, at most for the limit. */
static int grow(struct recent *recent)
{
	size_t room = recent->room ? 2 * recent->room : ROOM_MIN, *buckets;
	struct entry *entries;

	if (room > recent->max)
		room = recent->max;
	entries = reallocarray(recent->entries, room, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	recent->entries = entries;
	buckets = calloc(room, sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	free(recent->buckets);
	recent->buckets = buckets;
	recent->room = room;
	for (size_t i = 0; i < recent->count; i++)
		chain(recent, i);
	return 0;
}

/* Find a name. Return: its number + 1; 0: there is none. */
static size_t look_up(const struct recent *recent, const struct ship_session_name *name)
{
	size_t at = recent->room ? *bucket_of(recent, name) : 0;

	while (at && !ship_session_name_is(&recent->entries[at - 1].name, name))
		at = recent->entries[at - 1].next;
	return at;
}

int recent_find(struct recent *recent, const struct ship_session_name *name, size_t *ret)
{
	const size_t known = look_up(recent, name);
	int result = RECENT_KNOWN;
	size_t number;

	if (known) {
		number = known - 1;
		unlink_entry(recent, number);
	} else if (recent->count < recent->max) {
		if (recent->count == recent->room && grow(recent) < 0)
			return -ENOMEM;
		number = recent->count++;
		result = RECENT_ADDED;
	} else {
		number = recent->oldest - 1;
		unlink_entry(recent, number);
		unchain(recent, number);
		result = RECENT_REPLACED;
	}
	if (!known) {
		recent->entries[number].name = *name;
		chain(recent, number);
	}
	push_newest(recent, number);
	*ret = number;
	return result;
}

size_t recent_count(const struct recent *recent)
{
	return recent->count;
}

void recent_free(struct recent *recent)
{
	if (!recent)
		return;
	free(recent->entries);
	free(recent->buckets);
	free(recent);
}
