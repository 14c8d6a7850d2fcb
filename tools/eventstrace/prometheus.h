/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes metrics in the text format of Prometheus. */
#ifndef TOOLS_EVENTSTRACE_PROMETHEUS_H
#define TOOLS_EVENTSTRACE_PROMETHEUS_H

#include <stdint.h>
#include <stdio.h>

/* Print the lines before the values of a metric. @type: "counter" or "gauge". */
void prometheus_head(const char *name, const char *type, const char *help, FILE *out);

/* Print a label's value with quotes and escapes. */
void prometheus_label(const char *value, FILE *out);

/* Print a gauge that has no labels. */
void prometheus_gauge(const char *name, const char *help, uint64_t value, FILE *out);

/* Print a metric without labels whose value is a time in ns. The unit in the output is seconds. */
void prometheus_time(const char *name, const char *type, const char *help, uint64_t ns, FILE *out);

#endif /* TOOLS_EVENTSTRACE_PROMETHEUS_H */
