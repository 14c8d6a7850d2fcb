/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes seeds for the fuzzers from a recording: the smallest record of each event type.
 *
 *	seeds RECORDING CORPUS PREFIX
 *
 * writes CORPUS/wire/PREFIX-EVENT and so on. corpus.sh calls it.
 */
#include <fcntl.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/include/eventstrace.h"
#include "lib/recording/format.h"
#include "lib/wire/hash.h"
#include "lib/wire/schema.h"
#include "lib/wire/vars.h"

static const char *file;
static size_t file_size;
static const char *corpus, *prefix;

struct best {
	const struct et_file_record *record;
	const struct et_file_chunk *chunk;
};

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "seeds: %s\n", what);
	exit(1);
}

static FILE *seed(const char *fuzzer, const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/%s-%s", corpus, fuzzer, prefix, name);
	f = fopen(path, "wb");
	if (!f)
		die("cannot write a seed");
	return f;
}

static void put(FILE *f, const void *data, size_t size)
{
	if (size && fwrite(data, size, 1, f) != 1)
		die("cannot write a seed");
}

static void put_u8(FILE *f, __u8 n)
{
	put(f, &n, sizeof(n));
}

static void put_u16(FILE *f, __u16 n)
{
	put(f, &n, sizeof(n));
}

static bool is_older(unsigned int id)
{
	const struct et_file_header *header = (const void *)file;
	const struct et_file_event *rows = (const void *)(header + 1);

	for (__u32 i = 0; i < header->events; i++)
		if (rows[i].id == id)
			return et_wire_layout_generation(id, rows[i].hash) == 1;
	return false;
}

static void write_wire(const struct best *best, const char *name, bool older)
{
	FILE *f = seed("wire", name);

	put_u8(f, older ? 2 : 0);
	put(f, best->record + 1, best->record->size);
	fclose(f);
}

/* A seed with FIXED, which needs a record of the current layout. The last byte is cut off. */
static void write_fixed(const struct best *best, const char *name)
{
	char full[128];
	FILE *f;

	snprintf(full, sizeof(full), "%s-fixed", name);
	f = seed("wire", full);
	put_u8(f, 1 | 8);
	put_u16(f, 1);
	put_u16(f, 0);
	put_u16(f, 0);
	put(f, best->record + 1, best->record->size);
	fclose(f);
}

static void write_replay(const struct best *best, const char *name)
{
	const struct et_file_header *header = (const void *)file;
	size_t size = sizeof(*best->record) + ET_FILE_ALIGNED((size_t)best->record->size);
	struct et_file_chunk chunk = *best->chunk;
	const struct et_file_end end = { .magic = ET_FILE_END,
					 .records = 1,
					 .wire_format = "auto" };
	FILE *f = seed("replay", name);

	chunk.records = 1;
	chunk.size = (__u32)size;
	put_u8(f, 0);
	put(f, header, header->size);
	put(f, &chunk, sizeof(chunk));
	put(f, best->record, size);
	put(f, &end, sizeof(end));
	fclose(f);
}

/* A recording without records, and with an account that has too many rows. */
static void write_empty(void)
{
	static const struct et_file_account rows[ET_FILE_ROWS_MAX + 1];
	const struct et_file_header *header = (const void *)file;
	const struct et_file_end end = { .magic = ET_FILE_END, .rows = ET_FILE_ROWS_MAX + 1 };
	FILE *f = seed("replay", "empty");

	put_u8(f, 0);
	put(f, header, header->size);
	put(f, &end, sizeof(end));
	put(f, rows, sizeof(rows));
	fclose(f);
}

/* Index of a field among the variable-length fields of its event, in the schema's order. */
static unsigned int place_of(unsigned int event, unsigned int var)
{
	static const struct {
		unsigned int event, var;
	} vars[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) { (id), 0 },
#define ET_VAR(owner, NAME, name, doc)                            { 0, ET_VAR_##NAME },
#include "lib/wire/schema.def"
	};
	size_t i = 0;

	while (vars[i].event != event)
		i++;
	for (unsigned int n = 0;; n++)
		if (vars[++i].var == var)
			return n;
}

static __u8 top_of(unsigned int event)
{
	static const unsigned int ids[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) (id),
#include "lib/wire/schema.def"
	};
	__u8 n = 0;

	while (ids[n] != event)
		n++;
	return n;
}

static void write_schema(const struct best *best, const char *name, bool older)
{
	const struct et_header *hdr = (const void *)(best->record + 1);
	__u64 time_ns = hdr->ts + best->chunk->clock_offset;
	FILE *f = seed("schema", name);
	struct et_var_iter it;

	put_u8(f, older);
	put(f, &time_ns, sizeof(time_ns));
	put_u8(f, top_of(hdr->type));
	put(f, &hdr->ts, sizeof(hdr->ts));
	put(f, hdr + 1, hdr->fixed - sizeof(*hdr));
	ET_FOR_EACH_VAR (&it, hdr, hdr->size) {
		put_u8(f, (__u8)place_of(hdr->type, it.var->type));
		put_u8(f, (__u8)it.var->flags);
		put_u16(f, (__u16)(it.var->orig - it.var->size));
		put_u16(f, (__u16)it.var->size);
		put(f, it.data, it.var->size);
	}
	fclose(f);
}

static void write_json(const struct best *best, const char *name)
{
	const struct et_header *hdr = (const void *)(best->record + 1);
	struct et_var_iter it;

	ET_FOR_EACH_VAR (&it, hdr, hdr->size) {
		char full[128];
		FILE *f;

		snprintf(full, sizeof(full), "%s-%u", name, it.var->type);
		f = seed("json", full);
		put_u8(f, it.var->type == ET_VAR_ARGV || it.var->type == ET_VAR_ENV ? 1
			  : it.var->type == ET_VAR_TTY_OUT                          ? 2
										    : 0);
		put(f, it.data, it.var->size);
		fclose(f);
	}
}

static void look(struct best best[ET_EVENT_TYPES])
{
	size_t at = ((const struct et_file_header *)file)->size;

	for (;;) {
		const struct et_file_chunk *chunk = (const void *)(file + at);

		if (at + sizeof(*chunk) > file_size || chunk->magic != ET_FILE_CHUNK)
			return;
		at += sizeof(*chunk);
		for (__u32 i = 0; i < chunk->records; i++) {
			const struct et_file_record *record = (const void *)(file + at);
			const struct et_header *hdr = (const void *)(record + 1);
			struct best *b = &best[hdr->type < ET_EVENT_TYPES ? hdr->type : 0];

			if (!b->record || record->size < b->record->size)
				*b = (struct best){ record, chunk };
			at += sizeof(*record) + ET_FILE_ALIGNED((size_t)record->size);
		}
	}
}

int main(int argc, char **argv)
{
	struct best best[ET_EVENT_TYPES] = { 0 };
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	struct stat st;
	int fd;

	if (argc != 4)
		die("usage: seeds RECORDING CORPUS PREFIX");
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		die("no such recording");
	file_size = (size_t)st.st_size;
	file = mmap(NULL, file_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		die("cannot map the recording");
	corpus = argv[2];
	prefix = argv[3];
	look(best);
	write_empty();
	for (size_t i = 0; i < count; i++) {
		const struct best *b = &best[infos[i].id];

		if (!b->record)
			continue;
		write_wire(b, infos[i].flag, is_older(infos[i].id));
		if (!is_older(infos[i].id))
			write_fixed(b, infos[i].flag);
		write_replay(b, infos[i].flag);
		write_schema(b, infos[i].flag, is_older(infos[i].id));
		write_json(b, infos[i].flag);
	}
	return 0;
}
