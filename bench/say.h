/* SPDX-License-Identifier: BSD-2-Clause */
/* To people, on stderr. */
#ifndef BENCH_SAY_H
#define BENCH_SAY_H

#include <stdbool.h>

/* One line, behind whatever progress() has left there. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A line that the next one replaces; nothing unless stderr is a terminal. An empty one clears. */
void progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* BENCH_SAY_H */
