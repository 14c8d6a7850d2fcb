/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/ring/ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lib/wire/wire.h"

/* What epoll says of the timers; rings have their index. */
#define TIMER_TAG  ((__u32) - 1)
#define ALARM_TAG  ((__u32) - 2)
#define OUTPUT_TAG ((__u32) - 3)

/* How long to leave a record alone that is reserved and not yet committed. */
#define BUSY_NS (1000 * 1000)

/* Producers get their room back at the latest when this part of the ring has been read. */
#define BATCH_PART 8

struct ring {
	unsigned long *consumer;
	const unsigned long *producer;
	const char *data;
	size_t mask;
	unsigned int ring_class;
	int poll_fd;
	bool broken;        /* given up */
	void *map_consumer; /* what et_rings__add_map() mapped; NULL: nothing */
	void *map_producer;
	size_t map_producer_size;
};

struct et_rings {
	volatile __u32 *sleeping;
	__u32 nobody_looks; /* stands in for a flag that is not there */
	et_ring_fn fn;
	void *ctx;
	int epoll_fd;
	int timer_fd;
	int alarm_fd;
	bool timer_armed;
	bool asleep;                   /* gone to sleep, and not by et_rings__wait() until now */
	int outputs[ET_RINGS_OUTPUTS]; /* that are waited for; -1: none */
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
	/* Edges only: that records are there is no news as long as the reader is awake. */
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
	 * What the kernel shows of a ring: a page with the consumer's position, the only one that
	 * may be written, a page with the producer's, and then the data twice.
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

	/* The producer clears the busy bit last: what stands behind it is visible after this. */
	return __atomic_load_n((const __u32 *)head, __ATOMIC_ACQUIRE);
}

static unsigned long producer_pos(const struct ring *ring)
{
	return __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
}

/* The reader alone writes it. */
static unsigned long consumer_pos(const struct ring *ring)
{
	return __atomic_load_n(ring->consumer, __ATOMIC_RELAXED);
}

/*
 * What cannot be: nothing that follows can be trusted, the place of the next record least of all.
 * Programs find the ring full from now on, and count what they lose.
 */
static int give_up(struct et_rings *rings, struct ring *ring)
{
	ring->broken = true;
	rings->stats.broken++;
	/* It would be readable for ever. */
	if (ring->poll_fd >= 0)
		epoll_ctl(rings->epoll_fd, EPOLL_CTL_DEL, ring->poll_fd, NULL);
	return -EBADMSG;
}

static int consume_ring(struct et_rings *rings, struct ring *ring, unsigned int batch)
{
	unsigned long start = consumer_pos(ring), pos = start, end = producer_pos(ring);
	unsigned long stop = start + (ring->mask + 1) / BATCH_PART;
	unsigned int taken = 0;
	int r = 0;

	if (end - pos > ring->mask + 1)
		return give_up(rings, ring);

	while (pos != end && taken < batch && (long)(pos - stop) < 0) {
		__u32 head = record_head(ring, pos);
		__u32 len = head & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
		unsigned long step = ((unsigned long)len + BPF_RINGBUF_HDR_SZ + 7) & ~7UL;

		if (head & BPF_RINGBUF_BUSY_BIT)
			break;
		if (step > end - pos) {
			r = give_up(rings, ring);
			break;
		}

		if (head & BPF_RINGBUF_DISCARD_BIT) {
			rings->stats.discarded++;
		} else {
			r = rings->fn(rings->ctx,
				      ring->data + (pos & ring->mask) + BPF_RINGBUF_HDR_SZ, len,
				      ring->ring_class);
			if (r == -EAGAIN) /* it stays where it is */
				break;
			rings->stats.records++;
		}
		pos += step;
		taken++;
		if (r < 0)
			break;
	}

	/* Everything of these records has been read before their room is given back. */
	if (pos != start)
		__atomic_store_n(ring->consumer, pos, __ATOMIC_RELEASE);
	return r < 0 ? r : (int)taken;
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
	int taken = 0, r;

	rings->asleep = false;
	/* No order is needed: a program that still sees the flag wakes somebody who is awake. */
	__atomic_store_n(rings->sleeping, 0, __ATOMIC_RELAXED);
	if (rings->timer_armed)
		set_timer(rings, 0);

	for (unsigned int i = 0; i < rings->count; i++) {
		if (rings->rings[i].broken)
			continue;
		r = consume_ring(rings, &rings->rings[i], batch);
		if (r < 0)
			return r;
		taken += r;
	}
	/* It slept in an event loop of the caller's. */
	if (asleep && taken)
		rings->stats.wakeups++;
	return taken;
}

bool et_rings__prepare_sleep(struct et_rings *rings)
{
	bool ready = false, busy = false;

	__atomic_store_n(rings->sleeping, 1, __ATOMIC_SEQ_CST);
	/* The flag is visible before the rings are looked at: the other half is the programs'. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);

	for (unsigned int i = 0; i < rings->count; i++) {
		const struct ring *ring = &rings->rings[i];
		unsigned long pos = consumer_pos(ring);

		if (ring->broken || pos == producer_pos(ring))
			continue;
		if (record_head(ring, pos) & BPF_RINGBUF_BUSY_BIT)
			busy = true;
		else
			ready = true;
	}

	/*
	 * Whoever is writing that record may have looked at the flag before it was raised, and then
	 * wakes nobody. It was interrupted or preempted, if it is not done in a millisecond.
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
