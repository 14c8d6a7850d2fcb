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

/* epoll's data for the timers; rings have their index. */
#define TIMER_TAG  ((__u32) - 1)
#define ALARM_TAG  ((__u32) - 2)
#define OUTPUT_TAG ((__u32) - 3)

/* How long to skip a record that is reserved and not yet committed. */
#define BUSY_NS (1000 * 1000)

/* Number of checks before that: a commit takes less than a microsecond. */
#define BUSY_LOOKS 64

/* How long records of the other rings wait for it. */
#define HOLD_NS (20 * 1000 * 1000)

/* Producers get their room back at the latest when this part of the ring has been read. */
#define BATCH_PART 8

struct ring {
	unsigned long *consumer;
	const unsigned long *producer;
	const char *data;
	size_t mask;
	unsigned int ring_class;
	int poll_fd;
	bool broken; /* given up */
	/* Members about the current batch: */
	unsigned long start, pos, end;
	unsigned int taken;
	bool skipped; /* its first record is not committed, and the others do not wait */
	bool ready;   /* the first record is committed: */
	__u32 head;   /* its header */
	__u64 key;    /* time of that record */
	/* The last record that was found uncommitted; 0 ns: none. */
	unsigned long busy_pos;
	__u64 busy_since;
	void *map_consumer; /* mapped by et_rings__add_map(); NULL: nothing */
	void *map_producer;
	size_t map_producer_size;
};

struct et_rings {
	volatile __u32 *sleeping;
	__u32 nobody_looks; /* used if the caller has no flag */
	et_ring_fn fn;
	void *ctx;
	int epoll_fd;
	int timer_fd;
	int alarm_fd;
	bool timer_armed;
	bool asleep;                   /* asleep, but not yet in et_rings__wait() */
	int outputs[ET_RINGS_OUTPUTS]; /* outputs to wait for; -1: none */
	unsigned int count;
	struct ring rings[ET_RINGS];
	struct et_rings_stats stats;
};

int et_rings__new(volatile __u32 *sleeping, et_ring_fn fn, void *ctx, struct et_rings **ret)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = TIMER_TAG };
	struct epoll_event alarm = { .events = EPOLLIN | EPOLLET, .data.u32 = ALARM_TAG };
	struct et_rings *rings;
	int r;

	rings = calloc(1, sizeof(*rings));
	if (!rings)
		return -ENOMEM;

	rings->sleeping = sleeping ? sleeping : &rings->nobody_looks;
	rings->fn = fn;
	rings->ctx = ctx;
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
	/* Edge-triggered: while the reader is awake, records need no further report. */
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET, .data.u32 = rings->count };

	if (rings->count == ET_RINGS)
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
	 * The kernel shows a ring in three parts. The first page contains the consumer's position,
	 * and is the only writable one. The second contains the producer's position. Then the data
	 * follow twice.
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

static __u32 record_head(const struct ring *ring, unsigned long pos)
{
	const char *head = ring->data + (pos & ring->mask);

	/* The producer clears the busy bit last: the record's data are visible after this load. */
	return __atomic_load_n((const __u32 *)head, __ATOMIC_ACQUIRE);
}

static unsigned long producer_pos(const struct ring *ring)
{
	return __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
}

/* Only the reader writes it. */
static unsigned long consumer_pos(const struct ring *ring)
{
	return __atomic_load_n(ring->consumer, __ATOMIC_RELAXED);
}

/*
 * The ring's contents are invalid: nothing after this can be trusted, not even the next record's
 * position. From now on programs find the ring full, and count what they lose.
 */
static int give_up(struct et_rings *rings, struct ring *ring)
{
	ring->broken = true;
	rings->stats.broken++;
	/* Otherwise it would be readable for ever. */
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
	ring->taken = 0;
	ring->ready = ring->skipped = false;
}

/* All its records must have been read before their room is given back. */
static void end_batch(struct ring *ring)
{
	if (ring->pos != ring->start)
		__atomic_store_n(ring->consumer, ring->pos, __ATOMIC_RELEASE);
}

static unsigned long step_of(__u32 len)
{
	return ((unsigned long)len + BPF_RINGBUF_HDR_SZ + 7) & ~7UL;
}

/*
 * The length word of the first record. A busy record is read again a few times, because most are
 * committed within that time.
 */
static __u32 committed_head(const struct ring *ring)
{
	__u32 head = record_head(ring, ring->pos);

	for (int i = 0; i < BUSY_LOOKS && head & BPF_RINGBUF_BUSY_BIT; i++)
		head = record_head(ring, ring->pos);
	return head;
}

/*
 * A record is reserved and not yet committed, so its time is unknown. True if the other rings still
 * wait for it; they wait at most HOLD_NS.
 */
static bool holds_up(struct ring *ring)
{
	if (ring->busy_pos != ring->pos || !ring->busy_since) {
		ring->busy_pos = ring->pos;
		ring->busy_since = now_ns();
		return true;
	}
	return now_ns() - ring->busy_since < HOLD_NS;
}

/* Read a ring's first record. Return: 0, -EBUSY: the batch ends here, or -EBADMSG. */
static int look(struct et_rings *rings, struct ring *ring)
{
	__u32 head, len;

	if (ring->end - ring->pos > ring->mask + 1)
		return give_up(rings, ring);
	head = committed_head(ring);
	if (head & BPF_RINGBUF_BUSY_BIT) {
		ring->skipped = true;
		return rings->count > 1 && holds_up(ring) ? -EBUSY : 0;
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

/*
 * Read the first records of all rings that have none yet. A ring that seems empty is read last: one
 * of its records may have caused a record in another ring, and was committed before it. Return: as
 * look().
 */
static int look_at_all(struct et_rings *rings)
{
	bool more;

	do {
		more = false;
		for (unsigned int i = 0; i < rings->count; i++) {
			struct ring *ring = &rings->rings[i];
			int r;

			if (ring->broken || ring->ready || ring->skipped)
				continue;
			if (ring->pos == ring->end) {
				ring->end = producer_pos(ring);
				if (ring->pos == ring->end)
					continue;
				more = true;
			}
			r = look(rings, ring);
			if (r < 0)
				return r;
		}
	} while (more);
	return 0;
}

/*
 * The ring whose first record is the earliest; if times are equal, the ring that was added first.
 */
static struct ring *earliest(struct et_rings *rings)
{
	struct ring *first = NULL;

	for (unsigned int i = 0; i < rings->count; i++) {
		struct ring *ring = &rings->rings[i];

		if (!ring->broken && ring->ready && (!first || ring->key < first->key))
			first = ring;
	}
	return first;
}

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
		if (r == -EAGAIN) /* it stays in the ring */
			return r;
		rings->stats.records++;
	}
	ring->pos += step_of(len);
	ring->taken++;
	ring->ready = false;
	return r;
}

static bool is_full_batch(const struct ring *ring, unsigned int batch)
{
	return ring->taken >= batch || ring->pos - ring->start >= (ring->mask + 1) / BATCH_PART;
}

static int consume_batch(struct et_rings *rings, unsigned int batch)
{
	int taken = 0;

	for (;;) {
		struct ring *ring;
		int r = look_at_all(rings);

		if (r == -EBUSY)
			return taken;
		if (r < 0)
			return r;
		ring = earliest(rings);
		if (!ring)
			return taken;
		r = take(rings, ring);
		if (r < 0)
			return r;
		taken++;
		if (is_full_batch(ring, batch))
			return taken;
	}
}

static void set_timer(struct et_rings *rings, long ns)
{
	struct itimerspec spec = { .it_value.tv_nsec = ns };

	timerfd_settime(rings->timer_fd, 0, &spec, NULL);
	rings->timer_armed = ns > 0;
}

int et_rings__consume(struct et_rings *rings, unsigned int batch)
{
	bool asleep = rings->asleep;
	int taken;

	rings->asleep = false;
	/* No order is needed: a program that still sees the flag wakes a reader that is awake. */
	__atomic_store_n(rings->sleeping, 0, __ATOMIC_RELAXED);
	if (rings->timer_armed)
		set_timer(rings, 0);

	for (unsigned int i = 0; i < rings->count; i++)
		begin_batch(&rings->rings[i]);
	taken = consume_batch(rings, batch);
	for (unsigned int i = 0; i < rings->count; i++)
		end_batch(&rings->rings[i]);
	if (taken < 0)
		return taken;
	/* It slept in the caller's own event loop. */
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
	/* The flag must be visible before the rings are checked; the programs do the other half. */
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
		    now_ns() - ring->busy_since < HOLD_NS)
			held = true;
	}
	if (held)
		ready = false;

	/*
	 * The program that writes this record may have read the flag before it was raised. Then it
	 * does not wake the reader. If it takes longer than a millisecond, it was interrupted.
	 */
	if (busy && !ready)
		set_timer(rings, BUSY_NS);
	rings->asleep = !ready;
	return !ready;
}

void et_rings__nap(struct et_rings *rings, long ns)
{
	set_timer(rings, ns);
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
	struct epoll_event evs[ET_RINGS + ET_RINGS_OUTPUTS + 2];
	int n;

	n = epoll_wait(rings->epoll_fd, evs, sizeof(evs) / sizeof(evs[0]), timeout_ms);
	if (n < 0)
		return -errno;

	if (n > 0)
		rings->asleep = false;
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
