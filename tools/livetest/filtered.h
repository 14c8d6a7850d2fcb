/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs one eventstrace with filters. Keeps the recorded events, and the counters of dropped events.
 * An error fails the test.
 */
#ifndef TOOLS_LIVETEST_FILTERED_H
#define TOOLS_LIVETEST_FILTERED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Start eventstrace. @watched: events, in the form of -e; @filters: flags, ends with NULL. */
void filtered_begin(const char *watched, const char *const *filters);

/* Stop eventstrace. No event may be lost. */
void filtered_end(void);

/* Stop eventstrace. Events may be lost, but all are accounted for. */
void filtered_end_with_losses(void);

/* Free the recorded events. */
void filtered_forget(void);

/* ---- between filtered_end() and filtered_forget() ------------------------------------------ */

/* Number of recorded events of all processes. */
size_t filtered_all(void);

/* The same for events of type @type of process @pid. A fork belongs to the parent. */
size_t filtered_count(const char *type, pid_t pid);

/* The same for events whose member @key is @path. */
size_t filtered_count_at(const char *type, pid_t pid, const char *key, const char *path);

/* The same for events whose member @key is true. */
size_t filtered_count_true(const char *type, pid_t pid, const char *key);

/* Number of events of one type that a filter dropped. @event: the type's option. */
uint64_t filtered_dropped(const char *event);

/* ---- other functions ----------------------------------------------------------------------- */

/*
 * Check that eventstrace refuses @flag with exit status 2, and with an error that contains
 * @message.
 */
void filtered_refused(const char *flag, const char *message);

/* Format a text. It is valid until eight further texts were formatted. */
__attribute__((format(printf, 1, 2))) const char *filtered_text(const char *fmt, ...);

#endif /* TOOLS_LIVETEST_FILTERED_H */
