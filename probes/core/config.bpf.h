/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What user space tells the programs.
 *
 * It sets et_config before the programs are loaded. The verifier knows these values and removes the
 * branches that they rule out, so a choice costs nothing when events happen.
 *
 * It sets flags while programs run. Their definition is weak in each .bpf.c, and the linker keeps
 * one.
 */
#ifndef ET_CONFIG_BPF_H
#define ET_CONFIG_BPF_H

#include "probes/core/common.bpf.h"
#include "lib/wire/bpf_config.h"

/* Only config.bpf.c defines it: a weak definition takes its memory once for each linked object. */
extern const volatile struct et_bpf_config et_config;

/* The reader sets this before it blocks, and clears it when it wakes. */
volatile __u32 et_reader_sleeping __weak = 0;

/*
 * The reader sets this while it sleeps for a fixed time. A program that finds a ring filled to a
 * quarter clears it, and wakes the reader early. Only one of these programs needs to do so.
 */
volatile __u32 et_reader_napping __weak = 0;

/*
 * The reader sets this when it stops recording. Programs then stay attached for a while and do
 * nothing.
 */
volatile __u32 et_stopped __weak = 0;

/* Always 0; the verifier does not know it. */
volatile __u64 et_zero __weak = 0;

/*
 * Hide a number's value from the verifier. Otherwise the verifier follows the rest of the program
 * once for each value that it knows.
 */
static __always_inline __u64 et_hide(__u64 value)
{
	return value + et_zero;
}

#define ET_EVENT_BIT(type) (1ULL << (type))

static __always_inline bool et_wants(enum et_event_type type)
{
	return et_config.events & ET_EVENT_BIT(type);
}

/* The share of a table, one of 256, that a user gets: eight bits of the user's ID. */
static __always_inline __u32 et_user_share(__u32 uid)
{
	return (uid ^ uid >> 8 ^ uid >> 16 ^ uid >> 24) & 0xff;
}

#endif /* ET_CONFIG_BPF_H */
