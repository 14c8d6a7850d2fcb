/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses the times of --since and --until. */
#ifndef TOOLS_EVENTSTRACE_WHEN_H
#define TOOLS_EVENTSTRACE_WHEN_H

#include <stdint.h>

/**
 * parse_when() - parse a time
 * @text:		a time in one of the forms that the manual lists; journalctl has the same
 *		forms:
 *		"2026-11-30T07:22:41.5Z", "2026-11-30 07:22:41+01:00", "2026-11-30 07:22", "07:22",
 *		"2026-11-30", "today", "yesterday", "now", "-1h30m", "1h ago", "@1795364573"
 * @now_ns:		the present time in nanoseconds since 1970
 * @ret_ns:		receives the time in nanoseconds since 1970; unchanged on failure
 *
 * A time without a zone is in the local zone, from the variable TZ or /etc/localtime.
 *
 * Return: 0; -EINVAL: the text has another form, or the date does not exist; -ERANGE: the time is
 * before 1970 or after 2554.
 */
int parse_when(const char *text, uint64_t now_ns, uint64_t *ret_ns);

#endif /* TOOLS_EVENTSTRACE_WHEN_H */
