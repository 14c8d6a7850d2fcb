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
 * libbpf's ring_buffer is not used, for three reasons:
 *  - libbpf stores the reader's position after each record. Each store takes the cache line of the
 *    position away from CPUs that write records.
 *  - libbpf has no flag for a sleeping reader.
 *  - libbpf spins on a record that is reserved and not yet committed.
 *
 * Before the reader sleeps, it sets the sleep flag. A BPF program wakes the reader only if this
 * flag is set. No wake-up is lost, because each side first writes, then reads, with a full barrier
 * between:
 *
 *	reader:       set the flag, barrier, check for records
 *	BPF program:  make the record visible, barrier, check the flag
 *
 * So the reader sees the record, or the BPF program sees the flag.
 */
#ifndef ET_RING_H
#define ET_RING_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct et_rings;

/* Largest number of rings of a reader. */
#define ET_RINGS_MAX 160

/*
 * Called for each record: @len bytes at @data, 8-byte aligned, valid until the function returns. A
 * negative return value ends the batch, and et_rings__consume() returns this value. After -EAGAIN
 * the record stays in the ring. After any other value, the record counts as read.
 */
typedef int (*et_ring_fn)(void *ctx, const void *data, size_t len, unsigned int ring_class);

/* Counts of all rings together, since et_rings__new(). */
struct et_rings_stats {
	__u64 records;   /* records passed to the callback */
	__u64 discarded; /* records that a BPF program reserved and then discarded */
	__u64 broken;    /* rings with invalid contents, which are not read again */
	__u64 wakeups;   /* number of times that a BPF program woke the sleeping reader */
};

/**
 * et_rings__new() - make a reader without rings
 * @sleeping:	flag that BPF programs read: 1 while the reader sleeps. Owned by the caller. NULL:
 *		no BPF program reads such a flag
 * @fn:		called with each record
 * @ctx:	passed to @fn
 * @ret:	receives the object; the caller frees it with et_rings__free()
 *
 * Return: 0 or a negative errno.
 */
int et_rings__new(volatile __u32 *sleeping, et_ring_fn fn, void *ctx, struct et_rings **ret);

/**
 * et_rings__add_map() - add a BPF ring buffer to the reader
 * @rings:	the reader
 * @map_fd:	a BPF_MAP_TYPE_RINGBUF; the caller closes it after et_rings__free()
 * @size:	max_entries of the map, in bytes
 * @ring_class:	passed to the callback with each record of this ring
 *
 * If records of two rings have the same time, the ring that was added first comes first.
 *
 * Return: 0 or a negative errno.
 */
int et_rings__add_map(struct et_rings *rings, int map_fd, size_t size, unsigned int ring_class);

/**
 * et_rings__add_memory() - add a ring in any memory to the reader, for tests
 * @rings:	the reader
 * @consumer:	position in bytes up to which the reader has read; written by the reader
 * @producer:	position in bytes up to which records are written; the reader only reads it
 * @data:	@size bytes, mapped twice in a row, so that a record may cross the end
 * @size:	a power of two
 * @ring_class:	passed to the callback
 * @poll_fd:	becomes readable when the test wakes the reader; -1: never
 *
 * The caller owns all this memory and frees it after @rings.
 *
 * Return: 0 or a negative errno.
 */
int et_rings__add_memory(struct et_rings *rings, unsigned long *consumer,
			 const unsigned long *producer, const void *data, size_t size,
			 unsigned int ring_class, int poll_fd);

/**
 * et_rings__consume() - pass a batch of records to the callback
 * @rings:	the reader
 * @batch:	largest number of records
 *
 * A record begins with a __u64: the time when it was made, before its room was reserved. Records of
 * one ring come in the ring's order, and records of different rings in the order of time. If record
 * A is committed before record B is made, A comes before B, also if they are in different rings. A
 * record that is reserved and not yet committed delays the other rings, for at most 20 ms, or the
 * time of et_rings__set_hold().
 *
 * Clears the sleep flag first, because a reader that reads records is awake. BPF programs can use
 * the room of the records again when the batch ends.
 *
 * Return: number of records passed (0: the rings are empty, or wait for a record that is not yet
 * committed); -EBADMSG for a ring with invalid contents, which is not read again; or the callback's
 * negative return value.
 */
int et_rings__consume(struct et_rings *rings, unsigned int batch);

/*
 * Set how long, in ns, an uncommitted record may delay the records of other rings. A BPF program
 * commits at once. A producer that the scheduler can stop, as in a test, may need more than 20 ms.
 */
void et_rings__set_hold(struct et_rings *rings, __u64 ns);

/*
 * True if at least a quarter of any ring is in use. Does not check ET_RING_WAKE, the ring that only
 * wakes the reader and has no events.
 */
bool et_rings__are_filling(const struct et_rings *rings);

/**
 * et_rings__prepare_sleep() - set the sleep flag, and check the rings once more
 * @rings:	the reader
 *
 * From now on each new record makes et_rings__fd() readable. If a record is already reserved but
 * not yet committed, et_rings__fd() becomes readable after a millisecond.
 *
 * Return: true if the reader can sleep; false if there are records to consume.
 */
bool et_rings__prepare_sleep(struct et_rings *rings);

/**
 * et_rings__wake_self() - make et_rings__fd() readable at once
 * @rings:	the reader
 *
 * For a caller that returns to its event loop although the rings still have records.
 */
void et_rings__wake_self(struct et_rings *rings);

/**
 * et_rings__share_nap() - let BPF programs end a nap early
 * @rings:	the reader
 * @napping:	flag that BPF programs read and clear: 1 during et_rings__nap(). Owned by the caller
 */
void et_rings__share_nap(struct et_rings *rings, volatile __u32 *napping);

/**
 * et_rings__nap() - wake the reader after a fixed time; no record wakes it
 * @rings:	the reader
 * @ns:		the time, in nanoseconds, below a second; 0: now
 *
 * Used instead of et_rings__prepare_sleep() while many records come: a wake-up costs a BPF program
 * several times as much as writing its record. A BPF program that finds a ring filled to a quarter
 * ends the nap. For this, the caller must have called et_rings__share_nap().
 */
void et_rings__nap(struct et_rings *rings, long ns);

/**
 * et_rings__take_fill() - get how much the reader has read since the last call
 * @rings:	the reader
 *
 * For each ring, the value is (bytes read) * 1000 / (size of the ring). It is above 1000 if the
 * reader has read more bytes than the ring holds at one time.
 *
 * Return: the largest value of all rings. ET_RING_WAKE is left out.
 */
__u64 et_rings__take_fill(struct et_rings *rings);

/**
 * et_rings__alarm() - make et_rings__fd() readable once, after some time
 * @rings:	the reader
 * @ns:		the time from now, in nanoseconds; 0: cancel the alarm
 *
 * Neither records nor et_rings__nap() change the time of the alarm.
 */
void et_rings__alarm(struct et_rings *rings, __u64 ns);

/*
 * Largest number of output descriptors that can wake the reader: one for lines, one for a
 * recording.
 */
#define ET_RINGS_OUTPUTS 2

/**
 * et_rings__watch_output() - make et_rings__fd() readable when an output is writable
 * @rings:	the reader
 * @which:	index of the output, below ET_RINGS_OUTPUTS
 * @fd:		the output's descriptor; -1: watch none. Before the caller closes a watched
 *		descriptor, it must call this function with -1
 */
void et_rings__watch_output(struct et_rings *rings, unsigned int which, int fd);

/**
 * et_rings__wait() - sleep until a BPF program, a timer or an output wakes the reader
 * @rings:	the reader, after et_rings__prepare_sleep() or et_rings__nap()
 * @timeout_ms:	longest sleep in milliseconds; 0: none; -1: for ever
 *
 * Return: 1 when woken, 0 on time-out, -EINTR on a signal.
 */
int et_rings__wait(struct et_rings *rings, int timeout_ms);

/*
 * A descriptor for poll(2), readable when the reader is woken. et_rings__free() closes it. After
 * poll(2), the caller must call et_rings__wait() with timeout 0. Before that call, the descriptor
 * may stay readable without a new record.
 */
int et_rings__fd(const struct et_rings *rings);

/*
 * True if all rings are empty. A record that is reserved but not yet committed counts as a record.
 */
bool et_rings__empty(const struct et_rings *rings);

/* The current counts, valid until et_rings__free(). */
const struct et_rings_stats *et_rings__stats(const struct et_rings *rings);

/* Unmap all rings and free the reader. NULL is allowed. */
void et_rings__free(struct et_rings *rings);

#endif /* ET_RING_H */
