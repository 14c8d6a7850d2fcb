/* SPDX-License-Identifier: BSD-2-Clause */
/* An eventstrace that runs, and what it printed. */
#ifndef TOOLS_LIVETEST_TRACER_H
#define TOOLS_LIVETEST_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <yyjson.h>

struct tracer;

/* Called for each line of standard output, without its newline; in a thread of the tracer's. */
typedef void (*tracer_line_fn)(void *ctx, const char *line, size_t len);

struct tracer_options {
	const char *const *flags; /* behind -i, which is always given; NULL-terminated */
	tracer_line_fn on_line;   /* NULL: keep all lines */
	void *ctx;
	/*
	 * Only take the output while it runs, and look at it in tracer_stop(), in the caller's
	 * thread: where a lot happens, whoever watches must not take the CPU from it.
	 */
	bool deferred;
};

/* What is left of a tracer that has ended. */
struct tracer_result {
	int status;   /* of waitpid(2) */
	char *err;    /* standard error */
	char **lines; /* standard output, each line terminated; none with on_line */
	size_t *lens;
	size_t count;
	bool partial; /* standard output did not end with a newline */
};

/**
 * tracer_start() - start eventstrace and wait until it says that it is ready
 * @opts:	how
 * @ret:	receives it; to be ended with tracer_stop()
 *
 * The words of the environment's LIVETEST_FLAGS are flags too. On failure what it printed on standard error is passed on to ours.
 *
 * Return: 0 or a negative errno; -ESRCH: it ended, -ETIMEDOUT: it never became ready.
 */
int tracer_start(const struct tracer_options *opts, struct tracer **ret);

/* The process: of it itself, as long as it is not stopped. */
pid_t tracer_pid(const struct tracer *t);

/**
 * tracer_stop() - end a tracer and collect what it printed
 * @t:		the tracer; freed
 * @sig:	sent to it first; 0: it ends by itself
 * @ret:	receives the rest; to be freed with tracer_result_free()
 *
 * Return: 0, or -ETIMEDOUT if it had to be killed.
 */
int tracer_stop(struct tracer *t, int sig, struct tracer_result *ret);

/* Send it a signal. */
void tracer_kill(const struct tracer *t, int sig);

/* What -s has printed, the last line of standard error, for yyjson_doc_free(); NULL: it is not there. */
yyjson_doc *tracer_summary(const struct tracer_result *r);

void tracer_result_free(struct tracer_result *r);

#endif /* TOOLS_LIVETEST_TRACER_H */
