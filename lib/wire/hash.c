/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include <linux/types.h>

#include "lib/wire/hash.h"
#include "lib/wire/schema.h"

/* Constants of the 64-bit FNV-1a hash. Each word is hashed with its NUL byte. */
#define SEED  0xcbf29ce484222325ULL
#define PRIME 0x100000001b3ULL

static __u64 mix(__u64 hash, const char *word)
{
	do
		hash = (hash ^ (unsigned char)*word) * PRIME;
	while (*word++);
	return hash;
}

/* Add the value of a number to the hash, not its text: in schema.def it may be an expression. */
static __u64 mix_number(__u64 hash, __u32 number)
{
	for (int i = 0; i < 4; i++, number >>= 8)
		hash = (hash ^ (number & 0xff)) * PRIME;
	return hash;
}

#define ET_VAR_TYPE(id, NAME, KIND, cap, doc)                                      \
	static __u64 hash_var_##NAME(__u64 hash)                                   \
	{                                                                          \
		return mix_number(mix_number(mix(hash, "var " #KIND), (id)), cap); \
	}
#define ET_STRUCT_BEGIN(name, doc)                                           \
	static __u64 hash_struct_##name(__u64 hash, unsigned int generation) \
	{                                                                    \
		(void)generation;
#define ET_STRUCT_END(name) \
	return hash;        \
	}
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)           \
	static __u64 hash_event_##name(unsigned int generation)             \
	{                                                                   \
		const unsigned int number = (id);                           \
		__u64 hash = mix_number(mix(SEED, "event " #RING), number); \
                                                                            \
		(void)generation;
#define ET_EVENT_END(name) \
	return hash;       \
	}
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc)                   \
	static __u64 hash_event_##name(unsigned int generation)   \
	{                                                         \
		__u64 hash = mix_number(mix(SEED, "note"), (id)); \
                                                                  \
		(void)generation;
#define ET_SYNTHETIC_END(name)           ET_EVENT_END(name)
#define ET_FIELD(owner, KIND, name, doc) hash = mix(hash, #KIND " " #name);
/*
 * Hash the enum's name, but not its values. Later versions only add values to an enum, and each
 * value keeps its meaning.
 */
#define ET_ENUM(owner, enum_, name, doc) hash = mix(hash, "enum " #enum_ " " #name);
#define ET_SUB(owner, type, name, doc) \
	hash = mix(hash_struct_##type(mix(hash, "{ " #name), generation), "}");
#define ET_PAD(owner, n, bytes)        hash = mix_number(mix(hash, "pad"), (bytes));
#define ET_VAR(owner, NAME, name, doc) hash = hash_var_##NAME(mix(hash, #name));
#define ET_SINCE(owner, since)    \
	if (generation < (since)) \
		return hash;
#define ET_RING_WAS(owner, since, WAS) \
	if (generation < (since))      \
		hash = mix_number(mix(SEED, "event " #WAS), number);
#define ET_PAD_UNTIL(owner, until, bytes) \
	if (generation < (until))         \
		hash = mix_number(mix(hash, "pad"), (bytes));
#define ET_FIELD_WAS(owner, since, WAS, KIND, name, doc) \
	hash = mix(hash, generation < (since) ? #WAS " " #name : #KIND " " #name);
#include "lib/wire/schema.def"

__u64 et_wire_layout_hash(unsigned int id, unsigned int generation)
{
	switch (id) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	case ET_##NAME:                                           \
		return hash_event_##name(generation);
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) \
	case ET_##NAME:                         \
		return hash_event_##name(generation);
#include "lib/wire/schema.def"
	default:
		return 0;
	}
}

__u64 et_wire_event_hash(unsigned int id)
{
	return et_wire_layout_hash(id, ET_GENERATION);
}

unsigned int et_wire_layout_generation(unsigned int id, __u64 hash)
{
	for (unsigned int generation = ET_GENERATION; generation; generation--)
		if (et_wire_layout_hash(id, generation) == hash)
			return generation;
	return 0;
}
