/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader's end of BPF ring buffers: several rings behind one descriptor to wait for.
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
 * libbpf's ring_buffer does not fit, for three reasons. It stores the consumer's position after
 * each record, a write that takes the cache line away from the producers every time. It has no flag
 * for a reader that sleeps. It spins on a record that is reserved and not yet committed.
 *
 * The reader announces its sleep by a flag. Programs write records without a wake-up as long as the
 * reader is awake, and wake it when the flag is set. Both sides write first and read afterwards,
 * with a full barrier between. The reader sets the flag and then checks for records. A program
 * makes its record visible and then checks the flag. So at least one of them sees the other.
 */
#ifndef ET_RING_H
#define ET_RING_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct et_rings;

/*
 * Called with each record: @len bytes at @data, 8-byte aligned, valid until it returns. A negative
 * return ends the batch after this record, and et_rings__consume() returns it. -EAGAIN ends the
 * batch before this record, which stays in the ring.
 */
typedef int (*et_ring_fn)(void *ctx, const void *data, size_t len, unsigned int ring_class);

/* Counts of a ring's records; of all rings together. */
struct et_rings_stats {
	__u64 records;   /* handed to the callback */
	__u64 discarded; /* discarded by the program that had reserved them */
	__u64 broken;    /* rings that were given up because of invalid contents */
	__u64 wakeups;   /* number of times that a program woke the sleeping reader */
};

/**
 * et_rings__new() - an object without rings
 * @sleeping:	the flag that programs read; stays the caller's; NULL: there is none
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
 * @ring_class:	handed to the callback; of equal times, the ring that was added first comes first
 *
 * Return: 0 or a negative errno.
 */
int et_rings__add_map(struct et_rings *rings, int map_fd, size_t size, unsigned int ring_class);

/**
 * et_rings__add_memory() - read one more ring, in any memory
 * @rings:	the object
 * @consumer:	the consumer's position, written by the reader
 * @producer:	the producer's position, read by the reader
 * @data:	@size bytes, mapped twice in a row, so that a record may cross the end
 * @size:	a power of two
 * @ring_class:	handed to the callback
 * @poll_fd:	becomes readable when a producer wakes the reader; -1: never
 *
* All memory stays the caller's and must outlive @rings.
 *
 * Return: 0 or a negative errno.
 */
int et_rings__add_memory(struct et_rings *rings, unsigned long *consumer,
			 const unsigned long *producer, const void *data, size_t size,
			 unsigned int ring_class, int poll_fd);

/**
 * et_rings__consume() - pass a batch of records to the callback
 * @rings:	the object
 * @batch:	most records taken out of one ring
 *
 * A record begins with a __u64, the time at which it was made. Records of one ring come in the
 * ring's order, those of several by time: if one was committed before another was begun, it comes
 * first. A record that is reserved and not yet committed holds the other rings up, for at most 20
 * ms.
 *
 * Clears the flag first: a reader that consumes is awake. Producers get the room back when a ring's
 * batch ends.
 *
 * Return: number of records taken (0: the rings are empty, or the first record of each is still
 * being written); -EBADMSG for a ring with invalid contents (it is given up, and the next call
 * continues with the others); or the callback's return value.
 */
int et_rings__consume(struct et_rings *rings, unsigned int batch);

/* True if a ring is filled to a quarter, or more. */
bool et_rings__are_filling(const struct et_rings *rings);

/**
 * et_rings__prepare_sleep() - raise the flag, and check the rings once more
 * @rings:	the object
 *
* From now on every record makes et_rings__fd() readable. So does a record that is already there but
 * still being written, after a millisecond.
 *
 * Return: true if the reader can sleep; false if there are records to consume.
 */
bool et_rings__prepare_sleep(struct et_rings *rings);

/**
 * et_rings__wake_self() - make et_rings__fd() readable at once
 * @rings:	the object
 *
* For a reader that returns to an event loop although records are left.
 */
void et_rings__wake_self(struct et_rings *rings);

/**
 * et_rings__nap() - make et_rings__fd() readable after a moment, without wake-ups by programs
 * @rings:	the object
 * @ns:		length of the moment, in nanoseconds
 *
 * Instead of et_rings__prepare_sleep(), while so many records come that each sleep would be short:
 * a wake-up costs a program several times what its record costs.
 */
void et_rings__nap(struct et_rings *rings, long ns);

/**
 * et_rings__alarm() - make et_rings__fd() readable once, after some time
 * @rings:	the object
 * @ns:		the time from now, in nanoseconds; 0: cancel
 *
* Independent of records until then, and of any nap.
 */
void et_rings__alarm(struct et_rings *rings, __u64 ns);

/* Outputs that a reader can wait for, besides its rings. */
#define ET_RINGS_OUTPUTS 2

/**
 * et_rings__watch_output() - make et_rings__fd() readable when an output can take more
 * @rings:	the object
 * @which:	which output, below ET_RINGS_OUTPUTS
 * @fd:		its descriptor; the caller sets it to -1 before closing it; -1: none
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
 * A descriptor that polls readable when programs wake the reader. It stays the object's. A caller
 * that sleeps on it, and not in et_rings__wait(), must call that afterwards with a @timeout_ms of
 * 0. Each wake-up is reported once. Until that call the descriptor may be readable without reason.
 */
int et_rings__fd(const struct et_rings *rings);

/* True if all rings are empty, without a record that is still being written. */
bool et_rings__empty(const struct et_rings *rings);

/* The counts so far; lives with @rings. */
const struct et_rings_stats *et_rings__stats(const struct et_rings *rings);

/* Unmap and free; NULL is allowed. */
void et_rings__free(struct et_rings *rings);

#endif /* ET_RING_H */
