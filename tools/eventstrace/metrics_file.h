/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the file of --metrics. */
#ifndef TOOLS_EVENTSTRACE_METRICS_FILE_H
#define TOOLS_EVENTSTRACE_METRICS_FILE_H

#include <stdint.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/output.h"
#include "tools/eventstrace/status.h"

/*
 * The node exporter runs as another user, and must be able to read the file. The file has only
 * counts.
 */
#define METRICS_MODE 0644

struct metrics_file {
	struct output_file file; /* folder -1: no metrics are written */
	int timer;               /* readable when a write is due; -1: none */
	uint64_t interval_ns;
	uint64_t start_ns; /* in nanoseconds since 1970 */
	int err;           /* error of the last write, to report it once */
};

#define METRICS_FILE_NONE { .file = OUTPUT_FILE_NONE, .timer = -1 }

/*
 * Find the file's folder, and create the timer. @interval_ns: 0 for the default. Prints failures on
 * stderr.
 */
enum status metrics_file_open(const char *path, uint64_t interval_ns, struct metrics_file *ret);

/* Write the file for the first time, and start the timer. Prints failures on stderr. */
enum status metrics_file_begin(struct metrics_file *metrics, struct et_session *session);

/*
 * Write the file if the timer has expired. A failure is reported once. The next call tries again.
 */
void metrics_file_tick(struct metrics_file *metrics, struct et_session *session);

/* Write the file for the last time, after the session has stopped. Prints failures on stderr. */
enum status metrics_file_end(struct metrics_file *metrics, struct et_session *session);

#endif /* TOOLS_EVENTSTRACE_METRICS_FILE_H */
