/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one way from a probe into a ring, and the only code that touches one.
 *
 *	struct et_emit em;
 *	struct et_process_exec *ev = et_emit_begin(&em, PROCESS_EXEC, process_exec);
 *
 *	if (!ev)
 *		return 0;		(counted as lost)
 *	... fill *ev ...
 *	et_put_user(&em, ET_VAR_ARGV, ET_CAP_ARGV, start, len);
 *	et_emit_submit(&em);
 *
 * Between begin and submit there is no way out: what begins is submitted, or counted as lost.
 */
#ifndef ET_EMIT_BPF_H
#define ET_EMIT_BPF_H

#include "probes/core/compat.bpf.h"
#include "probes/core/config.bpf.h"
#include "probes/core/lane.bpf.h"

/*
 * No field begins behind this offset of a record: the largest field still fits the slot then.
 * The largest event ends before it, so the check that uses it tells the verifier what is so.
 */
#define ET_OFFSET_MAX (ET_SCRATCH_SIZE - ET_CAP_ENV - 4096 - 64)

struct et_emit {
	struct et_lane *lane;
	struct et_header *rec; /* the record under construction */
	__u32 slot;	       /* of the scratch map */
	__u32 off;	       /* bytes of it so far */
	__u32 type;
	__u16 ring;
	__u16 vars;
	bool truncated;
};

static __always_inline void *et_emit_begin_sized(struct et_emit *em, enum et_event_type type,
						 enum et_ring_class ring, __u32 fixed)
{
	__u32 index = et_lane_claim(), cpu, slot;
	struct et_lane *lane = bpf_map_lookup_elem(&lanes, &index);
	struct et_header *rec;

	if (!lane) {
		et_overflow_lost(type, 1);
		return NULL;
	}
	lane->counters[type].attempted++;
	cpu = bpf_get_smp_processor_id();
	slot = cpu * ET_LANES + index;
	rec = bpf_map_lookup_elem(&scratch, &slot);
	if (!rec) {
		lane->counters[type].lost++;
		et_lane_release(lane);
		return NULL;
	}
	__builtin_memset(rec, 0, fixed);
	rec->ts = bpf_ktime_get_ns();
	rec->ts_boot = et_boot_ns();
	rec->seq = lane->seq[ring]++;
	rec->type = type;
	rec->version = ET_WIRE_VERSION;
	rec->format = ET_FORMAT_VARLEN;
	rec->cpu = cpu;
	rec->lane = index;
	rec->ring = ring;
	rec->fixed = fixed;
	em->lane = lane;
	em->rec = rec;
	em->slot = slot;
	em->off = fixed;
	em->type = type;
	em->ring = ring;
	em->vars = 0;
	em->truncated = false;
	return rec;
}

/* Begin a record: NAME and name as in schema.def. NULL: it is lost, and counted so. */
#define et_emit_begin(em, NAME, name)                                       \
	((struct et_##name *)et_emit_begin_sized(em, ET_##NAME, \
						 (enum et_ring_class)ET_RING_OF_##NAME, \
						 sizeof(struct et_##name)))

/*
 * Fields that take a loop to build are built by global functions: the verifier checks each once,
 * by itself, with any arguments. All they can be given are numbers, so they find their memory
 * again by these, and leave in the lane's walk what they have to say.
 */
static __always_inline struct et_walk *et_walk_of(__u32 slot)
{
	__u32 key = slot % ET_LANES;
	struct et_lane *lane = bpf_map_lookup_elem(&lanes, &key);

	return lane ? &lane->walk : NULL;
}

static __always_inline char *et_slot_at(__u32 slot, __u32 off)
{
	char *rec = bpf_map_lookup_elem(&scratch, &slot);

	barrier_var(off);
	if (!rec || off > ET_OFFSET_MAX)
		return NULL;
	return rec + off + sizeof(struct et_var);
}

/* Where the next field's bytes go; et_var_end() must follow. Never NULL in a real record. */
static __always_inline char *et_var_begin(struct et_emit *em)
{
	__u32 off = em->off;

	barrier_var(off);
	if (off > ET_OFFSET_MAX)
		return NULL;
	return (char *)em->rec + off + sizeof(struct et_var);
}

/* The field's header, and zeroes as padding: a record holds nothing of an earlier one. */
static __always_inline void et_var_end(struct et_emit *em, enum et_var_type type, __u32 size,
				       __u32 orig, __u16 flags)
{
	__u32 off = em->off, pad;
	struct et_var *var;

	barrier_var(off);
	if (off > ET_OFFSET_MAX)
		return;
	var = (void *)em->rec + off;
	if (orig > size)
		flags |= ET_VAR_F_TRUNCATED;
	var->orig = orig;
	var->size = size;
	var->type = type;
	var->flags = flags;
	for (pad = 0; pad < ET_VAR_ALIGN - 1; pad++) {
		__u32 at = size + pad;

		barrier_var(at);
		if (at <= ET_CAP_ENV + ET_VAR_ALIGN)
			((char *)(var + 1))[at] = 0;
	}
	em->off = off + sizeof(*var) + ET_VAR_ALIGNED(size);
	em->vars++;
	if (flags & (ET_VAR_F_TRUNCATED | ET_VAR_F_PARTIAL))
		em->truncated = true;
}

/* The header of a field that a global function has built: size in pos, original length, flags. */
static __always_inline void et_var_end_walk(struct et_emit *em, enum et_var_type type)
{
	const struct et_walk *walk = &em->lane->walk;
	__u32 size = walk->pos;

	barrier_var(size);
	if (size > ET_CAP_ENV)
		size = 0;
	et_var_end(em, type, size, walk->orig, walk->flags);
}

/*
 * Wake the reader with this record? Not while it drains anyway. Reading the flag takes it, so
 * that one sleep costs one wake-up, however many records come before the reader runs.
 */
static __always_inline __u64 et_wakeup_flags(void)
{
	if (et_wakeup_always)
		return 0;
	if (!et_reader_sleeping)
		return BPF_RB_NO_WAKEUP;
	et_reader_sleeping = 0;
	return BPF_RB_FORCE_WAKEUP;
}

/* Hand the record over. */
static __always_inline void et_emit_submit(struct et_emit *em)
{
	struct et_counters *c = &em->lane->counters[em->type];
	struct et_header *rec = em->rec;
	__u32 key = em->ring, size = em->off;
	void *ring = bpf_map_lookup_elem(&rings, &key);
	__u64 flags;
	long err = -1;

	barrier_var(size);
	if (ring && size <= ET_SCRATCH_SIZE) {
		rec->size = size;
		rec->vars = em->vars;
		flags = et_wakeup_flags();
		err = bpf_ringbuf_output(ring, rec, size, flags);
		/*
		 * The reader may have gone to sleep between the look at its flag and the record.
		 * It sets the flag first and looks for records then, this side the other way
		 * round, so one of the two sees the other. A record of no use wakes it.
		 */
		if (flags == BPF_RB_NO_WAKEUP && et_reader_sleeping) {
			void *kick = bpf_ringbuf_reserve(ring, 8, 0);

			if (kick)
				bpf_ringbuf_discard(kick, BPF_RB_FORCE_WAKEUP);
		}
	}
	if (err) {
		c->lost++;
	} else {
		c->sent++;
		c->bytes += size;
		c->truncated += em->truncated;
	}
	et_lane_release(em->lane);
}

#endif /* ET_EMIT_BPF_H */
