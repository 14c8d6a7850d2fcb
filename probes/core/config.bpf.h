/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The configuration and the flags that user space sets for the BPF programs.
 *
 * User space sets et_config before it loads the BPF programs. The verifier knows these values and
 * removes the branches that they rule out, so a choice costs nothing when events happen.
 *
 * User space sets the flags while the BPF programs run. Each .bpf.c file defines the flags as weak
 * symbols, and the linker keeps one definition.
 */
#ifndef ET_CONFIG_BPF_H
#define ET_CONFIG_BPF_H

#include "probes/core/common.bpf.h"
#include "lib/wire/bpf_config.h"

/*
 * Only config.bpf.c defines this. With weak definitions, each object file would take memory for it.
 */
extern const volatile struct et_bpf_config et_config;

/* The reader of the rings sets this before it blocks, and clears it when it wakes. */
volatile __u32 et_reader_sleeping __weak = 0;

/*
 * The reader of the rings sets this while it sleeps for a fixed time. The first BPF program that
 * then finds a ring a quarter full clears this and wakes the reader early. The others see 0 and do
 * nothing.
 */
volatile __u32 et_reader_napping __weak = 0;

/*
 * The reader of the rings sets this when it stops recording. After that, the BPF programs stay
 * attached for a while, but do nothing.
 */
volatile __u32 et_stopped __weak = 0;

/* Always 0, but the verifier does not know this value. */
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

/*
 * Number, 0 to 255, of the quota or counter of the user @uid. It is a hash of eight bits, so
 * several users may share it.
 */
static __always_inline __u32 et_user_share(__u32 uid)
{
	return (uid ^ uid >> 8 ^ uid >> 16 ^ uid >> 24) & 0xff;
}

#endif /* ET_CONFIG_BPF_H */
