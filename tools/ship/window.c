/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/window.h"

#include <errno.h>
#include <stdlib.h>

void ship_window_init(struct ship_window *window)
{
	*window = (struct ship_window){ 0 };
	window->last = &window->first;
}

struct ship_sent *ship_window_new_entry(struct ship_segment *segment, uint64_t records,
					size_t bytes)
{
	struct ship_sent *sent = calloc(1, sizeof(*sent));

	if (!sent)
		return NULL;
	sent->segment = segment;
	sent->records = records;
	sent->bytes = bytes;
	return sent;
}

void ship_window_add(struct ship_window *window, struct ship_sent *sent)
{
	*window->last = sent;
	window->last = &sent->next;
	window->bytes += sent->bytes;
	window->count++;
}

int ship_window_add_end(struct ship_window *window, struct ship_segment *segment, uint64_t records)
{
	struct ship_sent *sent = ship_window_new_entry(segment, records, 0);

	if (!sent)
		return -ENOMEM;
	sent->is_end = true;
	sent->acknowledged = true;
	ship_window_add(window, sent);
	return 0;
}

void ship_window_acknowledge(struct ship_window *window, struct ship_sent *sent)
{
	sent->acknowledged = true;
	window->bytes -= sent->bytes;
}

struct ship_sent *ship_window_take(struct ship_window *window)
{
	struct ship_sent *sent = window->first;

	if (!sent || !sent->acknowledged)
		return NULL;
	window->first = sent->next;
	if (!window->first)
		window->last = &window->first;
	window->count--;
	return sent;
}

void ship_window_free(struct ship_window *window)
{
	struct ship_sent *sent = window->first;

	while (sent) {
		struct ship_sent *next = sent->next;

		free(sent);
		sent = next;
	}
	ship_window_init(window);
}
