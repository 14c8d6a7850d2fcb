/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/latency.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The largest number of ages. Later lines are not measured. */
#define AGES_MAX 1000000

/*
 * Bytes of the read buffer. If it is more than half full, this thread is behind, so it measures
 * only one line of PART.
 */
#define BUFFER (256 * 1024)
#define PART   64

struct latency {
	char folder[32], path[48];
	int fd;
	pthread_t thread;
	atomic_bool ended;
	_Atomic uint64_t begin_ns;
	char *buffer;
	size_t held; /* bytes of a line that is not complete yet */
	uint64_t *ages;
	size_t count;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void take_line(struct latency *l, const char *line, size_t len, uint64_t now)
{
	static const char name[] = "\"ts_ns\":";
	const char *at = memmem(line, len < 400 ? len : 400, name, sizeof(name) - 1);
	uint64_t ts;

	if (!at || l->count == AGES_MAX)
		return;
	ts = strtoull(at + sizeof(name) - 1, NULL, 10);
	if (ts >= l->begin_ns && now >= ts)
		l->ages[l->count++] = now - ts;
}

static void take_lines(struct latency *l, size_t size, uint64_t now)
{
	const char *line = l->buffer, *end = l->buffer + size, *newline;
	size_t part = size > BUFFER / 2 ? PART : 1, n = 0;

	while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
		if (n++ % part == 0)
			take_line(l, line, (size_t)(newline - line), now);
		line = newline + 1;
	}
	l->held = (size_t)(end - line);
	memmove(l->buffer, line, l->held);
	/* Lines are shorter than BUFFER. Drop this data. */
	if (l->held == BUFFER)
		l->held = 0;
}

static void *read_lines(void *arg)
{
	struct latency *l = arg;

	while (!l->ended) {
		struct pollfd p = { .fd = l->fd, .events = POLLIN };
		ssize_t n;

		/* After this time, the loop checks `ended`, which latency_stop() sets. */
		if (poll(&p, 1, 200) <= 0)
			continue;
		n = read(l->fd, l->buffer + l->held, BUFFER - l->held);
		if (n > 0)
			take_lines(l, l->held + (size_t)n, now_ns());
	}
	return NULL;
}

static void free_latency(struct latency *l)
{
	if (l->fd >= 0)
		close(l->fd);
	if (*l->path)
		unlink(l->path);
	if (*l->folder)
		rmdir(l->folder);
	free(l->buffer);
	free(l->ages);
	free(l);
}

int latency_start(struct latency **ret)
{
	struct latency *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return -ENOMEM;
	l->fd = -1;
	l->begin_ns = UINT64_MAX;
	l->buffer = malloc(BUFFER);
	l->ages = calloc(AGES_MAX, sizeof(*l->ages));
	if (!l->buffer || !l->ages) {
		free_latency(l);
		return -ENOMEM;
	}
	strcpy(l->folder, "/tmp/bench-XXXXXX");
	if (!mkdtemp(l->folder)) {
		r = -errno;
		*l->folder = '\0';
		free_latency(l);
		return r;
	}
	snprintf(l->path, sizeof(l->path), "%s/lines", l->folder);
	/*
	 * Open for writing, too. Otherwise the FIFO would report its end when the tracer closes it.
	 */
	if (mkfifo(l->path, 0600) < 0 || (l->fd = open(l->path, O_RDWR | O_CLOEXEC)) < 0)
		r = -errno;
	else
		r = -pthread_create(&l->thread, NULL, read_lines, l);
	if (r < 0) {
		free_latency(l);
		return r;
	}
	(void)fcntl(l->fd, F_SETPIPE_SZ, 1 << 20);
	*ret = l;
	return 0;
}

const char *latency_path(const struct latency *l)
{
	return l->path;
}

void latency_begin(struct latency *l)
{
	l->begin_ns = now_ns();
}

static int by_age(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void latency_stop(struct latency *l, double *ret_p50, double *ret_p99)
{
	l->ended = true;
	pthread_join(l->thread, NULL);
	*ret_p50 = *ret_p99 = NAN;
	if (l->count) {
		qsort(l->ages, l->count, sizeof(*l->ages), by_age);
		const size_t half = l->count / 2, last = (l->count - 1) * 99 / 100;

		*ret_p50 = (double)l->ages[half];
		*ret_p99 = (double)l->ages[last];
	}
	free_latency(l);
}
