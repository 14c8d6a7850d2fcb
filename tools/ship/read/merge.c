/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/merge.h"

#include <errno.h>
#include <stdlib.h>

/* Bytes of lines that wait, above which the first line is taken at once. */
#define HELD_MAX (64ULL << 20)

struct entry {
	struct merge_line line;
	uint64_t number; /* of its arrival: lines of the same time keep their order */
};

struct source {
	uint64_t reached_ns; /* the latest time of its lines */
	bool ended;
};

struct merge {
	uint64_t window_ns;
	struct source *sources;
	size_t source_count;
	struct entry *heap; /* the parent of entry n is entry (n - 1) / 2, and is not later */
	size_t count, room;
	uint64_t held; /* bytes of the lines in the heap */
	uint64_t arrived;
	uint64_t taken_ns; /* the latest time that was taken */
	uint64_t late;
};

int merge_new(size_t sources, uint64_t window_ns, struct merge **ret)
{
	struct merge *merge = calloc(1, sizeof(*merge));

	if (!merge)
		return -ENOMEM;
	merge->sources = calloc(sources ? sources : 1, sizeof(*merge->sources));
	if (!merge->sources) {
		free(merge);
		return -ENOMEM;
	}
	merge->source_count = sources;
	merge->window_ns = window_ns;
	*ret = merge;
	return 0;
}

static bool is_before(const struct entry *a, const struct entry *b)
{
	if (a->line.time_ns != b->line.time_ns)
		return a->line.time_ns < b->line.time_ns;
	return a->number < b->number;
}

static void swap(struct entry *a, struct entry *b)
{
	const struct entry c = *a;

	*a = *b;
	*b = c;
}

static void sift_up(struct merge *merge, size_t at)
{
	while (at && is_before(&merge->heap[at], &merge->heap[(at - 1) / 2])) {
		swap(&merge->heap[at], &merge->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

static void sift_down(struct merge *merge, size_t at)
{
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= merge->count)
			return;
		if (child + 1 < merge->count &&
		    is_before(&merge->heap[child + 1], &merge->heap[child]))
			child++;
		if (!is_before(&merge->heap[child], &merge->heap[at]))
			return;
		swap(&merge->heap[child], &merge->heap[at]);
		at = child;
	}
}

size_t merge_wanted(const struct merge *merge)
{
	size_t wanted = merge->source_count;

	for (size_t i = 0; i < merge->source_count; i++)
		if (!merge->sources[i].ended &&
		    (wanted == merge->source_count ||
		     merge->sources[i].reached_ns < merge->sources[wanted].reached_ns))
			wanted = i;
	return wanted;
}

void merge_advance(struct merge *merge, size_t source, uint64_t time_ns)
{
	if (time_ns > merge->sources[source].reached_ns)
		merge->sources[source].reached_ns = time_ns;
}

/* Memory that a line needs, in bytes. */
static uint64_t size_of(const struct merge_line *line)
{
	return line->len + sizeof(struct entry);
}

int merge_add(struct merge *merge, size_t source, const struct merge_line *line)
{
	if (merge->count == merge->room) {
		size_t room = merge->room ? 2 * merge->room : 256;
		struct entry *more = realloc(merge->heap, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		merge->heap = more;
		merge->room = room;
	}
	merge->heap[merge->count] = (struct entry){ .line = *line, .number = merge->arrived++ };
	sift_up(merge, merge->count++);
	merge->held += size_of(line);
	merge_advance(merge, source, line->time_ns);
	return 0;
}

void merge_end(struct merge *merge, size_t source)
{
	merge->sources[source].ended = true;
}

void merge_end_all(struct merge *merge)
{
	for (size_t i = 0; i < merge->source_count; i++)
		merge_end(merge, i);
}

bool merge_is_done(const struct merge *merge)
{
	return merge_wanted(merge) == merge->source_count;
}

/* True if a source that has not ended can still have a line before @time_ns. */
static bool can_be_earlier(const struct merge *merge, uint64_t time_ns)
{
	const size_t wanted = merge_wanted(merge);
	uint64_t reached_ns;

	if (wanted == merge->source_count)
		return false;
	reached_ns = merge->sources[wanted].reached_ns;
	/* A sum could wrap: times come from the topic. */
	return reached_ns < time_ns || reached_ns - time_ns < merge->window_ns;
}

bool merge_take(struct merge *merge, struct merge_line *ret)
{
	const uint64_t time_ns = merge->count ? merge->heap[0].line.time_ns : 0;

	if (!merge->count)
		return false;
	if (merge->held <= HELD_MAX && can_be_earlier(merge, time_ns))
		return false;
	*ret = merge->heap[0].line;
	merge->held -= size_of(ret);
	merge->heap[0] = merge->heap[--merge->count];
	sift_down(merge, 0);
	if (time_ns < merge->taken_ns)
		merge->late++;
	else
		merge->taken_ns = time_ns;
	return true;
}

void merge_drop(struct merge *merge, bool (*is_dropped)(void *ctx, const void *cookie), void *ctx)
{
	size_t kept = 0;

	for (size_t i = 0; i < merge->count; i++) {
		const struct entry entry = merge->heap[i];

		if (is_dropped(ctx, entry.line.cookie)) {
			merge->held -= size_of(&entry.line);
			free(entry.line.text);
		} else {
			merge->heap[kept++] = entry;
		}
	}
	merge->count = kept;
	for (size_t i = kept / 2; i-- > 0;)
		sift_down(merge, i);
}

uint64_t merge_late(const struct merge *merge)
{
	return merge->late;
}

size_t merge_count(const struct merge *merge)
{
	return merge->count;
}

void merge_free(struct merge *merge)
{
	if (!merge)
		return;
	for (size_t i = 0; i < merge->count; i++)
		free(merge->heap[i].line.text);
	free(merge->heap);
	free(merge->sources);
	free(merge);
}
