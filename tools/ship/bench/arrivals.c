/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/bench/arrivals.h"

#include <errno.h>
#include <string.h>

#include "tools/ship/topic_line.h"

/* An event of @time_ns. */
static int add_event(struct arrivals *arrivals, int64_t time_ns, int64_t sent_ns, int64_t now_ns)
{
	int r;

	if (arrivals->skip) {
		arrivals->skip--;
		return 0;
	}
	r = samples_add(&arrivals->received, now_ns - time_ns);
	return r < 0 ? r : samples_add(&arrivals->produced, sent_ns - time_ns);
}

int arrivals_add(struct arrivals *arrivals, const char *lines, size_t size, int64_t sent_ns,
		 int64_t now_ns)
{
	const char *end = lines + size;
	int r = 0;

	while (lines < end && r == 0) {
		const char *newline = memchr(lines, '\n', (size_t)(end - lines));
		const char *next = newline ? newline + 1 : end;
		struct ship_topic_line line;

		r = ship_topic_line_parse(lines, (size_t)(next - lines), &line);
		if (r == -EBADMSG) {
			arrivals->unreadable++;
			r = 0;
		} else if (r == 0 && line.kind == SHIP_LINE_LOST) {
			arrivals->lost += line.lost;
		} else if (r == 0 && line.kind == SHIP_LINE_EVENT) {
			r = add_event(arrivals, (int64_t)line.time_unix_ns, sent_ns, now_ns);
		}
		lines = next;
	}
	return r;
}

void arrivals_free(struct arrivals *arrivals)
{
	samples_free(&arrivals->received);
	samples_free(&arrivals->produced);
}
