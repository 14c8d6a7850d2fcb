/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An eventstrace with filters, what it recorded and what it dropped. One at a time; what goes wrong
 * fails the test.
 */
#ifndef TOOLS_LIVETEST_FILTERED_H
#define TOOLS_LIVETEST_FILTERED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Start it, for events as -e has them; @filters: flags, the last of them NULL. */
void filtered_begin(const char *watched, const char *const *filters);

/* Stop it. Nothing may have been lost. */
void filtered_end(void);

/* Free what it recorded. */
void filtered_forget(void);

/* ---- between the two ----------------------------------------------------------------------- */

/* Events that were recorded, whoever's they are. */
size_t filtered_all(void);

/* ... of that type which the process has caused. Of a fork it is the parent. */
size_t filtered_count(const char *type, pid_t pid);

/* ... whose member @key is @path. */
size_t filtered_count_at(const char *type, pid_t pid, const char *key, const char *path);

/* How many of an event, by its option's name, were dropped, by whatever. */
uint64_t filtered_dropped(const char *event);

/* ---- others -------------------------------------------------------------------------------- */

/* It does not start with this flag, and says @message among others. */
void filtered_refused(const char *flag, const char *message);

/* Text that lives until eight more were made. */
__attribute__((format(printf, 1, 2))) const char *filtered_text(const char *fmt, ...);

#endif /* TOOLS_LIVETEST_FILTERED_H */
