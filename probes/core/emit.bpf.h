/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one way from a probe into a ring, and the only code that touches one.
 *
 *	struct et_src argv = et_src_user(start, len, ET_CAP_ARGV);
 *	struct et_emit em;
 *	struct et_process_exec *ev = et_emit_begin(&em, PROCESS_EXEC, process_exec,
 *						   et_need(&argv));
 *
 *	if (!ev)
 *		return 0;		(counted as lost)
 *	... fill *ev ...
 *	et_put_user(&em, ARGV, &argv);
 *	et_emit_submit(&em);
 *
 * Sources say where fields come from and how long they are; begin then knows the record's size.
 * Between begin and submit there is no way out: what begins is submitted, or counted as lost.
 *
 * The same probe makes a record in one of three ways, which et_way chooses before the programs
 * are loaded; the verifier removes the others. Only this file and put.bpf.h know which.
 */
#ifndef ET_EMIT_BPF_H
#define ET_EMIT_BPF_H

#include "probes/core/compat.bpf.h"
#include "probes/core/config.bpf.h"
#include "probes/core/fair.bpf.h"
#include "probes/core/lane.bpf.h"

/*
 * No field begins behind this offset of a record: the largest field still fits the slot then.
 * The largest event ends before it, so the check that uses it tells the verifier what is so.
 */
#define ET_CAP_LARGEST (ET_CAP_ENV > ET_CAP_ARGV ? ET_CAP_ENV : ET_CAP_ARGV)
#define ET_OFFSET_MAX  (ET_SCRATCH_SIZE - ET_CAP_LARGEST - 4096 - 64)

/*
 * 64 bits where the verifier must remember the value: it forgets what smaller stores put on the
 * stack.
 */
struct et_emit {
	struct bpf_dynptr ptr; /* the record, if made directly */
	struct et_lane *lane;
	struct et_header *rec; /* the fixed part; if not made directly, the whole record */
	__u64 direct;          /* is it? */
	__u64 off;             /* bytes of the record so far */
	__u64 vars;            /* variable-length fields so far */
	__u64 type;            /* enum et_event_type */
	__u32 slot;            /* of the scratch map */
	__u32 ring;
};

/*
 * The smaller and the larger one of two numbers below 2^63, without a branch: to the verifier each
 * comparison with a cap is the beginning of two ways through the rest of the program. The compiler
 * would make one of the shift, if it saw what it is for.
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

/* What a variable-length field is taken from. */
struct et_src {
	__u64 at; /* user memory: address; a path: its dentry; a cgroup: its kernfs_node */
	union {
		__u64 mount; /* a path: its vfsmount */
		__u64 flags; /* measured strings of the process: enum et_var_flags */
	};
	__u64 fs;   /* a path: the fs_struct whose root it is for */
	__u32 orig; /* its own length in bytes, where that is known beforehand */
	__u32 size; /* bytes that it takes of a record, where sources are measured */
};

/* Bytes of a record that a field takes, its header and padding included. */
static __always_inline __u32 et_need(const struct et_src *src)
{
	return sizeof(struct et_var) + ET_VAR_ALIGNED(src->size);
}

/*
 * Wake the reader without a record, if it sleeps. A wake-up needs room in a ring; that of the wake
 * ring is for nothing else, so as long as it is full, a wake-up is on its way.
 */
static __always_inline int et_kick_inline(void)
{
	__u32 key = ET_RING_WAKE;
	void *ring, *room;

	if (!et_reader_sleeping)
		return 0;
	ring = bpf_map_lookup_elem(&rings, &key);
	if (!ring)
		return 0;
	room = bpf_ringbuf_reserve(ring, 8, 0);
	if (room)
		bpf_ringbuf_discard(room, BPF_RB_FORCE_WAKEUP);
	return 0;
}

__weak int et_kick(void)
{
	return et_kick_inline();
}

/*
 * Count @events of @type that get no record because of @cause, enum et_lost_cause, and wake the
 * reader so that it reports them. Ask et_skips() before: what a filter drops is not lost. Losses to
 * a full ring are counted by et_emit_begin() and et_emit_submit().
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
	/* Not by a call: it is called where older kernels have no stack left for two. */
	return et_kick_inline();
}

/* Count that the map @table, enum et_table, had no room. That alone is no loss. */
__weak int et_refused(__u32 table)
{
	__u32 zero = 0;
	struct et_loss_counts *l = bpf_map_lookup_elem(&losses, &zero);

	barrier_var(table);
	if (l && table < ET_TABLES)
		__sync_fetch_and_add(&l->refused[table], 1);
	return 0;
}

/* Has it ever had no room? */
__weak int et_has_refused(__u32 table)
{
	__u32 zero = 0;
	struct et_loss_counts *l = bpf_map_lookup_elem(&losses, &zero);

	barrier_var(table);
	return l && table < ET_TABLES && l->refused[table];
}

/* Count an event that is lost because the map @table had no room for what it needs. */
__weak int et_lost_no_room(__u32 type, __u32 table)
{
	et_refused(table);
	et_lost_as(type, ET_LOST_CAUSE_PENDING_FULL, 1);
	return 0;
}

/* Must sources be measured? Only where the record's size must be known before it is built. */
static __always_inline bool et_measures(void)
{
	return et_way == ET_WAY_DIRECT || et_way == ET_WAY_AUTO;
}

static __always_inline bool et_goes_direct(__u32 size)
{
	return et_way == ET_WAY_DIRECT || (et_way == ET_WAY_AUTO && size >= et_direct_from);
}

/*
 * Of a record that is made directly, a program sees the fixed part as memory, and behind it the
 * first variable-length field's header and what a field without padding needs at least. What is
 * further behind is only reached through calls, and in a small record each of them counts.
 */
#define ET_HEAD (sizeof(struct et_var) + ET_VAR_ALIGN)

/* Where the record is built, or its fixed part: NULL if there is no room. */
static __always_inline void *et_emit_room(struct et_emit *em, __u32 fixed, __u32 need, __u32 slots,
					  __u32 head)
{
	__u32 key = em->ring;
	void *ring, *rec;

	if (!em->direct && et_way != ET_WAY_FIXED)
		return bpf_map_lookup_elem(&scratch, &em->slot);
	ring = bpf_map_lookup_elem(&rings, &key);
	if (!ring)
		return NULL;
	if (et_way == ET_WAY_FIXED)
		return bpf_ringbuf_reserve(ring, slots, 0);
	bpf_ringbuf_reserve_dynptr(ring, fixed + et_max(need, head), 0, &em->ptr);
	rec = bpf_dynptr_data(&em->ptr, 0, fixed + head);
	/* Also one that could not be had must be given back. */
	if (!rec)
		bpf_ringbuf_discard_dynptr(&em->ptr, BPF_RB_NO_WAKEUP);
	return rec;
}

static __always_inline void *et_emit_begin_sized(struct et_emit *em, enum et_event_type type,
						 enum et_ring_class ring, __u32 fixed, __u32 need,
						 __u32 slots, __u32 head, __u64 actor)
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
	if (et_fair) {
		bool sized = em->direct || et_way == ET_WAY_FIXED;

		lane->actor = actor;
		if (sized &&
		    et_is_unfair(lane, ring, em->direct ? fixed + et_max(need, head) : slots,
				 lane->actor)) {
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
	em->ring = ring;
	em->type = type;
	em->vars = 0;
	lane->walk.cut = 0;
	/* Before there is room: the reader merges rings by time, and takes each ring in its order. */
	ts = bpf_ktime_get_ns();
	rec = et_emit_room(em, fixed, need, slots, head);
	if (!rec) {
		lane->lost[ring]++;
		et_count_lost(cpu, type);
		et_lane_release(lane);
		return NULL;
	}
	__builtin_memset(rec, 0, fixed + head);
	rec->ts = ts;
	rec->seq = seq;
	rec->type = type;
	rec->version = ET_WIRE_VERSION;
	rec->format = et_way == ET_WAY_FIXED ? ET_FORMAT_FIXED : ET_FORMAT_VARLEN;
	rec->cpu = cpu;
	rec->lane = index;
	rec->ring = ring;
	rec->fixed = fixed;
	em->rec = rec;
	return rec;
}

/*
 * Begin a record: NAME and name as in schema.def, need the sum of et_need() of its fields. NULL:
 * it is lost, and counted so.
 */
#define et_emit_begin(em, NAME, name, need) et_emit_begin_as(em, ET_##NAME, NAME, name, need)

/* ... of another type, whose records are like those of NAME. */
#define et_emit_begin_as(em, type, NAME, name, need) et_emit_begin_of(em, type, NAME, name, need, 0)

/* ... of another task than the current one: @actor is its address, or ET_ACTOR_USER(). */
#define et_emit_begin_for(em, NAME, name, need, actor) \
	et_emit_begin_of(em, ET_##NAME, NAME, name, need, actor)

#define et_emit_begin_of(em, type, NAME, name, need, actor)                                      \
	((struct et_##name *)et_emit_begin_sized(                                                \
		em, type, (enum et_ring_class)ET_RING_OF_##NAME, sizeof(struct et_##name), need, \
		ET_FIXED_SIZE_##NAME,                                                            \
		ET_FIXED_SIZE_##NAME > sizeof(struct et_##name) + 8 ? ET_HEAD : 0, actor))

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

/* Bytes of a scratch slot; none where everything is made directly, and there is no scratch. */
static __always_inline char *et_slot_at(__u32 slot, __u32 off)
{
	char *rec;

	if (et_way == ET_WAY_DIRECT)
		return NULL;
	rec = bpf_map_lookup_elem(&scratch, &slot);
	barrier_var(off);
	if (!rec || off > ET_OFFSET_MAX)
		return NULL;
	return rec + off + sizeof(struct et_var);
}

/* Where the next field's bytes go in a record that is not made directly; NULL never in truth. */
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
 * The field's header, and zeroes as padding: a record holds nothing of an earlier one. @size
 * bytes at et_var_begin(), or at that place of em->ptr, are the field's own.
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
		/* A struct et_var, in whole words: halves of one would stay alive on the stack. */
		__u64 var[2] = { orig | (__u64)size << 32, type | (__u32)flags << 16 }, zero = 0;

		if (em->vars)
			bpf_dynptr_write(&em->ptr, off, var, sizeof(*at), 0);
		else
			et_var_header((void *)em->rec + off, type, size, orig, flags);
		/* The first of them is zeroed as far as ET_HEAD. */
		if (size % ET_VAR_ALIGN && (em->vars || size > ET_VAR_ALIGN))
			bpf_dynptr_write(&em->ptr, off + sizeof(*at) + size, &zero,
					 -size % ET_VAR_ALIGN, 0);
	} else {
		at = (void *)em->rec + off;
		et_var_header(at, type, size, orig, flags);
		/* In a fixed record the slot ends with the cap, and nobody reads what is behind. */
		if (et_way != ET_WAY_FIXED)
			for (int i = 0; i < ET_VAR_ALIGN - 1; i++)
				((char *)(at + 1))[size + i] = 0;
	}
	if (et_way == ET_WAY_FIXED) {
		em->off = off + sizeof(*at) + cap;
	} else {
		/*
		 * Through memory of which the verifier knows nothing: otherwise each length that a
		 * field can have is a way of its own through all the fields behind it.
		 */
		em->lane->walk.pos = off + sizeof(*at) + ET_VAR_ALIGNED(size);
		em->off = *(volatile __u32 *)&em->lane->walk.pos;
	}
	em->vars++;
	if (flags & (ET_VAR_F_TRUNCATED | ET_VAR_F_PARTIAL))
		em->lane->walk.cut = 1;
}

/* What a function has left in the lane's walk becomes the field: size in pos, and its flags. */
static __always_inline void et_var_end_walk(struct et_emit *em, enum et_var_type type, __u32 cap,
					    __u32 orig)
{
	const struct et_walk *walk = &em->lane->walk;
	__u32 size = walk->pos;
	char *built, *slot;

	barrier_var(size);
	if (size > cap)
		size = cap;
	/* A fixed record is in the ring, where global functions cannot build. */
	if (et_way == ET_WAY_FIXED) {
		built = et_slot_at(em->slot, 0);
		slot = et_var_begin(em);
		if (built && slot)
			bpf_probe_read_kernel(slot, size, built);
	}
	et_var_end(em, type, cap, size, orig, walk->place.flags);
}

/* Where in its scratch slot a global function builds the next field. */
static __always_inline __u32 et_build_at(const struct et_emit *em)
{
	return et_way == ET_WAY_FIXED ? 0 : em->off;
}

/* Where in the record the next field's bytes begin. */
static __always_inline __u32 et_data_at(const struct et_emit *em)
{
	return em->off + sizeof(struct et_var);
}

/*
 * Wake the reader with this record? Not while it drains anyway. Only the reader takes its flag
 * back: a program that did so and then could not send its record would leave it asleep for ever.
 * With et_wakeup_always the kernel decides: it wakes a reader, asleep or not, that has read
 * everything before this record.
 */
static __always_inline __u64 et_wakeup_flags(void)
{
	if (et_wakeup_always)
		return 0;
	return et_reader_sleeping ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/* Hand the record over. */
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
	/* Nothing is behind it in its lane, so its number is the next record's. */
	if (et_fair && et_way != ET_WAY_FIXED && !em->direct &&
	    et_is_unfair(em->lane, key % ET_RING_CLASSES, size, em->lane->actor)) {
		em->lane->seq[key % ET_RING_CLASSES]--;
		et_lane_release(em->lane);
		et_lost_as(em->type, ET_LOST_CAUSE_USER_SHARE, 1);
		return;
	}
	if (et_way == ET_WAY_FIXED)
		bpf_ringbuf_submit(rec, flags);
	else if (em->direct)
		bpf_ringbuf_submit_dynptr(&em->ptr, flags);
	else
		err = ring && size <= ET_SCRATCH_SIZE ? bpf_ringbuf_output(ring, rec, size, flags)
						      : -1;
	/*
	 * The reader may have gone to sleep between the look at its flag and the record. It sets
	 * the flag first and looks for records then, this side the other way round, so one of the
	 * two sees the other.
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
	et_lane_release(em->lane);
}

#endif /* ET_EMIT_BPF_H */
