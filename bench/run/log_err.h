/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints messages on stderr. */
#ifndef BENCH_LOG_ERR_H
#define BENCH_LOG_ERR_H

#include <stdbool.h>

/* Print a line. Clears the line of progress() first. */
void log_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Print a line that the next one replaces; an empty line clears it. If stderr is no terminal, lines
 * stay, and most are left out: the first one is printed, and then one every 10 seconds.
 */
void progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* BENCH_LOG_ERR_H */
