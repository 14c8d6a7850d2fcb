/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/heavy.h"

#include <stdlib.h>
#include <string.h>

/* Index of an entry plus 1; 0: no entry. */
typedef uint32_t entry_ref;

struct entry {
	uint64_t hash, count, error, bytes;
	size_t key_size, key_kept;
	uint32_t heap; /* index of the entry in heavy.heap */
	entry_ref next;
	char key[HEAVY_KEY_MAX];
	char label[HEAVY_LABEL_MAX + 1];
};

struct heavy {
	uint32_t room, count;
	struct entry *entries;
	uint32_t *heap; /* indexes of entries; the first has the smallest count */
	uint32_t *sorted;
	uint32_t bucket_count;
	entry_ref *buckets;
};

struct heavy *heavy_new(uint32_t keys)
{
	struct heavy *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->room = keys;
	h->bucket_count = 2 * keys;
	h->entries = calloc(keys, sizeof(*h->entries));
	h->heap = calloc(keys, sizeof(*h->heap));
	h->sorted = calloc(keys, sizeof(*h->sorted));
	h->buckets = calloc(h->bucket_count, sizeof(*h->buckets));
	if (h->entries && h->heap && h->sorted && h->buckets)
		return h;
	heavy_free(h);
	return NULL;
}

void heavy_free(struct heavy *h)
{
	if (!h)
		return;
	free(h->entries);
	free(h->heap);
	free(h->sorted);
	free(h->buckets);
	free(h);
}

void heavy_clear(struct heavy *h)
{
	h->count = 0;
	memset(h->buckets, 0, h->bucket_count * sizeof(*h->buckets));
}

/* FNV-1a, with the upper half folded into the lower half. */
static uint64_t hash_of(const unsigned char *bytes, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3;
	return hash ^ hash >> 32;
}

/* ---- the heap ------------------------------------------------------------------------------- */

static void put_at(struct heavy *h, uint32_t at, uint32_t entry)
{
	h->heap[at] = entry;
	h->entries[entry].heap = at;
}

static uint64_t count_at(const struct heavy *h, uint32_t at)
{
	return h->entries[h->heap[at]].count;
}

/* Restore the order of the heap after the count of the entry at @at increased. */
static void sift_down(struct heavy *h, uint32_t at)
{
	const uint32_t entry = h->heap[at];

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child + 1 < h->count && count_at(h, child + 1) < count_at(h, child))
			child++;
		if (child >= h->count || count_at(h, child) >= h->entries[entry].count)
			break;
		put_at(h, at, h->heap[child]);
		at = child;
	}
	put_at(h, at, entry);
}

/* Restore the order of the heap after a new entry was added at its end, @at. */
static void sift_up(struct heavy *h, uint32_t at)
{
	const uint32_t entry = h->heap[at];

	while (at && count_at(h, (at - 1) / 2) > h->entries[entry].count) {
		put_at(h, at, h->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put_at(h, at, entry);
}

/* ---- keys ----------------------------------------------------------------------------------- */

static struct entry *find(struct heavy *h, uint64_t hash, const char *kept, size_t size)
{
	const size_t len = size < HEAVY_KEY_MAX ? size : HEAVY_KEY_MAX;
	entry_ref ref = h->buckets[hash % h->bucket_count];

	while (ref) {
		struct entry *e = &h->entries[ref - 1];

		if (e->hash == hash && e->key_size == size && !memcmp(e->key, kept, len))
			return e;
		ref = e->next;
	}
	return NULL;
}

static void leave_bucket(struct heavy *h, const struct entry *e)
{
	entry_ref *ref = &h->buckets[e->hash % h->bucket_count];

	while (&h->entries[*ref - 1] != e)
		ref = &h->entries[*ref - 1].next;
	*ref = e->next;
}

/*
 * Return: a free entry. If there is none, the entry with the smallest count: the new key starts
 * with this count, as its error.
 */
static struct entry *take_entry(struct heavy *h)
{
	struct entry *e;

	if (h->count < h->room) {
		e = &h->entries[h->count];
		e->count = e->error = 0;
		put_at(h, h->count, h->count);
		h->count++;
		return e;
	}
	e = &h->entries[h->heap[0]];
	leave_bucket(h, e);
	e->error = e->count;
	return e;
}

void heavy_add(struct heavy *h, const void *key, size_t size, const char *label, size_t label_size,
	       uint64_t bytes)
{
	const size_t len = size < HEAVY_KEY_MAX ? size : HEAVY_KEY_MAX;
	const char *kept = (const char *)key + (size - len);
	const uint64_t hash = hash_of(key, size);
	struct entry *e = find(h, hash, kept, size);

	if (!e) {
		e = take_entry(h);
		e->hash = hash;
		e->bytes = 0;
		e->key_size = size;
		e->key_kept = len;
		memcpy(e->key, kept, len);
		e->label[0] = '\0';
		e->next = h->buckets[hash % h->bucket_count];
		h->buckets[hash % h->bucket_count] = (entry_ref)(e - h->entries) + 1;
	}
	if (label) {
		if (label_size > HEAVY_LABEL_MAX)
			label_size = HEAVY_LABEL_MAX;
		memcpy(e->label, label, label_size);
		e->label[label_size] = '\0';
	}
	e->bytes += bytes;
	if (!e->count++)
		sift_up(h, e->heap);
	else
		sift_down(h, e->heap);
}

uint64_t heavy_error(const struct heavy *h)
{
	return h->count < h->room ? 0 : count_at(h, 0);
}

/* ---- the largest ---------------------------------------------------------------------------- */

static int compare(const void *x, const void *y, void *ctx)
{
	const struct heavy *h = ctx;
	const struct entry *a = &h->entries[*(const uint32_t *)x];
	const struct entry *b = &h->entries[*(const uint32_t *)y];
	int r;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	r = memcmp(a->key, b->key, a->key_kept < b->key_kept ? a->key_kept : b->key_kept);
	if (r)
		return r;
	return a->key_size < b->key_size ? -1 : a->key_size > b->key_size;
}

size_t heavy_top(struct heavy *h, struct heavy_row *rows, size_t max)
{
	size_t count = h->count < max ? h->count : max;

	for (uint32_t i = 0; i < h->count; i++)
		h->sorted[i] = i;
	qsort_r(h->sorted, h->count, sizeof(*h->sorted), compare, h);
	for (size_t i = 0; i < count; i++) {
		const struct entry *e = &h->entries[h->sorted[i]];

		rows[i] = (struct heavy_row){
			.count = e->count,
			.error = e->error,
			.bytes = e->bytes,
			.key = e->key,
			.key_kept = e->key_kept,
			.key_size = e->key_size,
			.label = e->label,
		};
	}
	return count;
}
