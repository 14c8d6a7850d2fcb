/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs an eventstrace with filters and keeps its recorded events and its counts of dropped ones.
 * One at a time. An error fails the test.
 */
#ifndef TOOLS_LIVETEST_FILTERED_H
#define TOOLS_LIVETEST_FILTERED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Start it. @watched: events in the form of -e; @filters: flags, ends with NULL. */
void filtered_begin(const char *watched, const char *const *filters);

/* Stop it. No event may be lost. */
void filtered_end(void);

/* Stop it. Events may be lost, and are accounted for. */
void filtered_end_with_losses(void);

/* Free the recorded events. */
void filtered_forget(void);

/* ---- between filtered_end() and filtered_forget() ------------------------------------------ */

/* Number of recorded events of all processes. */
size_t filtered_all(void);

/* The same for events of that type of process @pid; a fork belongs to the parent. */
size_t filtered_count(const char *type, pid_t pid);

/* The same for events whose member @key is @path. */
size_t filtered_count_at(const char *type, pid_t pid, const char *key, const char *path);

/* The same for events whose member @key is true. */
size_t filtered_count_true(const char *type, pid_t pid, const char *key);

/* Number of dropped events of one type, named by its option, by any filter. */
uint64_t filtered_dropped(const char *event);

/* ---- other functions ----------------------------------------------------------------------- */

/* Check that eventstrace refuses this flag, with an error that contains @message. */
void filtered_refused(const char *flag, const char *message);

/* A formatted text, valid until eight more were made. */
__attribute__((format(printf, 1, 2))) const char *filtered_text(const char *fmt, ...);

#endif /* TOOLS_LIVETEST_FILTERED_H */
