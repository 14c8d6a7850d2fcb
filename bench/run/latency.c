/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/latency.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The largest number of ages. Later lines are not measured. */
#define AGES_MAX 1000000

/*
 * Bytes of the read buffer. If it is more than half full, the reader is behind, so it measures
 * only one line of PART.
 */
#define BUFFER (256 * 1024)
#define PART   64

/* What both processes use. */
struct shared {
	atomic_bool ended;
	_Atomic uint64_t begin_ns;
	size_t count;
	uint64_t ages[AGES_MAX];
};

struct latency {
	char folder[32], path[48];
	pid_t reader;
	struct shared *shared;
};

/* The state of the process that reads. */
struct reader {
	struct shared *shared;
	int fd;
	size_t held; /* bytes of a line that is not complete yet */
	char buffer[BUFFER];
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void take_line(struct shared *l, const char *line, size_t len, uint64_t now)
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

static void take_lines(struct reader *l, size_t size, uint64_t now)
{
	const char *line = l->buffer, *end = l->buffer + size, *newline;
	size_t part = size > BUFFER / 2 ? PART : 1, n = 0;

	while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
		if (n++ % part == 0)
			take_line(l->shared, line, (size_t)(newline - line), now);
		line = newline + 1;
	}
	l->held = (size_t)(end - line);
	memmove(l->buffer, line, l->held);
	/* Lines are shorter than BUFFER. Drop this data. */
	if (l->held == BUFFER)
		l->held = 0;
}

static void read_lines(struct reader *l)
{
	while (!l->shared->ended) {
		struct pollfd p = { .fd = l->fd, .events = POLLIN };
		ssize_t n;

		/* After this time, the loop checks `ended`, which latency_stop() sets. */
		if (poll(&p, 1, 200) <= 0)
			continue;
		n = read(l->fd, l->buffer + l->held, BUFFER - l->held);
		if (n > 0)
			take_lines(l, l->held + (size_t)n, now_ns());
	}
}

static void free_latency(struct latency *l)
{
	if (*l->path)
		unlink(l->path);
	if (*l->folder)
		rmdir(l->folder);
	if (l->shared)
		munmap(l->shared, sizeof(*l->shared));
	free(l);
}

/* Make the FIFO, and start the process that reads it. Return: 0 or a negative errno. */
static int start_reader(struct latency *l)
{
	static struct reader reader;
	/*
	 * Open for writing, too. Otherwise the FIFO would report its end when the tracer closes it.
	 */
	int fd = mkfifo(l->path, 0600) < 0 ? -1 : open(l->path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	(void)fcntl(fd, F_SETPIPE_SZ, 1 << 20);
	l->reader = fork();
	if (l->reader < 0) {
		close(fd);
		return -EAGAIN;
	}
	if (!l->reader) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		reader.shared = l->shared;
		reader.fd = fd;
		read_lines(&reader);
		_exit(0);
	}
	close(fd);
	return 0;
}

int latency_start(struct latency **ret)
{
	struct latency *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return -ENOMEM;
	l->shared = mmap(NULL, sizeof(*l->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->shared == MAP_FAILED) {
		l->shared = NULL;
		free_latency(l);
		return -ENOMEM;
	}
	l->shared->begin_ns = UINT64_MAX;
	strcpy(l->folder, "/tmp/bench-XXXXXX");
	if (!mkdtemp(l->folder)) {
		r = -errno;
		*l->folder = '\0';
		free_latency(l);
		return r;
	}
	snprintf(l->path, sizeof(l->path), "%s/lines", l->folder);
	r = start_reader(l);
	if (r < 0) {
		free_latency(l);
		return r;
	}
	*ret = l;
	return 0;
}

const char *latency_path(const struct latency *l)
{
	return l->path;
}

void latency_begin(struct latency *l)
{
	l->shared->begin_ns = now_ns();
}

static int by_age(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void latency_stop(struct latency *l, double *ret_p50, double *ret_p99)
{
	struct shared *s = l->shared;

	s->ended = true;
	(void)waitpid(l->reader, NULL, 0);
	*ret_p50 = *ret_p99 = NAN;
	if (s->count) {
		const size_t half = s->count / 2, last = (s->count - 1) * 99 / 100;

		qsort(s->ages, s->count, sizeof(*s->ages), by_age);
		*ret_p50 = (double)s->ages[half];
		*ret_p99 = (double)s->ages[last];
	}
	free_latency(l);
}
