/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps that every program shares. Weak: the linker keeps one definition of each. */
#ifndef ET_MAPS_BPF_H
#define ET_MAPS_BPF_H

#include "probes/core/common.bpf.h"

/* Bytes of one scratch slot: the largest record, and room for the verifier's arithmetic. */
#define ET_SCRATCH_SIZE (128 * 1024)

/* A ring as the verifier sees it; user space creates the real ones, with the configured size. */
struct et_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

/* enum et_ring_class. An array of maps, so that classes can be sharded by CPU later. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, ET_RINGS);
	__type(key, __u32);
	__array(values, struct et_ring);
} rings __weak SEC(".maps");

/* See struct et_lane. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ET_LANES);
	__type(key, __u32);
	__type(value, struct et_lane);
} lanes __weak SEC(".maps");

/* See struct et_shard. User space sets max_entries, and et_shards to the same number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_shard);
} counts __weak SEC(".maps");

/* See struct et_overflow. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_overflow);
} overflow __weak SEC(".maps");

/* See struct et_loss_counts. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_loss_counts);
} losses __weak SEC(".maps");

/*
 * Where records are built: slot CPU * ET_LANES + lane. Not a per-CPU map: the kernel limits its
 * values to 32 KiB. User space sets max_entries to possible CPUs * ET_LANES.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ET_LANES);
	__type(key, __u32);
	__uint(value_size, ET_SCRATCH_SIZE);
} scratch __weak SEC(".maps");

#endif /* ET_MAPS_BPF_H */
