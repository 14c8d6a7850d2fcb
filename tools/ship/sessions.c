/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/sessions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MIN 64

struct ship_session_name ship_session_name_of(const struct ship_received *message)
{
	/* Zeroes after the texts, so that names can be compared as bytes. */
	struct ship_session_name name = { 0 };

	strncpy(name.host, message->host, sizeof(name.host) - 1);
	strncpy(name.boot_id, message->boot_id, sizeof(name.boot_id) - 1);
	strncpy(name.session, message->session, sizeof(name.session) - 1);
	return name;
}

bool ship_session_name_is(const struct ship_session_name *a, const struct ship_session_name *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* FNV-1a. */
size_t ship_session_name_hash(const struct ship_session_name *name)
{
	const unsigned char *bytes = (const unsigned char *)name;
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < sizeof(*name); i++)
		h = (h ^ bytes[i]) * 0x100000001b3ULL;
	return (size_t)(h ^ h >> 32);
}

/* The slot of a name: its own, or the unused one where it belongs. */
static size_t *slot_of(const struct ship_sessions *sessions, const struct ship_session_name *name)
{
	size_t i = ship_session_name_hash(name) & (sessions->slot_count - 1);

	while (sessions->slots[i] &&
	       !ship_session_name_is(&sessions->names[sessions->slots[i] - 1], name))
		i = (i + 1) & (sessions->slot_count - 1);
	return &sessions->slots[i];
}

/* Make room for twice as many: at most half of the slots are used. */
static int grow(struct ship_sessions *sessions)
{
	const size_t count = sessions->slot_count ? 2 * sessions->slot_count : SLOTS_MIN;
	struct ship_session_name *names;
	size_t *slots;

	names = realloc(sessions->names, count / 2 * sizeof(*names));
	if (!names)
		return -ENOMEM;
	sessions->names = names;
	slots = calloc(count, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	free(sessions->slots);
	sessions->slots = slots;
	sessions->slot_count = count;
	for (size_t i = 0; i < sessions->count; i++)
		*slot_of(sessions, &names[i]) = i + 1;
	return 0;
}

int ship_sessions_find(struct ship_sessions *sessions, const struct ship_received *message,
		       size_t *ret)
{
	const struct ship_session_name name = ship_session_name_of(message);
	size_t *slot;

	if (sessions->count && ship_session_name_is(&sessions->names[sessions->last], &name)) {
		*ret = sessions->last;
		return 0;
	}
	if (2 * sessions->count == sessions->slot_count && grow(sessions) < 0)
		return -ENOMEM;
	slot = slot_of(sessions, &name);
	if (*slot) {
		*ret = sessions->last = *slot - 1;
		return 0;
	}
	sessions->names[sessions->count++] = name;
	*slot = sessions->count;
	*ret = sessions->last = sessions->count - 1;
	return 1;
}

void ship_sessions_free(struct ship_sessions *sessions)
{
	free(sessions->names);
	free(sessions->slots);
	*sessions = (struct ship_sessions){ 0 };
}
