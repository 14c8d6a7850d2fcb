/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/segments/spool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "lib/api/error.h"
#include "lib/recording/writer.h"
#include "lib/segments/queue.h"
#include "lib/segments/store.h"

#define QUEUE_SIZE (8UL << 20)

/* The largest number of dropped segments that et_spool_take_dropped() has not returned yet. */
#define DROPPED_MAX 64

#define NS_PER_S 1000000000ULL

/* Time between two tries to write, while the disk takes nothing. */
#define RETRY_NS (NS_PER_S / 4)

/* Time for which et_spool_close() waits for the thread to leave a system call. */
#define LEAVE_NS NS_PER_S

/* An eventfd with this value does not poll writable. */
#define EVENTFD_FULL (UINT64_MAX - 1)

enum item {
	ITEM_BEGIN, /* a segment begins: its number */
	ITEM_BYTES, /* bytes of the segment */
	/* the segment ends: a struct et_spool_dropped, for the case that it is dropped */
	ITEM_END,
};

/* Bytes of the queue that are left free for ITEM_END, so that a segment can always end. */
#define END_ROOM 1024

_Static_assert(sizeof(struct et_spool_dropped) + 64 <= END_ROOM, "an end has room");

struct et_spool {
	struct et_store *store;
	__u64 next;                                         /* number of the next segment */
	__u64 counts[ET_EVENT_TYPES], lost[ET_EVENT_TYPES]; /* et_spool_count() */
	bool started;
	pthread_t thread;
	int room_fd; /* eventfd that polls writable while the queue has room for more */

	pthread_mutex_t mutex; /* protects all members below */
	pthread_cond_t more;   /* for the thread: an item was put, or `quit` was set */
	pthread_cond_t less; /* for et_spool_drain(): an item was taken, or the thread has ended */
	struct et_queue queue;
	bool full; /* the queue was full, and is not half empty again: room_fd is not writable */
	bool quit, ended;
	struct et_spool_state state;
	struct et_spool_dropped dropped[DROPPED_MAX];
	size_t dropped_count;
};

/* ---- the thread --------------------------------------------------------------------------- */

/* et_drop_fn: the store has dropped a segment. */
static void on_drop(void *ctx, const struct et_spool_dropped *dropped)
{
	struct et_spool *spool = ctx;
	struct et_spool_dropped *to;

	pthread_mutex_lock(&spool->mutex);
	spool->state.dropped++;
	if (spool->dropped_count < DROPPED_MAX) {
		spool->dropped[spool->dropped_count++] = *dropped;
	} else {
		/*
		 * No entry is free, so add the counts to those of the last entry. The sums stay
		 * exact, but the number of the segment there is forgotten.
		 */
		to = &spool->dropped[DROPPED_MAX - 1];
		to->segment = dropped->segment;
		for (unsigned int i = 0; i < ET_EVENT_TYPES; i++) {
			to->counts[i] += dropped->counts[i];
			to->lost[i] += dropped->lost[i];
		}
	}
	pthread_mutex_unlock(&spool->mutex);
}

/* Write an item. Return: 0, or a negative errno: try again with the same item. */
static int write_item(struct et_spool *spool, const struct et_queue_item *item)
{
	struct et_spool_dropped end;
	__u64 number;

	switch (item->kind) {
	case ITEM_BEGIN:
		memcpy(&number, item->parts[0].iov_base, sizeof(number));
		et_store_begin(spool->store, number);
		return 0;
	case ITEM_BYTES:
		return et_store_write(spool->store, item->parts);
	default:
		memcpy(&end, item->parts[0].iov_base, item->parts[0].iov_len);
		memcpy((char *)&end + item->parts[0].iov_len, item->parts[1].iov_base,
		       item->parts[1].iov_len);
		return et_store_end(spool->store, &end);
	}
}

static struct timespec timespec_of(__u64 ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NS_PER_S),
				  .tv_nsec = (long)(ns % NS_PER_S) };
}

static __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * NS_PER_S + (__u64)ts.tv_nsec;
}

static bool is_half_empty(const struct et_queue *queue)
{
	return et_queue_room(queue) >= queue->size / 2;
}

/* Remove the first item, which is written. The caller holds the mutex. */
static void take_item(struct et_spool *spool)
{
	__u64 value;

	et_queue_pop(&spool->queue);
	spool->state.error = 0;
	spool->state.written = et_store_written(spool->store);
	if (spool->full && is_half_empty(&spool->queue)) {
		spool->full = false;
		/*
		 * A read makes the eventfd writable again. It never waits, because the eventfd is
		 * non-blocking.
		 */
		/* NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection) */
		(void)!read(spool->room_fd, &value, sizeof(value));
	}
	pthread_cond_broadcast(&spool->less);
}

static void *run(void *arg)
{
	struct et_spool *spool = arg;
	struct et_queue_item item;
	struct timespec retry;
	int r;

	pthread_mutex_lock(&spool->mutex);
	while (!spool->quit) {
		if (!et_queue_first(&spool->queue, &item)) {
			pthread_cond_wait(&spool->more, &spool->mutex);
			continue;
		}
		pthread_mutex_unlock(&spool->mutex);
		r = write_item(spool, &item);
		pthread_mutex_lock(&spool->mutex);
		if (r == 0) {
			take_item(spool);
			continue;
		}
		spool->state.error = r;
		retry = timespec_of(now_ns() + RETRY_NS);
		while (!spool->quit && r != ETIMEDOUT)
			r = pthread_cond_timedwait(&spool->more, &spool->mutex, &retry);
	}
	spool->ended = true;
	pthread_cond_broadcast(&spool->less);
	pthread_mutex_unlock(&spool->mutex);
	return NULL;
}

int et_spool_start(struct et_spool *spool)
{
	sigset_t all, before;
	int r;

	if (spool->started)
		return 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&spool->thread, NULL, run, spool);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	spool->started = r == 0;
	return -r;
}

/* ---- the sink ------------------------------------------------------------------------------ */

struct spool_sink {
	struct et_sink head;
	struct et_spool *spool;
	__u64 number;
	bool begun; /* ITEM_BEGIN is in the queue */
};

static int flush(struct et_sink *sink)
{
	struct spool_sink *self = (struct spool_sink *)sink;
	struct et_spool *spool = self->spool;
	const __u64 full = EVENTFD_FULL;
	size_t need = et_queue_cost(sink->used) + et_queue_cost(sizeof(self->number)) + END_ROOM;
	int r = 0;

	pthread_mutex_lock(&spool->mutex);
	if (spool->full || need > et_queue_room(&spool->queue)) {
		if (!spool->full)
			(void)!write(spool->room_fd, &full, sizeof(full));
		spool->full = true;
		r = -EAGAIN;
	} else {
		if (!self->begun)
			et_queue_put(&spool->queue, ITEM_BEGIN, &self->number,
				     sizeof(self->number));
		et_queue_put(&spool->queue, ITEM_BYTES, sink->buf, sink->used);
		pthread_cond_signal(&spool->more);
	}
	pthread_mutex_unlock(&spool->mutex);
	if (r < 0)
		return r;
	self->begun = true;
	sink->written += sink->used;
	sink->used = 0;
	sink->lines += sink->pending_lines;
	sink->pending_lines = 0;
	return 0;
}

static void free_sink(struct et_sink *sink)
{
	struct spool_sink *self = (struct spool_sink *)sink;
	struct et_spool *spool = self->spool;
	struct et_spool_dropped end = { .segment = self->number };

	if (self->begun) {
		memcpy(end.counts, spool->counts, sizeof(end.counts));
		memcpy(end.lost, spool->lost, sizeof(end.lost));
		pthread_mutex_lock(&spool->mutex);
		et_queue_put(&spool->queue, ITEM_END, &end, sizeof(end));
		pthread_cond_signal(&spool->more);
		pthread_mutex_unlock(&spool->mutex);
	}
	free(sink->buf);
	free(self);
}

static const struct et_sink_ops sink_ops = {
	.name = "segment",
	.flush = flush,
	.free = free_sink,
};

/* Bytes that a writer can gather before it must flush, as in lib/sink/fd.c. */
#define GATHER (64 * 1024)

int et_spool_sink(struct et_spool *spool, struct et_sink **ret)
{
	struct spool_sink *self = calloc(1, sizeof(*self));

	if (!self)
		return -ENOMEM;
	self->head.ops = &sink_ops;
	self->head.fd = spool->room_fd;
	self->head.cap = et_recording_writer_buffer() + GATHER;
	self->head.buf = malloc(self->head.cap);
	if (!self->head.buf) {
		free(self);
		return -ENOMEM;
	}
	self->spool = spool;
	self->number = spool->next++;
	*ret = &self->head;
	return 0;
}

/* ---- the reader's side --------------------------------------------------------------------- */

static void init_locks(struct et_spool *spool)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&spool->mutex, NULL);
	pthread_cond_init(&spool->more, &attr);
	pthread_cond_init(&spool->less, &attr);
	pthread_condattr_destroy(&attr);
}

static void free_spool(struct et_spool *spool)
{
	et_store_close(spool->store);
	et_queue_close(&spool->queue);
	if (spool->room_fd >= 0)
		close(spool->room_fd);
	pthread_cond_destroy(&spool->more);
	pthread_cond_destroy(&spool->less);
	pthread_mutex_destroy(&spool->mutex);
	free(spool);
}

static int fail_open(struct et_error *err, int r)
{
	if (r == -EBUSY)
		return et_error_set(err, ET_ERROR_RECORD, r,
				    "another process writes segments into this folder: stop it, or "
				    "choose another folder");
	return et_error_set(err, ET_ERROR_RECORD, r, "the folder of segments cannot be used: %s",
			    strerror(-r));
}

int et_spool_open(const struct et_spool_config *config, struct et_spool **ret, struct et_error *err)
{
	const size_t queue_size = config->queue_size ? config->queue_size : QUEUE_SIZE;
	struct et_spool *spool = calloc(1, sizeof(*spool));
	__u64 last = 0;
	int r;

	if (!spool)
		return fail_open(err, -ENOMEM);
	init_locks(spool);
	spool->room_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = spool->room_fd < 0 ? -errno : et_queue_open(&spool->queue, queue_size);
	if (r == 0)
		r = et_store_open(config, on_drop, spool, &spool->store, &last);
	if (r < 0) {
		free_spool(spool);
		return fail_open(err, r);
	}
	spool->next = last + 1;
	*ret = spool;
	return 0;
}

__u64 et_spool_next(const struct et_spool *spool)
{
	return spool->next;
}

void et_spool_count(struct et_spool *spool, const __u64 counts[ET_EVENT_TYPES],
		    const __u64 lost[ET_EVENT_TYPES])
{
	memcpy(spool->counts, counts, sizeof(spool->counts));
	memcpy(spool->lost, lost, sizeof(spool->lost));
}

bool et_spool_is_roomy(struct et_spool *spool)
{
	bool roomy;

	pthread_mutex_lock(&spool->mutex);
	roomy = !spool->full && is_half_empty(&spool->queue);
	pthread_mutex_unlock(&spool->mutex);
	return roomy;
}

bool et_spool_take_dropped(struct et_spool *spool, struct et_spool_dropped *ret)
{
	bool any;

	pthread_mutex_lock(&spool->mutex);
	any = spool->dropped_count > 0;
	if (any) {
		*ret = spool->dropped[0];
		spool->dropped_count--;
		memmove(spool->dropped, spool->dropped + 1,
			spool->dropped_count * sizeof(spool->dropped[0]));
	}
	pthread_mutex_unlock(&spool->mutex);
	return any;
}

void et_spool_get_state(struct et_spool *spool, struct et_spool_state *ret)
{
	pthread_mutex_lock(&spool->mutex);
	*ret = spool->state;
	pthread_mutex_unlock(&spool->mutex);
}

int et_spool_drain(struct et_spool *spool, __u64 deadline_ns)
{
	const struct timespec deadline = timespec_of(deadline_ns);
	int r = 0;

	pthread_mutex_lock(&spool->mutex);
	while (r == 0 && spool->queue.put != spool->queue.taken)
		r = -pthread_cond_timedwait(&spool->less, &spool->mutex, &deadline);
	if (r == -ETIMEDOUT && spool->state.error)
		r = spool->state.error;
	pthread_mutex_unlock(&spool->mutex);
	return r;
}

/* Ask the thread to end. Return: false if it is still in a system call. */
static bool end_thread(struct et_spool *spool)
{
	const struct timespec deadline = timespec_of(now_ns() + LEAVE_NS);
	bool ended;
	int r = 0;

	pthread_mutex_lock(&spool->mutex);
	spool->quit = true;
	pthread_cond_broadcast(&spool->more);
	while (!spool->ended && r == 0)
		r = pthread_cond_timedwait(&spool->less, &spool->mutex, &deadline);
	ended = spool->ended;
	pthread_mutex_unlock(&spool->mutex);
	if (ended)
		pthread_join(spool->thread, NULL);
	else
		pthread_detach(spool->thread);
	return ended;
}

void et_spool_close(struct et_spool *spool)
{
	if (spool && (!spool->started || end_thread(spool)))
		free_spool(spool);
}
