/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps that all programs share. Each definition is weak: bpftool's linker keeps one of them. */
#ifndef ET_MAPS_BPF_H
#define ET_MAPS_BPF_H

#include "probes/core/common.bpf.h"

/*
 * Bytes of one slot of the map `scratch`. A slot holds the largest record, and spare bytes that the
 * verifier's bounds need.
 */
#define ET_SCRATCH_SIZE (128 * 1024)

/*
 * A ring for the verifier; user space creates the real ones, with the size that the user
 * configures.
 */
struct et_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

/*
 * The ring buffers, by enum et_ring_class. An array of maps, so that a class can later have one
 * ring for each CPU.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, ET_RINGS);
	__type(key, __u32);
	__array(values, struct et_ring);
} rings __weak SEC(".maps");

/* The lanes: each CPU has ET_LANES of them. See struct et_lane. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ET_LANES);
	__type(key, __u32);
	__type(value, struct et_lane);
} lanes __weak SEC(".maps");

/*
 * Counters by event type. User space sets max_entries and et_config.shards to the same number: see
 * struct et_shard.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_shard);
} counts __weak SEC(".maps");

/*
 * Events that found no lane, or that have no sequence number for another reason: see struct
 * et_overflow.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_overflow);
} overflow __weak SEC(".maps");

/* Lost events by type and cause: see struct et_loss_counts. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_loss_counts);
} losses __weak SEC(".maps");

/*
 * Memory in which records are built. Lane n of a CPU uses slot CPU * ET_LANES + n. Not a per-CPU
 * map: the kernel limits values of those to 32 KiB. User space sets max_entries to possible CPUs *
 * ET_LANES.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ET_LANES);
	__type(key, __u32);
	__uint(value_size, ET_SCRATCH_SIZE);
} scratch __weak SEC(".maps");

#endif /* ET_MAPS_BPF_H */
