/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puts lines of several sources into the order of time. Lines of one source come nearly in this
 * order: one that comes later than others by at most the window is put between them. A line that is
 * later still is taken at once, and counted.
 *
 *	merge_new(sources, window_ns, &merge);
 *	while (!merge_is_done(merge)) {
 *		source = merge_wanted(merge);
 *		... merge_add(merge, source, &line), or merge_end(merge, source)
 *		while (merge_take(merge, &line))
 *			print(line.text, line.len), free(line.text);
 *	}
 *
 * The next line is always read from the source that is behind. So each source has few lines ahead.
 */
#ifndef TOOLS_SHIP_READ_MERGE_H
#define TOOLS_SHIP_READ_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct merge;

struct merge_line {
	uint64_t time_ns;
	char *text; /* allocated; the merge owns it until merge_take() */
	size_t len;
	void *cookie;
};

/* Return: 0 or -ENOMEM. */
int merge_new(size_t sources, uint64_t window_ns, struct merge **ret);

/* The source to read next: its last line has the earliest time. Only if !merge_is_done(). */
size_t merge_wanted(const struct merge *merge);

/* Add the next line of a source. Return: 0; or -ENOMEM, and the caller still owns the text. */
int merge_add(struct merge *merge, size_t source, const struct merge_line *line);

/* All lines of the source up to @time_ns are added. */
void merge_advance(struct merge *merge, size_t source, uint64_t time_ns);

/* The source has no more lines. */
void merge_end(struct merge *merge, size_t source);

/* No source has more lines. */
void merge_end_all(struct merge *merge);

/* True if all sources have ended. Lines can still be there for merge_take(). */
bool merge_is_done(const struct merge *merge);

/*
 * Take the first line, if no earlier one is expected, or if lines of more than 64 MiB wait. Return:
 * false if there is none.
 */
bool merge_take(struct merge *merge, struct merge_line *ret);

/* Drop the lines for which @is_dropped returns true. */
void merge_drop(struct merge *merge, bool (*is_dropped)(void *ctx, const void *cookie), void *ctx);

/* Number of lines that were taken after later ones. */
uint64_t merge_late(const struct merge *merge);

/* Number of lines that wait. */
size_t merge_count(const struct merge *merge);

/* NULL is allowed. */
void merge_free(struct merge *merge);

#endif /* TOOLS_SHIP_READ_MERGE_H */
