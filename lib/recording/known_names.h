/* SPDX-License-Identifier: BSD-2-Clause */
/* Remembers which names of users and groups a recording has, so that each is written only once. */
#ifndef ET_RECORDING_KNOWN_NAMES_H
#define ET_RECORDING_KNOWN_NAMES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/recording/format.h"

/*
 * Largest number of users and groups that are remembered. If there are more, all are forgotten:
 * then the file gets their names again.
 */
#define KNOWN_NAMES_MAX 4096

struct known_name {
	bool used;
	/* bytes of `name`; KNOWN_NAME_FORGOTTEN: it is not known whether the file has a name */
	unsigned char size;
	__u16 kind;
	__u32 id;
	__u64 version; /* et_recording_name.version when the writer last got the name */
	char name[ET_FILE_NAME_MAX];
};

#define KNOWN_NAME_FORGOTTEN 0xff

/* A hash table with open addressing. All zero: empty. */
struct known_names {
	struct known_name *slots;
	size_t slot_count; /* a power of two, or 0 */
	size_t count;      /* slots in use */
	bool forgot;       /* true: the file may have names that are in no slot */
};

/* The entry of a user or a group; NULL: there is none. */
const struct known_name *known_names_find(const struct known_names *names, unsigned int kind,
					  __u32 id);

/* Make room for @more entries. Return: 0 or -ENOMEM. */
int known_names_make_room(struct known_names *names, size_t more);

/*
 * Find or add the entry of a user or a group, after known_names_make_room(). A new entry has
 * known_name.size 0, or KNOWN_NAME_FORGOTTEN if names were forgotten.
 */
struct known_name *known_names_get(struct known_names *names, unsigned int kind, __u32 id);

/* Free the memory of @names. */
void known_names_free(struct known_names *names);

#endif /* ET_RECORDING_KNOWN_NAMES_H */
