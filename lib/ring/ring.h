/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader's end of BPF ring buffers, several of them behind one descriptor to wait on.
 *
 *	struct et_rings *rings = NULL;
 *
 *	r = et_rings__new(&bss->et_reader_sleeping, on_record, ctx, &rings);
 *	r = et_rings__add_map(rings, map_fd, ring_size, ET_RING_LIFECYCLE);
 *	...
 *	for (;;) {
 *		r = et_rings__consume(rings, batch);
 *		if (r < 0)
 *			break;
 *		if (r == 0 && et_rings__prepare_sleep(rings))
 *			r = et_rings__wait(rings, timeout_ms);
 *	}
 *	et_rings__free(rings);
 *
 * Why not libbpf's ring_buffer: it stores the consumer's position after each record, a write that
 * takes the cache line away from the producers every time; it knows nothing of a reader that says
 * when it sleeps; and it spins on a record that is reserved and not yet committed.
 *
 * Who sleeps says so. Programs put records into a ring without waking anybody as long as the
 * reader is awake, and wake it when its flag says that it sleeps. Both sides write first and look
 * afterwards, with a full barrier between: the reader raises the flag and then looks for records,
 * a program makes its record visible and then looks at the flag. One of them sees the other.
 */
#ifndef ET_RING_H
#define ET_RING_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct et_rings;

/*
 * Called with each record: @len bytes at @data, 8-byte aligned, valid until it returns. A negative
 * return ends the batch behind this record, and becomes what et_rings__consume() returns. -EAGAIN
 * ends it in front of this record, which stays in the ring.
 */
typedef int (*et_ring_fn)(void *ctx, const void *data, size_t len, unsigned int ring_class);

/* What a ring has seen; of all rings together. */
struct et_rings_stats {
	__u64 records;   /* handed to the callback */
	__u64 discarded; /* taken back by the program that had reserved them */
	__u64 broken;    /* rings given up, because what stands in them cannot be */
	__u64 wakeups;   /* times that the reader slept and was woken by a program */
};

/**
 * et_rings__new() - an object without rings
 * @sleeping:	the flag that programs look at; stays the caller's; NULL: nobody looks
 * @fn:		called with each record
 * @ctx:	handed to @fn
 * @ret:	receives the object; the caller frees it with et_rings__free()
 *
 * Return: 0 or a negative errno.
 */
int et_rings__new(volatile __u32 *sleeping, et_ring_fn fn, void *ctx, struct et_rings **ret);

/**
 * et_rings__add_map() - read one more ring, a BPF map
 * @rings:	the object
 * @map_fd:	a BPF_MAP_TYPE_RINGBUF; stays the caller's, and open as long as @rings
 * @size:	its max_entries
 * @ring_class:	handed to the callback; of records of one time those come first whose ring was added first
 *
 * Return: 0 or a negative errno.
 */
int et_rings__add_map(struct et_rings *rings, int map_fd, size_t size, unsigned int ring_class);

/**
 * et_rings__add_memory() - read one more ring, which stands anywhere
 * @rings:	the object
 * @consumer:	the consumer's position, written by the reader
 * @producer:	the producer's position, read by the reader
 * @data:	@size bytes, mapped twice in a row, so that a record may cross the end
 * @size:	a power of two
 * @ring_class:	handed to the callback
 * @poll_fd:	becomes readable when a producer wakes the reader; -1: never
 *
 * All of it stays the caller's and must outlive @rings.
 *
 * Return: 0 or a negative errno.
 */
int et_rings__add_memory(struct et_rings *rings, unsigned long *consumer,
			 const unsigned long *producer, const void *data, size_t size,
			 unsigned int ring_class, int poll_fd);

/**
 * et_rings__consume() - hand a batch of what is there to the callback
 * @rings:	the object
 * @batch:	most records taken out of one ring
 *
 * A record begins with a __u64, the time at which it was made. Records of one ring come in the ring's
 * order, those of several by time: if one was committed before another was begun, it comes first. A
 * record that is reserved and not yet committed holds the other rings up, for at most 20 ms.
 *
 * Takes the flag back first: whoever consumes is awake. Producers get the room back when a ring's
 * batch ends.
 *
 * Return: records taken (0: nothing is there, or the first record of each ring is still being
 * written), -EBADMSG when a ring holds what cannot be (it is given up, the others go on with the
 * next call), or what the callback returned.
 */
int et_rings__consume(struct et_rings *rings, unsigned int batch);

/* Is a ring filled to a quarter, or more? */
bool et_rings__are_filling(const struct et_rings *rings);

/**
 * et_rings__prepare_sleep() - raise the flag, and look once more
 * @rings:	the object
 *
 * From here on every record makes et_rings__fd() readable; so does one that is there already but
 * still being written, after a millisecond.
 *
 * Return: true if there is nothing to do but sleep; false if records are there: consume them.
 */
bool et_rings__prepare_sleep(struct et_rings *rings);

/**
 * et_rings__wake_self() - make et_rings__fd() readable at once
 * @rings:	the object
 *
 * For a reader that goes off to an event loop although records are left.
 */
void et_rings__wake_self(struct et_rings *rings);

/**
 * et_rings__nap() - make et_rings__fd() readable after a moment, and let programs wake nobody
 * @rings:	the object
 * @ns:		how long the moment is, in nanoseconds
 *
 * Instead of et_rings__prepare_sleep(), while so many records come that each sleep would be short:
 * a wake-up costs a program several times what its record costs.
 */
void et_rings__nap(struct et_rings *rings, long ns);

/**
 * et_rings__alarm() - make et_rings__fd() readable once, some time from now
 * @rings:	the object
 * @ns:		how long from now, in nanoseconds; 0: not at all
 *
 * Whatever comes until then, and beside any nap.
 */
void et_rings__alarm(struct et_rings *rings, __u64 ns);

/* Outputs that a reader can wait for beside its rings. */
#define ET_RINGS_OUTPUTS 2

/**
 * et_rings__watch_output() - let et_rings__fd() be readable when an output can take more
 * @rings:	the object
 * @which:	which output, below ET_RINGS_OUTPUTS
 * @fd:		its descriptor; stays the caller's, who takes it back before closing it; -1: none
 */
void et_rings__watch_output(struct et_rings *rings, unsigned int which, int fd);

/**
 * et_rings__wait() - sleep until woken
 * @rings:	the object, after et_rings__prepare_sleep() or et_rings__nap()
 * @timeout_ms:	longest sleep; 0: none; -1: for ever
 *
 * Return: 1 when woken, 0 on time-out, -EINTR on a signal.
 */
int et_rings__wait(struct et_rings *rings, int timeout_ms);

/*
 * A descriptor that polls readable when programs wake the reader. It stays the object's. Whoever
 * sleeps on it instead of in et_rings__wait() calls that afterwards, with a @timeout_ms of 0: each
 * wake-up is reported once, and until it is taken the descriptor may be readable without reason.
 */
int et_rings__fd(const struct et_rings *rings);

/* Whether no ring holds anything, not even a record that is still being written. */
bool et_rings__empty(const struct et_rings *rings);

/* What has been seen so far; lives with @rings. */
const struct et_rings_stats *et_rings__stats(const struct et_rings *rings);

/* Unmap and free; NULL is allowed. */
void et_rings__free(struct et_rings *rings);

#endif /* ET_RING_H */
