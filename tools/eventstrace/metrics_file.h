/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of --metrics. */
#ifndef TOOLS_EVENTSTRACE_METRICS_FILE_H
#define TOOLS_EVENTSTRACE_METRICS_FILE_H

#include <stdint.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/output.h"
#include "tools/eventstrace/status.h"

/* The node exporter, another user, must be able to read it. It has counts and no content. */
#define METRICS_MODE 0644

struct metrics_file {
	struct output_file file; /* folder -1: there is none */
	int timer;               /* readable when it is time to write; -1: none */
	uint64_t interval_ns;
	uint64_t start_ns; /* in nanoseconds since 1970 */
	int err;           /* of the last write */
};

#define METRICS_FILE_NONE { .file = OUTPUT_FILE_NONE, .timer = -1 }

/* Find the file's folder. @interval_ns: 0 for the default. A failure is reported. */
enum status metrics_file_open(const char *path, uint64_t interval_ns, struct metrics_file *ret);

/* Write it for the first time, and start the timer. A failure is reported. */
enum status metrics_file_begin(struct metrics_file *metrics, struct et_session *session);

/* Write it if it is time. A failure is reported once, and tried again. */
void metrics_file_tick(struct metrics_file *metrics, struct et_session *session);

/* Write it for the last time, when the session has stopped. A failure is reported. */
enum status metrics_file_end(struct metrics_file *metrics, struct et_session *session);

#endif /* TOOLS_EVENTSTRACE_METRICS_FILE_H */
