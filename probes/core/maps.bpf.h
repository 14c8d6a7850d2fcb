/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The maps that all BPF programs share. Each file that includes this header defines them, as weak
 * symbols; bpftool's linker keeps one definition.
 */
#ifndef ET_MAPS_BPF_H
#define ET_MAPS_BPF_H

#include "probes/core/common.bpf.h"

/*
 * Size in bytes of one element of the map `scratch`, in which one record is built. It exceeds the
 * largest record, because the verifier assumes larger offsets than occur.
 */
#define ET_SCRATCH_SIZE (128 * 1024)

/*
 * The type of the rings. The size of 4096 bytes is never used: user space makes rings of the
 * configured sizes, and puts them into the map `rings`.
 */
struct et_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

/*
 * The ring buffers. If each class has one ring, the key is the class (enum et_ring_class). If a
 * class has several rings, et_ring_key() gives the key, and user space sets max_entries.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, ET_RINGS);
	__type(key, __u32);
	__array(values, struct et_ring);
} rings __weak SEC(".maps");

/*
 * The lanes, which are work areas for building records. Each CPU has ET_LANES of them: see struct
 * et_lane.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ET_LANES);
	__type(key, __u32);
	__type(value, struct et_lane);
} lanes __weak SEC(".maps");

/*
 * Counters of events, by event type. User space sets max_entries and et_config.shards to the same
 * number: see struct et_shard.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_shard);
} counts __weak SEC(".maps");

/*
 * Counts of lost events without a sequence number, for example because all lanes (work areas) of
 * the CPU were in use.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_overflow);
} overflow __weak SEC(".maps");

/* Counts of lost events, by event type and cause. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_loss_counts);
} losses __weak SEC(".maps");

/*
 * Memory in which records are built. Lane n of a CPU uses the element CPU * ET_LANES + n. This is
 * no per-CPU map, because a value of a per-CPU map has at most 32 KiB. User space sets max_entries
 * to the number of possible CPUs * ET_LANES.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ET_LANES);
	__type(key, __u32);
	__uint(value_size, ET_SCRATCH_SIZE);
} scratch __weak SEC(".maps");

#endif /* ET_MAPS_BPF_H */
