/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints the counts as Prometheus metrics, in the text format that the node exporter reads from
 * files.
 */
#ifndef TOOLS_EVENTSTRACE_METRICS_H
#define TOOLS_EVENTSTRACE_METRICS_H

#include <stdint.h>
#include <stdio.h>

#include "tools/eventstrace/summary.h"

/**
 * metrics_print() - print all metrics
 * @summary:		the counts; not those of a replay
 * @start_ns:		start of the recording, in nanoseconds since 1970
 * @now_ns:		present time, in nanoseconds since 1970
 * @out:		receives the text
 */
void metrics_print(const struct summary *summary, uint64_t start_ns, uint64_t now_ns, FILE *out);

#endif /* TOOLS_EVENTSTRACE_METRICS_H */
