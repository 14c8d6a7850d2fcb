/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/ring/ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "lib/wire/wire.h"

/*
 * Values of epoll_event.data.u32 for descriptors that are no rings. For a ring, the value is its
 * index in et_rings.rings.
 */
#define TIMER_TAG  ((__u32) - 1)
#define ALARM_TAG  ((__u32) - 2)
#define OUTPUT_TAG ((__u32) - 3)

/*
 * Longest sleep of the reader, in ns, while a record is reserved but not yet committed. The reader
 * cannot rely on a wake-up by this record: the BPF program may have read the sleep flag before the
 * reader set it.
 */
#define BUSY_NS (1000 * 1000)

/*
 * The reader checks this many times in a row whether the next record is committed. All these checks
 * together take less than a microsecond.
 */
#define BUSY_LOOKS 64

/* The default of et_rings.hold_ns. */
#define HOLD_NS (20 * 1000 * 1000)

/*
 * A batch ends when 1/BATCH_PART of a ring is read, so that BPF programs can use this room again.
 */
#define BATCH_PART 8

struct ring {
	unsigned long *consumer; /* position up to which the reader has read, in bytes */
	/* position up to which BPF programs have written, in bytes */
	const unsigned long *producer;
	const char *data;
	size_t mask; /* size of the ring in bytes, less 1 */
	unsigned int ring_class;
	int poll_fd;
	unsigned long told; /* value of *consumer at the last et_rings__take_fill() */
	bool broken;        /* true if the ring's contents were invalid: it is not read again */
	/* Positions in bytes: the beginning of the current batch, its next record, its end. */
	unsigned long start, pos, end;
	/*
	 * The value of `end` before the last look_at_all(). Only records before this position are
	 * passed to the callback. They were reserved before look_at_all() began, and all records
	 * that must come before them were committed even earlier. So look_at_all() has found all
	 * these records, whatever ring they are in.
	 */
	unsigned long settled;
	/* true if the next record is not committed yet: a later batch reads it */
	bool skipped;
	/* true if the next record is committed; then head and key describe it */
	bool ready;
	__u32 head; /* length and flags of the next record */
	__u64 key;  /* time of the next record, in nanoseconds */
	/*
	 * The last record that the reader found reserved but not committed: its position, and when
	 * the reader found it, in ns. busy_since is 0 if there was none.
	 */
	unsigned long busy_pos;
	__u64 busy_since;
	void *map_consumer; /* memory that et_rings__add_map() has mapped; NULL: none */
	void *map_producer;
	size_t map_producer_size;
};

struct et_rings {
	volatile __u32 *sleeping; /* 1 while the reader sleeps; BPF programs read this flag */
	volatile __u32 *napping;  /* 1 during a nap; BPF programs read and clear this flag */
	/* `sleeping` and `napping` point here while the caller has passed no flag */
	__u32 nobody_looks;
	et_ring_fn fn;
	void *ctx;
	int epoll_fd;
	int timer_fd; /* timer for sleeps of fixed length (naps), and for uncommitted records */
	int alarm_fd; /* timer of et_rings__alarm() */
	bool timer_armed;
	bool asleep; /* true from et_rings__prepare_sleep() until the reader is woken */
	/* descriptors of outputs that wake the reader when writable; -1: none */
	int outputs[ET_RINGS_OUTPUTS];
	unsigned int count;
	struct ring rings[ET_RINGS_MAX];
	/*
	 * The rings whose next record is committed, as a binary heap: no ring comes before its
	 * parent in the sense of comes_first(). Element n has the children 2n + 1 and 2n + 2.
	 */
	struct ring *heap[ET_RINGS_MAX];
	unsigned int heap_count;
	/*
	 * Longest time in ns for which a record that is reserved but not yet committed delays the
	 * records of other rings.
	 */
	__u64 hold_ns;
	struct et_rings_stats stats;
};

int et_rings__new(volatile __u32 *sleeping, et_ring_fn fn, void *ctx, struct et_rings **ret)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET, .data.u32 = TIMER_TAG };
	struct epoll_event alarm = { .events = EPOLLIN | EPOLLET, .data.u32 = ALARM_TAG };
	struct et_rings *rings;
	int r;

	rings = calloc(1, sizeof(*rings));
	if (!rings)
		return -ENOMEM;

	rings->sleeping = sleeping ? sleeping : &rings->nobody_looks;
	rings->napping = &rings->nobody_looks;
	rings->fn = fn;
	rings->ctx = ctx;
	rings->hold_ns = HOLD_NS;
	rings->timer_fd = -1;
	rings->alarm_fd = -1;
	for (int i = 0; i < ET_RINGS_OUTPUTS; i++)
		rings->outputs[i] = -1;
	rings->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (rings->epoll_fd < 0)
		goto fail;
	rings->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (rings->timer_fd < 0)
		goto fail;
	rings->alarm_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (rings->alarm_fd < 0)
		goto fail;
	if (epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, rings->timer_fd, &ev) < 0 ||
	    epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, rings->alarm_fd, &alarm) < 0)
		goto fail;

	*ret = rings;
	return 0;

fail:
	r = -errno;
	et_rings__free(rings);
	return r;
}

int et_rings__add_memory(struct et_rings *rings, unsigned long *consumer,
			 const unsigned long *producer, const void *data, size_t size,
			 unsigned int ring_class, int poll_fd)
{
	/*
	 * Edge-triggered: epoll_wait(2) returns a ring once for each wake-up, and not again while
	 * records remain.
	 */
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET, .data.u32 = rings->count };

	if (rings->count == ET_RINGS_MAX)
		return -E2BIG;
	if (size < BPF_RINGBUF_HDR_SZ || size & (size - 1))
		return -EINVAL;
	if (poll_fd >= 0 && epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, poll_fd, &ev) < 0)
		return -errno;

	rings->rings[rings->count++] = (struct ring){
		.consumer = consumer,
		.producer = producer,
		.data = data,
		.mask = size - 1,
		.told = *consumer,
		.ring_class = ring_class,
		.poll_fd = poll_fd,
	};
	return 0;
}

int et_rings__add_map(struct et_rings *rings, int map_fd, size_t size, unsigned int ring_class)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t producer_size = page + 2 * size;
	void *consumer, *producer;
	struct ring *ring;
	int r;

	/*
	 * The kernel maps a ring buffer in three parts. The first page has the consumer's position,
	 * and is the only writable page. The second page has the producers' position. Then the data
	 * follow, mapped twice in a row.
	 */
	consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
	if (consumer == MAP_FAILED)
		return -errno;
	producer = mmap(NULL, producer_size, PROT_READ, MAP_SHARED, map_fd, (off_t)page);
	if (producer == MAP_FAILED) {
		r = -errno;
		goto unmap_consumer;
	}

	r = et_rings__add_memory(rings, consumer, producer, (char *)producer + page, size,
				 ring_class, map_fd);
	if (r < 0)
		goto unmap_producer;

	ring = &rings->rings[rings->count - 1];
	ring->map_consumer = consumer;
	ring->map_producer = producer;
	ring->map_producer_size = producer_size;
	return 0;

unmap_producer:
	munmap(producer, producer_size);
unmap_consumer:
	munmap(consumer, page);
	return r;
}

/* The length and flags of the record at position @pos, read with acquire semantics. */
static __u32 record_head(const struct ring *ring, unsigned long pos)
{
	const char *head = ring->data + (pos & ring->mask);

	/*
	 * The BPF program clears the busy bit last, so the record's data are visible after this
	 * load.
	 */
	return __atomic_load_n((const __u32 *)head, __ATOMIC_ACQUIRE);
}

static unsigned long producer_pos(const struct ring *ring)
{
	return __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
}

/* The reader's own position. No acquire is needed, because only the reader writes it. */
static unsigned long consumer_pos(const struct ring *ring)
{
	return __atomic_load_n(ring->consumer, __ATOMIC_RELAXED);
}

/*
 * Stop reading a ring with invalid contents, because the position of its next record is unknown.
 * When this ring is full, BPF programs count further events as lost.
 */
static int give_up(struct et_rings *rings, struct ring *ring)
{
	ring->broken = true;
	rings->stats.broken++;
	/* The reader no longer reads this ring, so the ring must not wake the reader. */
	if (ring->poll_fd >= 0)
		epoll_ctl(rings->epoll_fd, EPOLL_CTL_DEL, ring->poll_fd, NULL);
	return -EBADMSG;
}

static __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * 1000000000 + (__u64)ts.tv_nsec;
}

/* ---- a batch: merged by time ------------------------------------------------------------ */

static void begin_batch(struct ring *ring)
{
	ring->start = ring->pos = consumer_pos(ring);
	ring->end = producer_pos(ring);
	ring->ready = ring->skipped = false;
}

/* Give the room of the batch back to BPF programs, which may overwrite its records from now on. */
static void end_batch(struct ring *ring)
{
	if (ring->pos != ring->start)
		__atomic_store_n(ring->consumer, ring->pos, __ATOMIC_RELEASE);
}

/* Number of bytes that a record of length @len takes in the ring, with header and padding. */
static unsigned long step_of(__u32 len)
{
	return ((unsigned long)len + BPF_RINGBUF_HDR_SZ + 7) & ~7UL;
}

/*
 * The length and flags of the ring's next record. If it is not committed yet (busy), look a few
 * times more: most records are committed in that time.
 */
static __u32 committed_head(const struct ring *ring)
{
	__u32 head = record_head(ring, ring->pos);

	for (int i = 0; i < BUSY_LOOKS && head & BPF_RINGBUF_BUSY_BIT; i++)
		head = record_head(ring, ring->pos);
	return head;
}

/*
 * Called if the ring's next record is reserved but not committed, so that its time is unknown. True
 * while records of other rings must wait for it, for at most hold_ns.
 */
static bool holds_up(const struct et_rings *rings, struct ring *ring)
{
	if (ring->busy_pos != ring->pos || !ring->busy_since) {
		ring->busy_pos = ring->pos;
		ring->busy_since = now_ns();
		return true;
	}
	return now_ns() - ring->busy_since < rings->hold_ns;
}

/*
 * Read the length, flags and time of the ring's next record. Return: 0; -EBUSY if the record is not
 * committed and the batch must end; -EBADMSG if the ring's contents are invalid.
 */
static int look(struct et_rings *rings, struct ring *ring)
{
	__u32 head, len;

	if (ring->end - ring->pos > ring->mask + 1)
		return give_up(rings, ring);
	head = committed_head(ring);
	if (head & BPF_RINGBUF_BUSY_BIT) {
		ring->skipped = true;
		return rings->count > 1 && holds_up(rings, ring) ? -EBUSY : 0;
	}
	len = head & ~BPF_RINGBUF_DISCARD_BIT;
	if (step_of(len) > ring->end - ring->pos)
		return give_up(rings, ring);
	ring->head = head;
	ring->key = 0;
	if (!(head & BPF_RINGBUF_DISCARD_BIT) && len >= sizeof(ring->key))
		ring->key = *(const __u64 *)(ring->data + (ring->pos & ring->mask) +
					     BPF_RINGBUF_HDR_SZ);
	ring->ready = true;
	return 0;
}

/* ---- the rings whose next record is known, by time ----------------------------------------- */

/*
 * True if the next record of @a is read before that of @b. If their times are equal, the record of
 * the ring that was added first is read first.
 */
static bool comes_first(const struct ring *a, const struct ring *b)
{
	return a->key < b->key || (a->key == b->key && a < b);
}

/* Add @ring, whose next record is known, to the heap. */
static void push(struct et_rings *rings, struct ring *ring)
{
	unsigned int at = rings->heap_count++;

	for (; at > 0 && comes_first(ring, rings->heap[(at - 1) / 2]); at = (at - 1) / 2)
		rings->heap[at] = rings->heap[(at - 1) / 2];
	rings->heap[at] = ring;
}

/* Remove the first ring from the heap, and put @ring in its place or further down. */
static void replace_first(struct et_rings *rings, struct ring *ring)
{
	unsigned int at = 0, child;

	for (; (child = 2 * at + 1) < rings->heap_count; at = child) {
		if (child + 1 < rings->heap_count &&
		    comes_first(rings->heap[child + 1], rings->heap[child]))
			child++;
		if (!comes_first(rings->heap[child], ring))
			break;
		rings->heap[at] = rings->heap[child];
	}
	rings->heap[at] = ring;
}

/*
 * Look at all rings for new records. Add to the heap each ring whose next record is now known.
 * Return: 0, or an error of look().
 */
static int look_at_all(struct et_rings *rings)
{
	for (unsigned int i = 0; i < rings->count; i++) {
		struct ring *ring = &rings->rings[i];
		int r;

		if (ring->broken)
			continue;
		ring->settled = ring->end;
		ring->end = producer_pos(ring);
		if (ring->ready || ring->skipped || ring->pos == ring->end)
			continue;
		r = look(rings, ring);
		if (r < 0)
			return r;
		if (ring->ready)
			push(rings, ring);
	}
	return 0;
}

/* True if the ring's next record was reserved before the last look_at_all(): see ring.settled. */
static bool is_settled(const struct ring *ring)
{
	return (long)(ring->settled - ring->pos) > 0;
}

/*
 * Find the ring whose next record is the earliest of all. @ret: receives the ring, or NULL if no
 * ring has a record that can be read.
 *
 * If the earliest known record is newer than the last look_at_all(), another ring may have got an
 * older record meanwhile. Then look_at_all() runs again.
 *
 * Return: 0, or an error of look().
 */
static int find_earliest(struct et_rings *rings, struct ring **ret)
{
	while (!rings->heap_count || !is_settled(rings->heap[0])) {
		bool none = !rings->heap_count;
		int r = look_at_all(rings);

		if (r < 0)
			return r;
		if (none && !rings->heap_count) {
			*ret = NULL;
			return 0;
		}
	}
	*ret = rings->heap[0];
	return 0;
}

/*
 * Called when a record of @ring, the first ring of the heap, was read. Find the next record of
 * @ring, and move @ring to its new place in the heap. Without a next record, remove @ring from the
 * heap. Return: 0, or an error of look().
 */
static int advance(struct et_rings *rings, struct ring *ring)
{
	if (ring->pos != ring->end) {
		int r = look(rings, ring);

		if (r < 0)
			return r;
	}
	if (ring->ready)
		replace_first(rings, ring);
	else if (--rings->heap_count)
		replace_first(rings, rings->heap[rings->heap_count]);
	return 0;
}

/* ---- reading ------------------------------------------------------------------------------- */

/*
 * Pass the ring's next record to the callback. If a BPF program has discarded the record, only
 * count it.
 */
static int take(struct et_rings *rings, struct ring *ring)
{
	__u32 len = ring->head & ~BPF_RINGBUF_DISCARD_BIT;
	int r = 0;

	if (ring->head & BPF_RINGBUF_DISCARD_BIT) {
		rings->stats.discarded++;
	} else {
		r = rings->fn(rings->ctx,
			      ring->data + (ring->pos & ring->mask) + BPF_RINGBUF_HDR_SZ, len,
			      ring->ring_class);
		/* the callback has not taken the record, so the record stays in the ring */
		if (r == -EAGAIN)
			return r;
		rings->stats.records++;
	}
	ring->pos += step_of(len);
	ring->ready = false;
	return r;
}

/* True if the batch must end, so that BPF programs can use the room of this ring again. */
static bool is_full_batch(const struct ring *ring)
{
	return ring->pos - ring->start >= (ring->mask + 1) / BATCH_PART;
}

static int consume_batch(struct et_rings *rings, unsigned int batch)
{
	unsigned int taken = 0;

	rings->heap_count = 0;
	while (taken < batch) {
		struct ring *ring = NULL;
		int r = find_earliest(rings, &ring);

		if (r == -EBUSY || (r == 0 && !ring))
			break;
		if (r == 0)
			r = take(rings, ring);
		if (r < 0)
			return r;
		taken++;
		if (is_full_batch(ring))
			break;
		r = advance(rings, ring);
		if (r == -EBUSY)
			break;
		if (r < 0)
			return r;
	}
	return (int)taken;
}

/*
 * Set the timer that wakes the reader after @ns; 0: stop the timer. The timer is edge-triggered, so
 * epoll_wait(2) reports its end once.
 */
static void set_timer(struct et_rings *rings, long ns)
{
	struct itimerspec spec = { .it_value.tv_nsec = ns };

	timerfd_settime(rings->timer_fd, 0, &spec, NULL);
	rings->timer_armed = ns > 0;
}

void et_rings__set_hold(struct et_rings *rings, __u64 ns)
{
	rings->hold_ns = ns;
}

int et_rings__consume(struct et_rings *rings, unsigned int batch)
{
	bool asleep = rings->asleep;
	int taken;

	rings->asleep = false;
	/* No barrier is needed: a BPF program that still reads 1 only makes a useless wake-up. */
	__atomic_store_n(rings->sleeping, 0, __ATOMIC_RELAXED);
	__atomic_store_n(rings->napping, 0, __ATOMIC_RELAXED);
	if (rings->timer_armed)
		set_timer(rings, 0);

	for (unsigned int i = 0; i < rings->count; i++)
		begin_batch(&rings->rings[i]);
	taken = consume_batch(rings, batch);
	for (unsigned int i = 0; i < rings->count; i++)
		end_batch(&rings->rings[i]);
	if (taken < 0)
		return taken;
	/*
	 * The reader was asleep and there are records, so it was woken. It slept in the caller's
	 * own event loop, where et_rings__wait() could not count the wake-up.
	 */
	if (asleep && taken)
		rings->stats.wakeups++;
	return taken;
}

bool et_rings__are_filling(const struct et_rings *rings)
{
	for (unsigned int i = 0; i < rings->count; i++) {
		const struct ring *ring = &rings->rings[i];

		if (!ring->broken && ring->ring_class != ET_RING_WAKE &&
		    (producer_pos(ring) - consumer_pos(ring)) * 4 > ring->mask)
			return true;
	}
	return false;
}

bool et_rings__prepare_sleep(struct et_rings *rings)
{
	bool ready = false, busy = false, held = false;

	__atomic_store_n(rings->sleeping, 1, __ATOMIC_SEQ_CST);
	/*
	 * The flag must be visible to BPF programs before this loop reads the rings. Otherwise a
	 * BPF program could commit a record after the loop has read the ring, and still read 0 from
	 * the flag: see the top of ring.h.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);

	for (unsigned int i = 0; i < rings->count; i++) {
		const struct ring *ring = &rings->rings[i];
		unsigned long pos = consumer_pos(ring);

		if (ring->broken || pos == producer_pos(ring))
			continue;
		if (!(record_head(ring, pos) & BPF_RINGBUF_BUSY_BIT)) {
			ready = true;
			continue;
		}
		busy = true;
		if (ring->busy_pos == pos && ring->busy_since &&
		    now_ns() - ring->busy_since < rings->hold_ns)
			held = true;
	}
	/*
	 * et_rings__consume() passes on no record while an uncommitted record holds up the others.
	 */
	if (held)
		ready = false;

	/*
	 * Set a timer, because the commit of an uncommitted record does not always wake the reader:
	 * see BUSY_NS.
	 */
	if (busy && !ready)
		set_timer(rings, BUSY_NS);
	rings->asleep = !ready;
	return !ready;
}

void et_rings__share_nap(struct et_rings *rings, volatile __u32 *napping)
{
	rings->napping = napping;
}

void et_rings__nap(struct et_rings *rings, long ns)
{
	__atomic_store_n(rings->napping, 1, __ATOMIC_RELAXED);
	set_timer(rings, ns > 0 ? ns : 1);
}

__u64 et_rings__take_fill(struct et_rings *rings)
{
	__u64 most = 0;

	for (unsigned int i = 0; i < rings->count; i++) {
		struct ring *ring = &rings->rings[i];
		unsigned long pos = consumer_pos(ring);
		__u64 part = (__u64)(pos - ring->told) * 1000 / (ring->mask + 1);

		ring->told = pos;
		if (ring->ring_class != ET_RING_WAKE && part > most)
			most = part;
	}
	return most;
}

void et_rings__alarm(struct et_rings *rings, __u64 ns)
{
	struct itimerspec spec = { .it_value.tv_sec = (time_t)(ns / 1000000000),
				   .it_value.tv_nsec = (long)(ns % 1000000000) };

	timerfd_settime(rings->alarm_fd, 0, &spec, NULL);
}

void et_rings__watch_output(struct et_rings *rings, unsigned int which, int fd)
{
	struct epoll_event ev = { .events = EPOLLOUT, .data.u32 = OUTPUT_TAG };

	if (rings->outputs[which] == fd)
		return;
	if (rings->outputs[which] >= 0)
		epoll_ctl(rings->epoll_fd, EPOLL_CTL_DEL, rings->outputs[which], NULL);
	rings->outputs[which] = -1;
	if (fd >= 0 && epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, fd, &ev) == 0)
		rings->outputs[which] = fd;
}

void et_rings__wake_self(struct et_rings *rings)
{
	set_timer(rings, 1);
}

int et_rings__wait(struct et_rings *rings, int timeout_ms)
{
	struct epoll_event evs[ET_RINGS_MAX + ET_RINGS_OUTPUTS + 2];
	int n;

	n = epoll_wait(rings->epoll_fd, evs, sizeof(evs) / sizeof(evs[0]), timeout_ms);
	if (n < 0)
		return -errno;

	if (n > 0)
		rings->asleep = false;
	for (int i = 0; i < n; i++) {
		/*
		 * The timer has expired, so et_rings__consume() need not stop it. It is
		 * edge-triggered: epoll_wait(2) does not return it again.
		 */
		if (evs[i].data.u32 == TIMER_TAG)
			rings->timer_armed = false;
	}
	for (int i = 0; i < n; i++) {
		if (evs[i].data.u32 >= OUTPUT_TAG)
			continue;
		rings->stats.wakeups++;
		break;
	}
	return n > 0;
}

int et_rings__fd(const struct et_rings *rings)
{
	return rings->epoll_fd;
}

bool et_rings__empty(const struct et_rings *rings)
{
	for (unsigned int i = 0; i < rings->count; i++) {
		const struct ring *ring = &rings->rings[i];

		if (!ring->broken && consumer_pos(ring) != producer_pos(ring))
			return false;
	}
	return true;
}

const struct et_rings_stats *et_rings__stats(const struct et_rings *rings)
{
	return &rings->stats;
}

void et_rings__free(struct et_rings *rings)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!rings)
		return;
	for (unsigned int i = 0; i < rings->count; i++) {
		struct ring *ring = &rings->rings[i];

		if (!ring->map_consumer)
			continue;
		munmap(ring->map_consumer, page);
		munmap(ring->map_producer, ring->map_producer_size);
	}
	if (rings->timer_fd >= 0)
		close(rings->timer_fd);
	if (rings->alarm_fd >= 0)
		close(rings->alarm_fd);
	if (rings->epoll_fd >= 0)
		close(rings->epoll_fd);
	free(rings);
}
