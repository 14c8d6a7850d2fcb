/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs an eventstrace, and collects its output. */
#ifndef TOOLS_LIVETEST_TRACER_H
#define TOOLS_LIVETEST_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <yyjson.h>

struct tracer;

/* Called for each line of standard output, without its newline, in a thread of the tracer. */
typedef void (*tracer_line_fn)(void *ctx, const char *line, size_t len);

struct tracer_options {
	const char *const *flags; /* after -i, which is always given; NULL-terminated */
	tracer_line_fn on_line;   /* NULL: keep all lines */
	void *ctx;
	/*
	 * Only store the output while eventstrace runs; process it in tracer_stop(), in the
	 * caller's thread. In tests with many events, processing must not take the CPU from
	 * eventstrace.
	 */
	bool deferred;
};

/* The result of a tracer that has ended. */
struct tracer_result {
	int status;   /* of waitpid(2) */
	char *err;    /* standard error */
	char **lines; /* standard output, each line terminated; none with on_line */
	size_t *lens;
	size_t count;
	bool partial; /* standard output did not end with a newline */
};

/**
 * tracer_start() - start eventstrace and wait until it reports that it is ready
 * @opts:	options
 * @ret:	receives the tracer; tracer_stop() ends it
 *
 * The words of LIVETEST_FLAGS in the environment are flags too. On failure, the standard error of
 * eventstrace is copied to the caller's.
 *
 * Return: 0 or a negative errno: -ESRCH if eventstrace ended, -ETIMEDOUT if it was not ready in
 * time.
 */
int tracer_start(const struct tracer_options *opts, struct tracer **ret);

/* tracer_start() with @flags; a failure ends the test. */
struct tracer *tracer_begin(const char *const *flags);

/* PID of the tracer; valid until tracer_stop(). */
pid_t tracer_pid(const struct tracer *t);

/**
 * tracer_stop() - end a tracer and collect its output
 * @t:		the tracer; freed
 * @sig:	signal to send first; 0: eventstrace ends without one, by -d or -n
 * @ret:	receives the result; the caller frees it with tracer_result_free()
 *
 * Return: 0, or -ETIMEDOUT if it did not end and was killed.
 */
int tracer_stop(struct tracer *t, int sig, struct tracer_result *ret);

/* Send the tracer a signal. */
void tracer_kill(const struct tracer *t, int sig);

/*
 * The summary of -s, from the last line of standard error; for yyjson_doc_free(). NULL: there is
 * none.
 */
yyjson_doc *tracer_summary(const struct tracer_result *r);

void tracer_result_free(struct tracer_result *r);

#endif /* TOOLS_LIVETEST_TRACER_H */
