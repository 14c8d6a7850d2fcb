/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the reader with a ring in plain memory, into which the test itself writes records. */
#include <errno.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/ring/ring.h"

#define RING_SIZE 4096UL

/* A ring in the kernel's layout, and what the reader has passed to the callback. */
struct fixture {
	unsigned long consumer;
	unsigned long producer;
	char *data;
	int wake_fd;
	volatile __u32 sleeping, napping;
	struct et_rings *rings;

	unsigned int seen;
	__u64 last; /* first eight bytes of the last record */
	size_t last_len;
	unsigned int last_class;
	bool bytes_wrong;     /* true if a record's bytes differ from those of put() */
	unsigned int fail_at; /* number of records after which the callback fails; 0: never */
	unsigned long consumer_in_callback;
};

static int on_record(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct fixture *f = ctx;
	const unsigned char *bytes = data;

	assert_int_equal((uintptr_t)data % 8, 0);
	f->seen++;
	f->last_len = len;
	f->last_class = ring_class;
	f->consumer_in_callback = f->consumer;
	if (len >= 8)
		memcpy(&f->last, data, 8);
	for (size_t i = 8; i < len; i++)
		if (bytes[i] != (unsigned char)(f->last + i))
			f->bytes_wrong = true;
	return f->fail_at && f->seen == f->fail_at ? -ECANCELED : 0;
}

/* Map @size bytes twice in a row, as the kernel maps the data of a ring. */
static char *map_twice(size_t size)
{
	int fd = memfd_create("ring", 0);
	char *at;

	assert_true(fd >= 0);
	assert_return_code(ftruncate(fd, (off_t)size), errno);
	at = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(at, MAP_FAILED);
	for (int i = 0; i < 2; i++)
		assert_ptr_not_equal(mmap(at + (size_t)i * size, size, PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_FIXED, fd, 0),
				     MAP_FAILED);
	close(fd);
	return at;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->data = map_twice(RING_SIZE);
	f->wake_fd = eventfd(0, EFD_NONBLOCK);
	assert_int_equal(et_rings__new(&f->sleeping, on_record, f, &f->rings), 0);
	assert_int_equal(et_rings__add_memory(f->rings, &f->consumer, &f->producer, f->data,
					      RING_SIZE, 1, f->wake_fd),
			 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	et_rings__free(f->rings);
	munmap(f->data, 2 * RING_SIZE);
	close(f->wake_fd);
	free(f);
	return 0;
}

static unsigned long step(size_t len)
{
	return (len + BPF_RINGBUF_HDR_SZ + 7) & ~7UL;
}

/* Write the data of a record at @pos, without the record's header. */
static void fill(struct fixture *f, unsigned long pos, __u64 value, size_t len)
{
	char *rec = f->data + (pos & (RING_SIZE - 1)) + BPF_RINGBUF_HDR_SZ;

	if (len >= 8)
		memcpy(rec, &value, 8);
	for (size_t i = 8; i < len; i++)
		rec[i] = (char)(value + i);
}

static void set_head(struct fixture *f, unsigned long pos, __u32 head)
{
	__atomic_store_n((__u32 *)(f->data + (pos & (RING_SIZE - 1))), head, __ATOMIC_SEQ_CST);
}

static void advance(struct fixture *f, unsigned long by)
{
	__atomic_store_n(&f->producer, f->producer + by, __ATOMIC_SEQ_CST);
}

static void put(struct fixture *f, __u64 value, size_t len, __u32 bits)
{
	assert_true(f->producer - f->consumer + step(len) <= RING_SIZE);
	fill(f, f->producer, value, len);
	set_head(f, f->producer, (__u32)len | bits);
	advance(f, step(len));
}

static void test_empty(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(et_rings__consume(f->rings, 10), 0);
	assert_true(et_rings__empty(f->rings));
	assert_true(et_rings__prepare_sleep(f->rings));
	assert_int_equal(et_rings__wait(f->rings, 0), 0);
	assert_int_equal(f->seen, 0);
}

static void test_one(void **state)
{
	struct fixture *f = *state;

	put(f, 77, 13, 0);
	assert_false(et_rings__empty(f->rings));
	assert_int_equal(et_rings__consume(f->rings, 10), 1);
	assert_int_equal(f->last, 77);
	assert_int_equal(f->last_len, 13);
	assert_int_equal(f->last_class, 1);
	assert_int_equal(f->consumer, 24);
	assert_true(et_rings__empty(f->rings));
}

/* Read until the ring is empty: in a small ring, one batch does not read all records. */
static int drain(struct fixture *f)
{
	int taken = 0, r;

	while ((r = et_rings__consume(f->rings, 1000)) > 0)
		taken += r;
	assert_int_equal(r, 0);
	return taken;
}

/*
 * Put records of many lengths at many positions. Some of them cross the end of the ring's memory.
 */
static void test_wraps(void **state)
{
	struct fixture *f = *state;
	unsigned int n = 0;

	for (size_t len = 8; len < 600; len++) {
		put(f, len, len, 0);
		put(f, len + 1000, 8, 0);
		assert_int_equal(drain(f), 2);
		n += 2;
		assert_int_equal(f->last, len + 1000);
	}
	assert_int_equal(f->seen, n);
	assert_false(f->bytes_wrong);
	assert_true(f->producer > 10 * RING_SIZE);
}

/* Positions are counters of bytes that only grow, so they may overflow. */
static void test_positions_overflow(void **state)
{
	struct fixture *f = *state;

	f->consumer = f->producer = -64UL;
	for (int i = 0; i < 10; i++) {
		put(f, 5, 21, 0);
		assert_int_equal(et_rings__consume(f->rings, 10), 1);
	}
	assert_int_equal(f->seen, 10);
	assert_false(f->bytes_wrong);
}

static void test_full_ring(void **state)
{
	struct fixture *f = *state;
	while (f->producer - f->consumer < RING_SIZE)
		put(f, 3, 56, 0);
	assert_int_equal(drain(f), RING_SIZE / 64);
}

static void test_batch_is_a_limit(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 5; i++)
		put(f, 1, 8, 0);
	assert_int_equal(et_rings__consume(f->rings, 3), 3);
	assert_int_equal(f->consumer, 3 * 16);
	assert_int_equal(et_rings__consume(f->rings, 3), 2);
}

/*
 * The reader stores the consumer's position only once for each batch: producers read the cache line
 * of this position for each record.
 */
static void test_position_stored_once_a_batch(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 5; i++)
		put(f, 1, 8, 0);
	assert_int_equal(et_rings__consume(f->rings, 10), 5);
	assert_int_equal(f->consumer_in_callback, 0);
	assert_int_equal(f->consumer, 5 * 16);
}

static void test_discarded(void **state)
{
	struct fixture *f = *state;

	put(f, 1, 8, 0);
	put(f, 2, 100, BPF_RINGBUF_DISCARD_BIT);
	put(f, 3, 8, 0);
	assert_int_equal(et_rings__consume(f->rings, 10), 3);
	assert_int_equal(f->seen, 2);
	assert_int_equal(f->last, 3);
	assert_int_equal(et_rings__stats(f->rings)->discarded, 1);
	assert_int_equal(et_rings__stats(f->rings)->records, 2);
}

static void test_busy(void **state)
{
	struct fixture *f = *state;
	unsigned long busy_at;

	put(f, 1, 8, 0);
	busy_at = f->producer;
	put(f, 2, 8, BPF_RINGBUF_BUSY_BIT);
	put(f, 3, 8, 0);

	assert_int_equal(et_rings__consume(f->rings, 10), 1);
	assert_int_equal(et_rings__consume(f->rings, 10), 0);
	assert_false(et_rings__empty(f->rings));

	/* The uncommitted record causes no wake-up, but a timer wakes the reader. */
	assert_true(et_rings__prepare_sleep(f->rings));
	assert_int_equal(et_rings__wait(f->rings, 2000), 1);
	assert_int_equal(et_rings__stats(f->rings)->wakeups, 0);
	assert_int_equal(et_rings__consume(f->rings, 10), 0);
	/* The timer wakes the reader only once. */
	assert_int_equal(et_rings__wait(f->rings, 0), 0);

	set_head(f, busy_at, 8);
	assert_false(et_rings__prepare_sleep(f->rings));
	assert_int_equal(et_rings__consume(f->rings, 10), 2);
	assert_int_equal(f->last, 3);
	assert_true(et_rings__empty(f->rings));
}

static void test_wake_self(void **state)
{
	struct fixture *f = *state;

	et_rings__wake_self(f->rings);
	assert_int_equal(et_rings__wait(f->rings, 2000), 1);
	assert_int_equal(et_rings__consume(f->rings, 1), 0);
	assert_int_equal(et_rings__wait(f->rings, 0), 0);
}

/* During et_rings__nap() the sleep flag is not set, and records do not wake the reader early. */
static void test_nap(void **state)
{
	struct fixture *f = *state;
	struct timespec a, b;

	/* Before the nap, wake the reader for one record. This wake-up must not end the nap. */
	assert_true(et_rings__prepare_sleep(f->rings));
	put(f, 1, 8, 0);
	eventfd_write(f->wake_fd, 1);
	assert_int_equal(et_rings__wait(f->rings, -1), 1);
	assert_int_equal(et_rings__consume(f->rings, 10), 1);

	clock_gettime(CLOCK_MONOTONIC, &a);
	et_rings__nap(f->rings, 20 * 1000 * 1000);
	put(f, 2, 8, 0);
	assert_int_equal(f->sleeping, 0);
	assert_int_equal(et_rings__wait(f->rings, 10000), 1);
	/* The nap's timer is reported only once. */
	assert_int_equal(et_rings__wait(f->rings, 0), 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_true((b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec >= 20 * 1000 * 1000);
	assert_int_equal(et_rings__stats(f->rings)->wakeups, 1);
	assert_int_equal(et_rings__consume(f->rings, 10), 1);
	assert_int_equal(et_rings__wait(f->rings, 0), 0);
}

/* A BPF program ends a nap with a wake-up. The timer of that nap then never wakes the reader. */
static void test_nap_ended_early(void **state)
{
	struct fixture *f = *state;

	et_rings__share_nap(f->rings, &f->napping);
	et_rings__nap(f->rings, 100 * 1000 * 1000);
	assert_int_equal(f->napping, 1);
	put(f, 1, 8, 0);
	f->napping = 0;
	eventfd_write(f->wake_fd, 1);
	assert_int_equal(et_rings__wait(f->rings, 50), 1);
	assert_int_equal(et_rings__consume(f->rings, 10), 1);
	assert_int_equal(et_rings__wait(f->rings, 200), 0);

	/*
	 * The reader reads the rings before a nap has ended. This ends the nap, and the timer of
	 * the nap never wakes the reader.
	 */
	et_rings__nap(f->rings, 100 * 1000 * 1000);
	assert_int_equal(et_rings__consume(f->rings, 10), 0);
	assert_int_equal(f->napping, 0);
	assert_int_equal(et_rings__wait(f->rings, 200), 0);
}

static void test_fill(void **state)
{
	struct fixture *f = *state;
	__u64 whole = RING_SIZE;

	assert_int_equal(et_rings__take_fill(f->rings), 0);
	put(f, 1, 8, 0);
	put(f, 2, 8, 0);
	assert_int_equal(et_rings__take_fill(f->rings), 0);
	assert_int_equal(et_rings__consume(f->rings, 10), 2);
	assert_int_equal(et_rings__take_fill(f->rings), 2 * 16 * 1000 / whole);
	assert_int_equal(et_rings__take_fill(f->rings), 0);
}

static void test_length_past_the_producer(void **state)
{
	struct fixture *f = *state;

	put(f, 1, 8, 0);
	put(f, 2, 8, 0);
	set_head(f, 16, 9); /* a length in the record's header that is one byte too large */
	assert_int_equal(et_rings__consume(f->rings, 10), -EBADMSG);
	/*
	 * The reader has passed on the record before the invalid one, and has given its room back.
	 */
	assert_int_equal(f->seen, 1);
	assert_int_equal(f->consumer, 16);
	assert_int_equal(et_rings__stats(f->rings)->broken, 1);

	/* After the error, the ring is not read any more. */
	assert_int_equal(et_rings__consume(f->rings, 10), 0);
	assert_true(et_rings__prepare_sleep(f->rings));
	eventfd_write(f->wake_fd, 1);
	assert_int_equal(et_rings__wait(f->rings, 0), 0);
	assert_int_equal(f->seen, 1);
}

static void test_length_huge(void **state)
{
	struct fixture *f = *state;

	put(f, 1, 8, 0);
	set_head(f, 0, 0x3fffffff);
	assert_int_equal(et_rings__consume(f->rings, 10), -EBADMSG);
	assert_int_equal(f->seen, 0);
	assert_int_equal(f->consumer, 0);
}

static void test_producer_too_far(void **state)
{
	struct fixture *f = *state;

	put(f, 1, 8, 0);
	f->producer = RING_SIZE + 8;
	assert_int_equal(et_rings__consume(f->rings, 10), -EBADMSG);
	assert_int_equal(f->seen, 0);
}

static void test_producer_behind(void **state)
{
	struct fixture *f = *state;

	put(f, 1, 8, 0);
	assert_int_equal(et_rings__consume(f->rings, 10), 1);
	f->producer = 8;
	assert_int_equal(et_rings__consume(f->rings, 10), -EBADMSG);
	assert_int_equal(f->seen, 1);
}

static void test_broken_ring_spares_the_others(void **state)
{
	struct fixture *f = *state;
	unsigned long consumer = 0, producer = 16;
	char *data = map_twice(RING_SIZE);

	*(__u32 *)data = 8;
	assert_int_equal(
		et_rings__add_memory(f->rings, &consumer, &producer, data, RING_SIZE, 0, -1), 0);
	put(f, 1, 8, 0);
	set_head(f, 0, 9);
	assert_int_equal(et_rings__consume(f->rings, 10), -EBADMSG);
	assert_int_equal(et_rings__consume(f->rings, 10), 1);
	assert_int_equal(f->last_class, 0);
	assert_int_equal(consumer, 16);
	et_rings__free(f->rings);
	f->rings = NULL;
	munmap(data, 2 * RING_SIZE);
}

/* A second ring, in addition to that of struct fixture. */
struct second {
	unsigned long consumer, producer;
	char *data;
};

static void add_second(struct fixture *f, struct second *ret)
{
	*ret = (struct second){ .data = map_twice(RING_SIZE) };
	assert_int_equal(et_rings__add_memory(f->rings, &ret->consumer, &ret->producer, ret->data,
					      RING_SIZE, 0, -1),
			 0);
}

static void put_second(struct second *s, __u64 value)
{
	char *head = s->data + (s->producer & (RING_SIZE - 1));

	memcpy(head + BPF_RINGBUF_HDR_SZ, &value, 8);
	__atomic_store_n((__u32 *)head, 8, __ATOMIC_SEQ_CST);
	__atomic_store_n(&s->producer, s->producer + step(8), __ATOMIC_SEQ_CST);
}

/* Records of two rings come in the order of time. An uncommitted record delays the other ring. */
static void test_merged_by_time(void **state)
{
	static const __u64 order[] = { 10, 20, 25, 30, 40 };
	struct fixture *f = *state;
	unsigned long busy;
	struct second s;

	add_second(f, &s);
	put(f, 10, 8, 0);
	put(f, 30, 8, 0);
	put_second(&s, 20);
	put_second(&s, 25);
	put_second(&s, 40);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		assert_int_equal(et_rings__consume(f->rings, 1), 1);
		assert_int_equal(f->last, order[i]);
	}

	busy = f->producer;
	put(f, 50, 8, BPF_RINGBUF_BUSY_BIT);
	put_second(&s, 60);
	assert_int_equal(et_rings__consume(f->rings, 1), 0);
	set_head(f, busy, 8);
	assert_int_equal(et_rings__consume(f->rings, 10), 2);
	assert_int_equal(f->last, 60);

	/* The uncommitted record delays the other ring only for a limited time. */
	put(f, 70, 8, BPF_RINGBUF_BUSY_BIT);
	put_second(&s, 80);
	while (et_rings__consume(f->rings, 10) == 0)
		usleep(1000);
	assert_int_equal(f->last, 80);
	munmap(s.data, 2 * RING_SIZE);
}

/*
 * The state of a test with two rings. When the reader looks at the second ring, it touches a
 * protected page and gets SIGSEGV. The signal handler adds a record to the first ring, and then a
 * later record to the second ring.
 */
struct late {
	struct fixture *f;
	struct second second;
	unsigned long *producer; /* position of the second ring; alone in a protected page */
	size_t page;
	__u64 seen[8];
	unsigned int count;
};

static struct late *late;

static void on_late_look(int sig)
{
	(void)sig;
	mprotect(late->producer, late->page, PROT_READ | PROT_WRITE);
	put(late->f, 2, 8, 0);
	put_second(&late->second, 3);
	*late->producer = late->second.producer;
}

static int on_late(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct late *l = ctx;

	(void)len;
	(void)ring_class;
	memcpy(&l->seen[l->count++], data, 8);
	if (l->count == 1)
		mprotect(l->producer, l->page, PROT_NONE);
	return 0;
}

static void test_record_during_the_look(void **state)
{
	struct sigaction sa = { .sa_handler = on_late_look }, old;
	struct fixture *f = *state;
	struct late l = { .f = f, .page = (size_t)sysconf(_SC_PAGESIZE) };
	struct et_rings *rings = NULL;

	l.second.data = map_twice(RING_SIZE);
	l.producer = mmap(NULL, l.page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(l.producer, MAP_FAILED);
	assert_int_equal(et_rings__new(NULL, on_late, &l, &rings), 0);
	assert_int_equal(
		et_rings__add_memory(rings, &f->consumer, &f->producer, f->data, RING_SIZE, 0, -1),
		0);
	assert_int_equal(et_rings__add_memory(rings, &l.second.consumer, l.producer, l.second.data,
					      RING_SIZE, 0, -1),
			 0);
	late = &l;
	put(f, 1, 8, 0);
	sigaction(SIGSEGV, &sa, &old);
	assert_int_equal(et_rings__consume(rings, 10), 3);
	sigaction(SIGSEGV, &old, NULL);
	for (__u64 i = 0; i < 3; i++)
		assert_int_equal(l.seen[i], i + 1);
	et_rings__free(rings);
	munmap(l.producer, l.page);
	munmap(l.second.data, 2 * RING_SIZE);
}

/*
 * The state of a test with many rings, as with --ring-shards. Several threads write into all rings.
 * The clock is a counter. A thread reads it twice for each record: before it reserves room for the
 * record, and after it has committed the record.
 */
#define MANY_RINGS   16
#define MANY_THREADS 3
#define MANY_RECORDS 340000U /* number of records that one thread writes */
#define MANY_SIZE    8192UL
#define MANY_HOLD_NS (60ULL * 1000 * 1000 * 1000)

struct many {
	struct et_rings *rings;
	unsigned long consumers[MANY_RINGS], producers[MANY_RINGS];
	char *data[MANY_RINGS];
	pthread_mutex_t locks[MANY_RINGS];
	__u64 clock;
	/* indexed by a record's number: the time of the record, and the time after its commit */
	__u64 *began, *committed;
	unsigned int *order; /* numbers of the records in the order of the reader */
	unsigned int seen, threads;
	/*
	 * true: a thread waits before it reserves room for a record, and again before it commits
	 * the record
	 */
	bool delays;
};

struct many_record {
	__u64 time;
	__u64 number;
};

static int on_many(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	const struct many_record *rec = data;
	struct many *m = ctx;

	(void)ring_class;
	assert_int_equal(len, sizeof(*rec));
	assert_true(m->seen < MANY_THREADS * MANY_RECORDS);
	m->order[m->seen++] = (unsigned int)rec->number;
	return 0;
}

static __u64 tick(struct many *m)
{
	return __atomic_add_fetch(&m->clock, 1, __ATOMIC_SEQ_CST);
}

static void dawdle(const struct many *m, unsigned int *seed)
{
	for (int spin = m->delays ? rand_r(seed) % 100 : 0; spin > 0; spin--)
		__asm__ volatile("");
	if (m->delays && rand_r(seed) % 1000 == 0)
		sched_yield();
}

/*
 * Reserve room for a record, as the kernel does. Return: the record's header; NULL if the ring is
 * full.
 */
static char *reserve(struct many *m, unsigned int ring)
{
	unsigned long size = step(sizeof(struct many_record));
	char *head = NULL;

	pthread_mutex_lock(&m->locks[ring]);
	if (m->producers[ring] + size - __atomic_load_n(&m->consumers[ring], __ATOMIC_ACQUIRE) <=
	    MANY_SIZE) {
		head = m->data[ring] + (m->producers[ring] & (MANY_SIZE - 1));
		__atomic_store_n((__u32 *)head,
				 (__u32)sizeof(struct many_record) | BPF_RINGBUF_BUSY_BIT,
				 __ATOMIC_RELEASE);
		__atomic_store_n(&m->producers[ring], m->producers[ring] + size, __ATOMIC_RELEASE);
	}
	pthread_mutex_unlock(&m->locks[ring]);
	return head;
}

static void *many_producer(void *arg)
{
	struct many *m = arg;
	unsigned int thread = __atomic_fetch_add(&m->threads, 1, __ATOMIC_SEQ_CST);
	unsigned int seed = thread + 1;

	for (unsigned int i = 0; i < MANY_RECORDS; i++) {
		struct many_record rec = { .number = thread * MANY_RECORDS + i };
		unsigned int ring = (unsigned int)rand_r(&seed) % MANY_RINGS;
		char *head;

		do {
			rec.time = tick(m);
			dawdle(m, &seed);
			head = reserve(m, ring);
			if (!head)
				sched_yield();
		} while (!head);
		memcpy(head + BPF_RINGBUF_HDR_SZ, &rec, sizeof(rec));
		dawdle(m, &seed);
		__atomic_store_n((__u32 *)head, (__u32)sizeof(rec), __ATOMIC_SEQ_CST);
		m->began[rec.number] = rec.time;
		m->committed[rec.number] = tick(m);
	}
	return NULL;
}

/*
 * Check that the reader has passed on each record once. If record A was committed before the time
 * of record B, A must come before B.
 */
static void check_many(const struct many *m)
{
	unsigned int late = 0, all = MANY_THREADS * MANY_RECORDS;
	char *found = calloc(all, 1);
	__u64 last = 0;

	assert_non_null(found);
	assert_int_equal(m->seen, all);
	for (unsigned int i = 0; i < all; i++) {
		unsigned int number = m->order[i];

		assert_true(number < all && !found[number]);
		found[number] = 1;
		late += m->committed[number] < last;
		if (m->began[number] > last)
			last = m->began[number];
	}
	assert_int_equal(late, 0);
	free(found);
}

static void run_many(bool delays)
{
	struct many m = { .delays = delays };
	pthread_t threads[MANY_THREADS];
	unsigned int seed = 1;

	m.began = calloc((size_t)MANY_THREADS * MANY_RECORDS, sizeof(*m.began));
	m.committed = calloc((size_t)MANY_THREADS * MANY_RECORDS, sizeof(*m.committed));
	m.order = calloc((size_t)MANY_THREADS * MANY_RECORDS, sizeof(*m.order));
	assert_true(m.began && m.committed && m.order);
	assert_int_equal(et_rings__new(NULL, on_many, &m, &m.rings), 0);
	/* On a busy machine the scheduler can stop a thread before its commit. */
	et_rings__set_hold(m.rings, MANY_HOLD_NS);
	for (int i = 0; i < MANY_RINGS; i++) {
		m.data[i] = map_twice(MANY_SIZE);
		pthread_mutex_init(&m.locks[i], NULL);
		assert_int_equal(et_rings__add_memory(m.rings, &m.consumers[i], &m.producers[i],
						      m.data[i], MANY_SIZE, 0, -1),
				 0);
	}
	for (int i = 0; i < MANY_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, many_producer, &m), 0);
	while (m.seen < MANY_THREADS * MANY_RECORDS) {
		int r = et_rings__consume(m.rings, 1 + (unsigned int)rand_r(&seed) % 300);

		assert_true(r >= 0);
		if (r == 0)
			sched_yield();
	}
	for (int i = 0; i < MANY_THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_true(et_rings__empty(m.rings));
	check_many(&m);
	et_rings__free(m.rings);
	for (int i = 0; i < MANY_RINGS; i++)
		munmap(m.data[i], 2 * MANY_SIZE);
	free(m.began);
	free(m.committed);
	free(m.order);
}

static void test_many_rings(void **state)
{
	(void)state;
	run_many(false);
}

static void test_many_rings_with_delays(void **state)
{
	(void)state;
	run_many(true);
}

/*
 * All records are committed before the reader begins. It then merges many rings strictly in the
 * order of time.
 */
static void test_many_rings_sorted(void **state)
{
	struct second many[ET_RINGS_MAX - 1];
	struct fixture *f = *state;
	unsigned int seed = 7;
	__u64 last = 0;

	for (int i = 0; i < ET_RINGS_MAX - 1; i++)
		add_second(f, &many[i]);
	assert_int_equal(et_rings__add_memory(f->rings, &f->consumer, &f->producer, f->data,
					      RING_SIZE, 0, -1),
			 -E2BIG);
	/* Fill less than 1/8 of each ring, because a batch ends after 1/8 of a ring. */
	for (__u64 time = 1; time <= 2000; time++) {
		struct second *s = &many[rand_r(&seed) % (ET_RINGS_MAX - 1)];

		if (s->producer + step(8) < RING_SIZE / 8)
			put_second(s, time);
		else
			put(f, time, 8, 0);
		if (f->producer > RING_SIZE / 8)
			break;
	}
	while (et_rings__consume(f->rings, 1) == 1) {
		assert_true(f->last > last);
		last = f->last;
	}
	assert_int_equal(f->seen, last);
	for (int i = 0; i < ET_RINGS_MAX - 1; i++)
		munmap(many[i].data, 2 * RING_SIZE);
}

static void test_callback_fails(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 5; i++)
		put(f, 1, 8, 0);
	f->fail_at = 2;
	assert_int_equal(et_rings__consume(f->rings, 10), -ECANCELED);
	assert_int_equal(f->seen, 2);
	assert_int_equal(f->consumer, 2 * 16);
	assert_int_equal(et_rings__consume(f->rings, 10), 3);
}

static void test_bad_arguments(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		et_rings__add_memory(f->rings, &f->consumer, &f->producer, f->data, 4095, 1, -1),
		-EINVAL);
	assert_int_equal(et_rings__add_map(f->rings, -1, RING_SIZE, 1), -EBADF);
}

/* Wake-ups are also counted if the reader sleeps in its own event loop, not in et_rings__wait(). */
static void test_own_loop(void **state)
{
	struct fixture *f = *state;

	assert_true(et_rings__prepare_sleep(f->rings));
	put(f, 1, 8, 0);
	assert_int_equal(et_rings__consume(f->rings, 10), 1);
	assert_int_equal(et_rings__stats(f->rings)->wakeups, 1);
	/* A record that comes while the reader is awake is no wake-up. */
	put(f, 2, 8, 0);
	assert_int_equal(et_rings__consume(f->rings, 10), 1);
	/* A sleep that no record has ended is no wake-up either. */
	assert_true(et_rings__prepare_sleep(f->rings));
	assert_int_equal(et_rings__consume(f->rings, 10), 0);
	assert_int_equal(et_rings__stats(f->rings)->wakeups, 1);
}

static void test_flag(void **state)
{
	struct fixture *f = *state;

	assert_true(et_rings__prepare_sleep(f->rings));
	assert_int_equal(f->sleeping, 1);
	put(f, 1, 8, 0);
	eventfd_write(f->wake_fd, 1);
	assert_int_equal(et_rings__wait(f->rings, -1), 1);
	assert_int_equal(et_rings__stats(f->rings)->wakeups, 1);
	assert_int_equal(et_rings__consume(f->rings, 10), 1);
	assert_int_equal(f->sleeping, 0);

	/* If the ring has records when the sleep flag is set, the reader does not sleep. */
	put(f, 2, 8, 0);
	assert_false(et_rings__prepare_sleep(f->rings));
}

/*
 * looked_page is a page of the ring, and is protected. When the reader first touches the page, a
 * signal handler saves the sleep flag in flag_at_look.
 */
static struct fixture *looked_at;
static void *looked_page;
static volatile int flag_at_look = -1;

static void on_look(int sig)
{
	(void)sig;
	flag_at_look = (int)looked_at->sleeping;
	mprotect(looked_page, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE);
}

/*
 * The reader must set its sleep flag before it checks the rings. In the other order, a record that
 * comes in between would cause no wake-up.
 */
static void test_flag_is_up_before_the_look(void **state)
{
	struct fixture *f = *state;
	struct sigaction sa = { .sa_handler = on_look }, old;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	unsigned long consumer = 0;
	struct et_rings *rings;

	looked_at = f;
	looked_page = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(looked_page, MAP_FAILED);
	assert_int_equal(et_rings__new(&f->sleeping, on_record, f, &rings), 0);
	assert_int_equal(
		et_rings__add_memory(rings, &consumer, looked_page, f->data, RING_SIZE, 1, -1), 0);

	assert_int_equal(f->sleeping, 0);
	sigaction(SIGSEGV, &sa, &old);
	assert_true(et_rings__prepare_sleep(rings));
	sigaction(SIGSEGV, &old, NULL);
	assert_int_equal(flag_at_look, 1);

	et_rings__free(rings);
	munmap(looked_page, page);
}

/*
 * A producer wakes the reader only if the sleep flag is set, and the reader sleeps whenever the
 * ring is empty. If a wake-up is lost, the reader's wait times out and the test fails. After every
 * second record, the producer waits until the reader has read all records. The next record then
 * comes just when the reader is about to sleep.
 */
#define RACE_RECORDS 200000U

static void *race_producer(void *arg)
{
	struct fixture *f = arg;
	unsigned int seed = 1;

	for (__u64 i = 1; i <= RACE_RECORDS; i++) {
		size_t len = 8 + (size_t)rand_r(&seed) % 200;
		unsigned long pos = f->producer;

		while (pos + step(len) - __atomic_load_n(&f->consumer, __ATOMIC_ACQUIRE) >
		       RING_SIZE)
			sched_yield();
		set_head(f, pos, (__u32)len | BPF_RINGBUF_BUSY_BIT);
		advance(f, step(len));
		fill(f, pos, i, len);
		set_head(f, pos, (__u32)len);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (f->sleeping)
			eventfd_write(f->wake_fd, 1);
		if (i % 2)
			continue;
		while (__atomic_load_n(&f->consumer, __ATOMIC_ACQUIRE) != f->producer)
			if (f->sleeping)
				sched_yield();
		for (int spin = rand_r(&seed) % 200; spin > 0; spin--)
			__asm__ volatile("");
	}
	return NULL;
}

static void test_no_wakeup_is_lost(void **state)
{
	struct fixture *f = *state;
	eventfd_t count;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, race_producer, f), 0);
	while (f->seen < RACE_RECORDS) {
		__u64 last = f->last;
		int r = et_rings__consume(f->rings, 16);

		assert_true(r >= 0);
		if (r > 0)
			assert_int_equal(f->last, last + (unsigned int)r);
		if (r > 0 || !et_rings__prepare_sleep(f->rings))
			continue;
		assert_int_equal(et_rings__wait(f->rings, 10000), 1);
		eventfd_read(f->wake_fd, &count);
	}
	pthread_join(thread, NULL);
	assert_int_equal(f->last, RACE_RECORDS);
	assert_false(f->bytes_wrong);
	assert_true(et_rings__empty(f->rings));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_empty),
		T(test_one),
		T(test_wraps),
		T(test_positions_overflow),
		T(test_full_ring),
		T(test_batch_is_a_limit),
		T(test_position_stored_once_a_batch),
		T(test_discarded),
		T(test_busy),
		T(test_wake_self),
		T(test_nap),
		T(test_nap_ended_early),
		T(test_fill),
		T(test_length_past_the_producer),
		T(test_length_huge),
		T(test_producer_too_far),
		T(test_producer_behind),
		T(test_broken_ring_spares_the_others),
		T(test_merged_by_time),
		T(test_record_during_the_look),
		T(test_many_rings_sorted),
		cmocka_unit_test(test_many_rings),
		cmocka_unit_test(test_many_rings_with_delays),
		T(test_callback_fails),
		T(test_bad_arguments),
		T(test_flag),
		T(test_own_loop),
		T(test_flag_is_up_before_the_look),
		T(test_no_wakeup_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
