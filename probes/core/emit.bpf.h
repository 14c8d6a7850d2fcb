/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Builds records and sends them into the rings. No other file begins or submits a record.
 *
 *	struct et_src argv = et_src_user(start, len, ET_CAP_ARGV);
 *	struct et_emit em;
 *	struct et_process_exec *ev = et_emit_begin(&em, PROCESS_EXEC, process_exec,
 *						   et_need(&argv));
 *
 *	if (!ev)
 *		return 0;		(the event is counted as lost)
 *	... fill *ev ...
 *	et_put_user(&em, ARGV, &argv);
 *	et_emit_submit(&em);
 *
 * A source (struct et_src) describes where a field's bytes come from and how many there are. So
 * et_emit_begin() can calculate the record's size. A BPF program must submit each record that it
 * begins. If et_emit_begin() returns NULL, it has counted the event as lost.
 *
 * A record is built in one of three ways, the emit mode (et_config.emit_mode):
 *
 *	ET_EMIT_FIXED	in the ring, with each field at a fixed offset
 *	ET_EMIT_VARLEN	packed in scratch memory, then copied into the ring
 *	ET_EMIT_DIRECT	packed in the ring
 *
 * User space sets the mode before it loads the BPF programs, and the verifier removes the code of
 * the other modes. Only this file reads the mode; the files that append fields test em->direct or
 * call et_measures().
 */
#ifndef ET_EMIT_BPF_H
#define ET_EMIT_BPF_H

#include "probes/core/compat.bpf.h"
#include "probes/core/config.bpf.h"
#include "probes/core/fair.bpf.h"
#include "probes/core/kick.bpf.h"
#include "probes/core/lane.bpf.h"
#include "probes/core/worse.bpf.h"

/*
 * ET_CAP_LARGEST: cap of the largest field. ET_OFFSET_MAX: largest offset of a field in a record,
 * in bytes, that the code accepts. Real records stay below it. The bound shows the verifier that
 * even the largest field at this offset fits into the scratch memory.
 */
#define ET_CAP_LARGEST (ET_CAP_ENV > ET_CAP_ARGV ? ET_CAP_ENV : ET_CAP_ARGV)
#define ET_OFFSET_MAX  (ET_SCRATCH_SIZE - ET_CAP_LARGEST - 4096 - 64)

/*
 * A record that is being built. Some members have 64 bits although 32 would do, because the
 * verifier forgets the value of smaller stores on the stack.
 */
struct et_emit {
	struct bpf_dynptr ptr; /* the record's memory in the ring, if it is packed there */
	struct et_lane *lane;
	/*
	 * the record's start; if the record is packed in the ring, only its first bytes may be
	 * accessed here: the fixed-size part and ET_HEAD bytes
	 */
	struct et_header *rec;
	__u64 direct; /* true if the record is packed in the ring */
	__u64 off;    /* bytes of the record filled so far */
	__u64 vars;   /* number of variable-length fields so far */
	__u64 type;   /* enum et_event_type */
	__u32 slot;   /* index of the record's memory in the map `scratch` */
	__u32 ring;   /* key of the ring in the map `rings`; its class is ring % ET_RING_CLASSES */
};

/*
 * The smaller of two numbers below 2^63, without a branch. The verifier would follow both outcomes
 * of a branch through the rest of the program. barrier_var() keeps the compiler from turning the
 * shift into a branch.
 */
static __always_inline __u64 et_min(__u64 a, __u64 b)
{
	__s64 over = a - b, all_ones_if_less = over >> 63;

	barrier_var(all_ones_if_less);
	return b + (over & all_ones_if_less);
}

static __always_inline __u64 et_max(__u64 a, __u64 b)
{
	return a + b - et_min(a, b);
}

/* The source of a variable-length field: where its bytes come from, and how many there are. */
struct et_src {
	__u64 at; /* address of user memory, of a string in kernel memory, or of a path's dentry */
	union {
		__u64 mount; /* a path: address of its vfsmount */
		__u64 flags; /* a measured string: the field's flags (enum et_var_flags) */
	};
	__u64 fs;   /* a path: address of the fs_struct of the task, with its root directory */
	__u32 orig; /* length in bytes before the cut to the field's cap; 0: not known yet */
	/*
	 * bytes that the record will hold; for paths and user strings only set if et_measures() is
	 * true
	 */
	__u32 size;
};

/* Bytes that the field takes in a record, with its header (struct et_var) and padding. */
static __always_inline __u32 et_need(const struct et_src *src)
{
	return sizeof(struct et_var) + ET_VAR_ALIGNED(src->size);
}

/*
 * Count @events of @type as lost because of @cause (enum et_lost_cause), and wake the process that
 * reads the rings, so that it reports them. The caller must call et_skips() first: an event that a
 * filter drops is not lost. Do not use this for a full ring: et_emit_begin() and et_emit_submit()
 * count these events.
 */
__weak int et_lost_as(__u32 type, __u32 cause, __u64 events)
{
	__u32 zero = 0, cpu = bpf_get_smp_processor_id();
	struct et_overflow *o = bpf_map_lookup_elem(&overflow, &zero);
	struct et_loss_counts *l = bpf_map_lookup_elem(&losses, &zero);
	struct et_counts *c = et_counts_of(cpu, type);

	barrier_var(type);
	barrier_var(cause);
	if (!o || !l || !c || type >= ET_EVENT_TYPES || cause >= ET_LOST_CAUSES)
		return 0;
	__sync_fetch_and_add(&l->lost[type][cause], events);
	__sync_fetch_and_add(&o->lost[cause][et_ring_of(type) % ET_RING_CLASSES], events);
	__sync_fetch_and_add(&c->lost, events);
	/*
	 * Inline: a call of et_kick() would be a second nested call. The callers have no stack left
	 * for it on kernels before 6.13.
	 */
	return et_kick_inline();
}

/*
 * Count that an insertion into the map @table (enum et_table) failed for lack of room. This alone
 * does not count an event as lost.
 */
__weak int et_refused(__u32 table)
{
	__u32 zero = 0;
	struct et_loss_counts *l = bpf_map_lookup_elem(&losses, &zero);

	barrier_var(table);
	if (l && table < ET_TABLES)
		__sync_fetch_and_add(&l->refused[table], 1);
	return 0;
}

/* True if an insertion into the map @table (enum et_table) has ever failed for lack of room. */
__weak int et_has_refused(__u32 table)
{
	__u32 zero = 0;
	struct et_loss_counts *l = bpf_map_lookup_elem(&losses, &zero);

	barrier_var(table);
	return l && table < ET_TABLES && l->refused[table];
}

/*
 * Count an event of @type as lost because the map @table (enum et_table) has no room for its data.
 */
__weak int et_lost_no_room(__u32 type, __u32 table)
{
	et_refused(table);
	et_lost_as(type, ET_LOST_CAUSE_PENDING_FULL, 1);
	return 0;
}

/*
 * True if the emit mode needs a record's size before the record is built. Then the length of each
 * path and user string is measured before it is copied.
 */
static __always_inline bool et_measures(void)
{
	return et_config.emit_mode == ET_EMIT_DIRECT || et_config.emit_mode == ET_EMIT_BY_SIZE;
}

static __always_inline bool et_goes_direct(__u32 size)
{
	return et_config.emit_mode == ET_EMIT_DIRECT ||
	       (et_config.emit_mode == ET_EMIT_BY_SIZE && size >= et_config.direct_from);
}

/*
 * For records that are packed in the ring: a BPF program writes the fixed-size part and the next
 * ET_HEAD bytes with plain stores. The ET_HEAD bytes are the header of the first variable-length
 * field and ET_VAR_ALIGN bytes of its data. All later bytes need helper calls. A helper call is
 * slower, which matters in a small record.
 */
#define ET_HEAD (sizeof(struct et_var) + ET_VAR_ALIGN)

/*
 * Returns the memory for a new record, or NULL if there is no room. If the record is packed in the
 * ring, only the first @fixed + @begin bytes may be accessed through the result.
 */
static __always_inline void *et_emit_room(struct et_emit *em, __u32 fixed, __u32 need, __u32 slots,
					  __u32 begin)
{
	__u32 key = em->ring;
	void *ring, *rec;

	if (!em->direct && et_config.emit_mode != ET_EMIT_FIXED)
		return bpf_map_lookup_elem(&scratch, &em->slot);
	ring = bpf_map_lookup_elem(&rings, &key);
	if (!ring)
		return NULL;
	if (et_config.emit_mode == ET_EMIT_FIXED)
		return bpf_ringbuf_reserve(ring, slots, 0);
	bpf_ringbuf_reserve_dynptr(ring, fixed + et_max(need, begin), 0, &em->ptr);
	rec = bpf_dynptr_data(&em->ptr, 0, fixed + begin);
	/* The verifier requires a discard even if the reservation failed. */
	if (!rec)
		bpf_ringbuf_discard_dynptr(&em->ptr, BPF_RB_NO_WAKEUP);
	return rec;
}

static __always_inline void *et_emit_begin_sized(struct et_emit *em, enum et_event_type type,
						 enum et_ring_class ring, __u32 fixed, __u32 need,
						 __u32 slots, __u32 begin, __u64 actor)
{
	__u32 index = et_lane_claim();
	struct et_lane *lane = bpf_map_lookup_elem(&lanes, &index);
	struct et_header *rec;
	__u64 seq, ts;
	__u32 cpu;

	if (!lane) {
		et_lost_as(type, ET_LOST_CAUSE_NO_LANE, 1);
		return NULL;
	}
	em->direct = et_goes_direct(fixed + need);
	if (et_looks()) {
		bool sized = em->direct || et_config.emit_mode == ET_EMIT_FIXED;

		lane->actor = actor;
		if (sized &&
		    et_is_unfair(lane, ring, et_ring_key_of(lane, ring),
				 em->direct ? fixed + et_max(need, begin) : slots, lane->actor)) {
			et_lane_release(lane);
			et_lost_as(type, ET_LOST_CAUSE_USER_SHARE, 1);
			return NULL;
		}
	}
	seq = lane->seq[ring]++;
	cpu = bpf_get_smp_processor_id();
	em->lane = lane;
	em->slot = cpu * ET_LANES + index;
	em->off = fixed;
	em->ring = et_ring_key_of(lane, ring);
	em->type = type;
	em->vars = 0;
	lane->walk.cut = 0;
	/*
	 * Read the time before the reservation. User space merges the rings by these times. A
	 * record then comes after all records that were submitted before it was begun.
	 */
	ts = bpf_ktime_get_ns();
	rec = et_emit_room(em, fixed, need, slots, begin);
	if (!rec) {
		lane->lost[ring]++;
		et_count_lost(cpu, type);
		et_lane_release(lane);
		return NULL;
	}
	__builtin_memset(rec, 0, fixed + begin);
	rec->ts = ts;
	rec->seq = seq;
	rec->type = type;
	rec->version = ET_WIRE_VERSION;
	rec->format = et_config.emit_mode == ET_EMIT_FIXED ? ET_FORMAT_FIXED : ET_FORMAT_VARLEN;
	rec->cpu = cpu;
	rec->lane = index;
	rec->ring = ring;
	rec->fixed = fixed;
	em->rec = rec;
	return rec;
}

/*
 * Begin a record of the event NAME, a row of schema.def; @name is NAME in lower case. @need is the
 * sum of et_need() of the record's variable-length fields. Returns NULL if there is no room; the
 * event is then counted as lost.
 */
#define et_emit_begin(em, NAME, name, need) et_emit_begin_as(em, ET_##NAME, NAME, name, need)

/*
 * Begin a record of the event type @type, which has the same layout as the event NAME. The other
 * arguments are those of et_emit_begin().
 */
#define et_emit_begin_as(em, type, NAME, name, need) et_emit_begin_of(em, type, NAME, name, need, 0)

/*
 * Begin a record of an event that another task than the current one has caused. @actor is the
 * address of that task, or ET_ACTOR_USER(). The other arguments are those of et_emit_begin().
 */
#define et_emit_begin_for(em, NAME, name, need, actor) \
	et_emit_begin_of(em, ET_##NAME, NAME, name, need, actor)

#define et_emit_begin_of(em, type, NAME, name, need, actor)                                      \
	((struct et_##name *)et_emit_begin_sized(                                                \
		em, type, (enum et_ring_class)ET_RING_OF_##NAME, sizeof(struct et_##name), need, \
		ET_FIXED_SIZE_##NAME,                                                            \
		ET_FIXED_SIZE_##NAME > sizeof(struct et_##name) + 8 ? ET_HEAD : 0, actor))

/*
 * The working state for building a field in element @slot of the map `scratch`. Global functions
 * build the fields that need a loop, because the verifier checks a global function only once. A
 * global function takes only numbers, so it finds the state by @slot and leaves its results there.
 */
static __always_inline struct et_walk *et_walk_of(__u32 slot)
{
	__u32 key = slot % ET_LANES;
	struct et_lane *lane = bpf_map_lookup_elem(&lanes, &key);

	return lane ? &lane->walk : NULL;
}

/*
 * Address of the data of a field, after the field's header. The field is at offset @off in element
 * @slot of the map `scratch`. NULL if all records are packed in the ring, which needs no scratch
 * memory.
 */
static __always_inline char *et_slot_at(__u32 slot, __u32 off)
{
	char *rec;

	if (et_config.emit_mode == ET_EMIT_DIRECT)
		return NULL;
	rec = bpf_map_lookup_elem(&scratch, &slot);
	barrier_var(off);
	if (!rec || off > ET_OFFSET_MAX)
		return NULL;
	return rec + off + sizeof(struct et_var);
}

/*
 * Address of the next field's data, in a record that is not packed in the ring. Never NULL at run
 * time; the check satisfies the verifier.
 */
static __always_inline char *et_var_begin(struct et_emit *em)
{
	__u32 off = em->off;

	barrier_var(off);
	if (off > ET_OFFSET_MAX)
		return NULL;
	return (char *)em->rec + off + sizeof(struct et_var);
}

static __always_inline void et_var_header(struct et_var *at, enum et_var_type type, __u32 size,
					  __u32 orig, __u16 flags)
{
	at->orig = orig;
	at->size = size;
	at->type = type;
	at->flags = flags;
}

/*
 * Write the header of a field whose @size bytes of data are already in the record, and zeroes as
 * padding after the data. Without the padding, the record would contain bytes of an earlier record.
 */
static __always_inline void et_var_end(struct et_emit *em, enum et_var_type type, __u32 cap,
				       __u32 size, __u32 orig, __u16 flags)
{
	__u32 off = em->off;
	struct et_var *at;

	barrier_var(off);
	barrier_var(size);
	if (off > ET_OFFSET_MAX || size > cap)
		return;
	if (orig > size)
		flags |= ET_VAR_F_TRUNCATED;
	if (em->direct) {
		/*
		 * Write struct et_var as whole words: the verifier forgets half-word stores on the
		 * stack.
		 */
		__u64 var[2] = { orig | (__u64)size << 32, type | (__u32)flags << 16 }, zero = 0;

		if (em->vars)
			bpf_dynptr_write(&em->ptr, off, var, sizeof(*at), 0);
		else
			et_var_header((void *)em->rec + off, type, size, orig, flags);
		/*
		 * The padding of a first field with at most ET_VAR_ALIGN bytes was zeroed when the
		 * record was begun.
		 */
		if (size % ET_VAR_ALIGN && (em->vars || size > ET_VAR_ALIGN))
			bpf_dynptr_write(&em->ptr, off + sizeof(*at) + size, &zero,
					 -size % ET_VAR_ALIGN, 0);
	} else {
		at = (void *)em->rec + off;
		et_var_header(at, type, size, orig, flags);
		/*
		 * With ET_EMIT_FIXED each field takes its largest size in the record, and no reader
		 * uses the bytes after the field's data.
		 */
		if (et_config.emit_mode != ET_EMIT_FIXED)
			for (int i = 0; i < ET_VAR_ALIGN - 1; i++)
				((char *)(at + 1))[size + i] = 0;
	}
	if (et_config.emit_mode == ET_EMIT_FIXED) {
		em->off = off + sizeof(*at) + cap;
	} else {
		/*
		 * Pass the new offset through memory whose contents the verifier does not know.
		 * Otherwise the verifier follows each possible length of this field separately
		 * through all later fields.
		 */
		em->lane->walk.pos = off + sizeof(*at) + ET_VAR_ALIGNED(size);
		em->off = *(volatile __u32 *)&em->lane->walk.pos;
	}
	em->vars++;
	if (flags & (ET_VAR_F_TRUNCATED | ET_VAR_F_PARTIAL))
		em->lane->walk.cut = 1;
}

/*
 * Append the variable-length field that a global function has built. The function has left the
 * field's size and flags in em->lane->walk. @orig is the field's length before the cut to @cap.
 */
static __always_inline void et_var_end_walk(struct et_emit *em, enum et_var_type type, __u32 cap,
					    __u32 orig)
{
	const struct et_walk *walk = &em->lane->walk;
	__u32 size = walk->pos;
	char *built, *slot;

	barrier_var(size);
	if (size > cap)
		size = cap;
	/*
	 * With ET_EMIT_FIXED the record is in the ring, where global functions cannot write. They
	 * have built the field in scratch memory; copy it from there.
	 */
	if (et_config.emit_mode == ET_EMIT_FIXED) {
		built = et_slot_at(em->slot, 0);
		slot = et_var_begin(em);
		if (built && slot)
			bpf_probe_read_kernel(slot, size, built);
	}
	et_var_end(em, type, cap, size, orig, walk->place.flags);
}

/* Offset in the scratch memory at which a global function builds the next field's data. */
static __always_inline __u32 et_build_at(const struct et_emit *em)
{
	return et_config.emit_mode == ET_EMIT_FIXED ? 0 : em->off;
}

/* Offset in the record of the next field's data. */
static __always_inline __u32 et_data_at(const struct et_emit *em)
{
	return em->off + sizeof(struct et_var);
}

/*
 * Flags for submitting a record: wake the process that reads the rings only if it sleeps. Only that
 * process clears et_reader_sleeping. If a BPF program cleared it and then failed to send its
 * record, the process would sleep for ever. With et_config.wakeup_always the kernel decides: it
 * wakes a process that has read all older records.
 */
static __always_inline __u64 et_wakeup_flags(void)
{
	if (et_config.wakeup_always)
		return 0;
	return et_reader_sleeping ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/* Send the record into its ring, count it and release its lane (work area). */
static __always_inline void et_emit_submit(struct et_emit *em)
{
	__u64 flags = et_wakeup_flags();
	struct et_header *rec = em->rec;
	__u32 key = em->ring, size = em->off;
	void *ring = bpf_map_lookup_elem(&rings, &key);
	struct et_counts *c;
	long err = 0;

	rec->size = size;
	rec->vars = em->vars;
	barrier_var(size);
	/*
	 * The user's share of the ring is used up: do not send the record. No later record of this
	 * lane (work area) has a number yet, so the next record can take this record's number.
	 */
	if (et_looks() && et_config.emit_mode != ET_EMIT_FIXED && !em->direct &&
	    et_is_unfair(em->lane, key % ET_RING_CLASSES, key, size, em->lane->actor)) {
		em->lane->seq[key % ET_RING_CLASSES]--;
		et_lane_release(em->lane);
		et_lost_as(em->type, ET_LOST_CAUSE_USER_SHARE, 1);
		return;
	}
	if (et_config.emit_mode == ET_EMIT_FIXED)
		bpf_ringbuf_submit(rec, flags);
	else if (em->direct)
		bpf_ringbuf_submit_dynptr(&em->ptr, flags);
	else
		err = ring && size <= ET_SCRATCH_SIZE ? bpf_ringbuf_output(ring, rec, size, flags)
						      : -1;
	/*
	 * The reader of the rings may have gone to sleep after the first check of
	 * et_reader_sleeping, before this record was sent. The reader first sets et_reader_sleeping
	 * and then looks for records. This code first sends the record and then reads
	 * et_reader_sleeping again. So the reader finds the record, or this code wakes the reader.
	 */
	if (flags == BPF_RB_NO_WAKEUP && et_reader_sleeping)
		et_kick();
	c = et_counts_of(em->slot / ET_LANES, em->type);
	if (err) {
		em->lane->lost[key % ET_RING_CLASSES]++;
		if (c)
			__sync_fetch_and_add(&c->lost, 1);
	} else if (c) {
		__sync_fetch_and_add(&c->sent, 1);
		__sync_fetch_and_add(&c->bytes, size);
		if (em->lane->walk.cut)
			__sync_fetch_and_add(&c->truncated, 1);
	}
	et_worsen(em->type, em->lane->seq[key % ET_RING_CLASSES]);
	et_lane_release(em->lane);
}

#endif /* ET_EMIT_BPF_H */
