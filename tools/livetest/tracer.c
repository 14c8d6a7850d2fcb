/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/memory.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/summary.h"

/* Bytes that are read from a descriptor, until its end. */
struct stream {
	int fd;
	char *data;
	size_t len, size;
};

struct tracer {
	pid_t pid;
	pthread_t thread;
	struct stream out, err;
	tracer_line_fn on_line;
	void *ctx;
	bool deferred;
	pthread_mutex_t lock; /* protects the members below */
	pthread_cond_t changed;
	bool closed;
	struct tracer_result result;
	size_t lines_seen, lines_size;
};

/* Return: false at the end of the descriptor or after an error. */
static bool stream_read(struct stream *s)
{
	ssize_t n;

	if (s->size - s->len < 65536) {
		s->size = s->size * 2 + 65536 * 2;
		s->data = must_realloc(s->data, s->size);
	}
	n = read(s->fd, s->data + s->len, s->size - 1 - s->len);
	if (n <= 0) {
		close(s->fd);
		s->fd = -1;
		return false;
	}
	s->len += (size_t)n;
	return true;
}

static void keep_line(struct tracer *t, const char *line, size_t len)
{
	struct tracer_result *r = &t->result;

	if (r->count == t->lines_size) {
		t->lines_size = t->lines_size * 2 + 1024;
		r->lines = must_realloc(r->lines, t->lines_size * sizeof(*r->lines));
		r->lens = must_realloc(r->lens, t->lines_size * sizeof(*r->lens));
	}
	r->lines[r->count] = must_realloc(NULL, len + 1);
	memcpy(r->lines[r->count], line, len);
	r->lines[r->count][len] = '\0';
	r->lens[r->count] = len;
	r->count++;
}

static void take_lines(struct tracer *t)
{
	char *from = t->out.data, *end = from + t->out.len, *newline;
	size_t lines = 0;

	while (from && (newline = memchr(from, '\n', (size_t)(end - from)))) {
		pthread_mutex_lock(&t->lock);
		if (!t->on_line)
			keep_line(t, from, (size_t)(newline - from));
		pthread_mutex_unlock(&t->lock);
		if (t->on_line)
			t->on_line(t->ctx, from, (size_t)(newline - from));
		from = newline + 1;
		lines++;
	}
	t->out.len = (size_t)(end - from);
	if (t->out.len && from > t->out.data)
		memmove(t->out.data, from, t->out.len);
	pthread_mutex_lock(&t->lock);
	t->lines_seen += lines;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

static void *reader(void *arg)
{
	struct tracer *t = arg;

	while (t->out.fd >= 0 || t->err.fd >= 0) {
		struct pollfd p[2] = { { .fd = t->out.fd, .events = POLLIN },
				       { .fd = t->err.fd, .events = POLLIN } };

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			break;
		if (p[0].revents && stream_read(&t->out) && !(t->deferred && t->lines_seen))
			take_lines(t);
		if (p[1].revents)
			stream_read(&t->err);
	}
	pthread_mutex_lock(&t->lock);
	t->closed = true;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

/*
 * Append the words of @words to @argv, which has @n entries. @argv keeps room for a NULL below
 * @max. Return: the new number of entries.
 */
static int add_words(const char **argv, int n, int max, char *words)
{
	char *word;

	while (n < max - 1 && (word = strsep(&words, " "))) {
		if (*word)
			argv[n++] = word;
	}
	return n;
}

static int spawn(struct tracer *t, const struct tracer_options *opts)
{
	/*
	 * Flags for every tracer, to run the same tests with another wire format or kind of hooks.
	 */
	const char *more = getenv("LIVETEST_FLAGS");
	char *words = strdup(more ? more : "");
	/* Accounts contain the whole environment. A later --env in the flags overrides this one. */
	const char *argv[32] = { runfiles_tool(), "-i", "--env=all" };
	struct proc_options proc = { .argv = argv };
	int out[2], err[2], rc, n = 3;

	if (!words || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
		abort();
	n = add_words(argv, n, 16, words);
	for (int i = 0; opts->flags && opts->flags[i] && n < 31; i++)
		argv[n++] = opts->flags[i];
	proc.out = out[1];
	proc.err = err[1];
	rc = proc_spawn(&proc, &t->pid);
	close(out[1]);
	close(err[1]);
	t->out.fd = out[0];
	t->err.fd = err[0];
	free(words);
	return rc;
}

/*
 * Wait for the first line, which eventstrace prints when it is ready. The test checks the line's
 * content.
 */
static int wait_ready(struct tracer *t)
{
	int timeout_ms = proc_scaled_ms(60000), rc = 0;
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += timeout_ms / 1000;
	pthread_mutex_lock(&t->lock);
	while (!rc && !t->lines_seen && !t->closed)
		rc = pthread_cond_timedwait(&t->changed, &t->lock, &end);
	if (t->lines_seen)
		rc = 0;
	else
		rc = t->closed ? -ESRCH : -rc;
	pthread_mutex_unlock(&t->lock);
	return rc;
}

int tracer_start(const struct tracer_options *opts, struct tracer **ret)
{
	pthread_condattr_t monotonic;
	struct tracer_result result;
	struct tracer *t;
	int rc;

	t = must_realloc(NULL, sizeof(*t));
	memset(t, 0, sizeof(*t));
	t->on_line = opts->on_line;
	t->ctx = opts->ctx;
	t->deferred = opts->deferred;
	pthread_mutex_init(&t->lock, NULL);
	/* With CLOCK_MONOTONIC, a change of the wall clock does not affect the time-out. */
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&t->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	rc = spawn(t, opts);
	if (rc) {
		fprintf(stderr, "%s: %s\n", runfiles_tool(), strerror(-rc));
		free(t);
		return rc;
	}
	if (pthread_create(&t->thread, NULL, reader, t))
		abort();
	rc = wait_ready(t);
	if (!rc) {
		*ret = t;
		return 0;
	}
	tracer_stop(t, SIGTERM, &result);
	fprintf(stderr, "eventstrace did not become ready: %s; wait status 0x%x; it says:\n%s\n",
		strerror(-rc), (unsigned int)result.status, result.err);
	tracer_result_free(&result);
	return rc;
}

struct tracer *tracer_begin(const char *const *flags)
{
	struct tracer_options opts = { .flags = flags };
	struct tracer *tracer = NULL;
	int rc = tracer_start(&opts, &tracer);

	if (rc)
		fail_msg("eventstrace cannot be started: %s", strerror(-rc));
	return tracer;
}

pid_t tracer_pid(const struct tracer *t)
{
	return t->pid;
}

int tracer_stop(struct tracer *t, int sig, struct tracer_result *ret)
{
	int rc;

	if (sig)
		kill(t->pid, sig);
	rc = proc_wait(t->pid, 60000, &t->result.status);
	pthread_join(t->thread, NULL);
	take_lines(t);
	t->result.partial = t->out.len > 0;
	t->result.err = must_realloc(t->err.data, t->err.len + 1);
	t->result.err[t->err.len] = '\0';
	*ret = t->result;
	free(t->out.data);
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
	free(t);
	return rc;
}

void tracer_kill(const struct tracer *t, int sig)
{
	kill(t->pid, sig);
}

yyjson_doc *tracer_summary(const struct tracer_result *r)
{
	return summary_read(r->err);
}

void tracer_result_free(struct tracer_result *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->lines[i]);
	free(r->lines);
	free(r->lens);
	free(r->err);
	memset(r, 0, sizeof(*r));
}
