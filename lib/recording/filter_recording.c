/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reduces a recording of a whole machine to one process and its descendants:
 *
 *	filter_recording PID < all.etr > some.etr
 *
 * testdata/record.sh uses this program. The counts at the end of the output are those of the kept
 * records.
 */
#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/recording/reader.h"
#include "lib/recording/writer.h"
#include "lib/wire/schema.h"

/* Largest number of processes whose events are kept: the chosen process and its descendants. */
#define PIDS_MAX 1024

static __u32 family[PIDS_MAX];
static unsigned int family_size;

static bool is_family(__u32 tgid)
{
	for (unsigned int i = 0; i < family_size; i++) {
		if (family[i] == tgid)
			return true;
	}
	return false;
}

/*
 * All events begin with a header and a struct et_pids. event_of() reads these two members of any
 * event as those of a struct et_process_load_module. The assertions check that no event is smaller
 * than this struct.
 */
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	_Static_assert(sizeof(struct et_##name) >= sizeof(struct et_process_load_module), #name);
#include "lib/wire/schema.def"

/*
 * Return the record @rec as an event. The caller may use only the members hdr and pids, which all
 * types have. NULL for a LOST record and for a record that is too short.
 */
static const struct et_process_load_module *event_of(const struct et_recorded *rec)
{
	const struct et_process_load_module *event = rec->data;

	if (rec->len < sizeof(*event) || !event->hdr.type || event->hdr.type >= ET_EVENT_TYPES)
		return NULL;
	return event;
}

/*
 * If the record is a fork by a process of `family`, add the child to `family`. One pass over the
 * file is enough: the fork that makes a child precedes the child's own forks.
 */
static void look(const struct et_recorded *rec)
{
	const struct et_process_fork *fork = rec->data;

	if (!event_of(rec) || fork->hdr.type != ET_PROCESS_FORK || rec->len < sizeof(*fork))
		return;
	if (!is_family(fork->parent_pids.tgid) || family_size == PIDS_MAX)
		return;
	family[family_size++] = fork->child_pids.tgid;
}

/* The recording that is written, and its counts by event type. */
struct keeping {
	const struct et_recording_reader *reader;
	struct et_recording_writer *w; /* NULL before the output's header is written */
	struct et_file_account accounts[ET_EVENT_TYPES];
};

/* Copy a record to the output if a process of `family` has caused the event. */
static int keep(struct keeping *k, const struct et_recorded *rec)
{
	const struct et_process_load_module *event = event_of(rec);
	struct et_file_account *account;

	if (!event || !is_family(event->pids.tgid))
		return 0;
	account = &k->accounts[event->hdr.type - 1];
	account->attempted++;
	account->sent++;
	account->bytes += rec->len;
	return et_recording_writer_add(k->w, rec->data, rec->len, rec->clock_offset);
}

/* Write the header of the output, with the data of the input recording's header. */
static int begin(struct keeping *k)
{
	const struct et_file_header *header = et_recording_reader_header(k->reader);
	const struct et_file_origin *origin = et_recording_reader_origin(k->reader);
	struct et_recording_about about = {
		.events = et_recording_reader_events(k->reader),
		.clock_offset = header->clock_offset,
		.cpus_possible = header->cpus_possible,
		.program = header->program,
	};

	if (origin)
		about.origin = *origin;
	for (unsigned int i = 0; i < ET_EVENT_TYPES - 1; i++)
		k->accounts[i].id = i + 1;
	return et_recording_writer_new(STDOUT_FILENO, &about, &k->w);
}

/* Copy the name of a user or a group. It does no harm if no kept record needs the name. */
static int keep_name(void *ctx, enum et_file_name_kind kind, __u32 id, const char *name, size_t len)
{
	struct keeping *k = ctx;
	char text[ET_FILE_NAME_MAX + 1] = "";
	const struct et_recording_name copy = { .kind = kind, .id = id, .name = text };
	int r = k->w ? 0 : begin(k);

	memcpy(text, name, len);
	return r < 0 ? r : et_recording_writer_add_names(k->w, &copy, 1);
}

/*
 * Read standard input from its beginning to its end. With @k NULL, find the descendants of the
 * chosen process. Otherwise copy the records of these processes.
 */
static int pass(struct keeping *k)
{
	struct et_recording_reader *reader = NULL;
	struct et_recorded rec;
	int r;

	if (lseek(STDIN_FILENO, 0, SEEK_SET) < 0)
		return -errno;
	r = et_recording_reader_new(STDIN_FILENO, &reader);
	if (r < 0)
		return r;
	if (k) {
		k->reader = reader;
		et_recording_reader_on_name(reader, keep_name, k);
	}
	for (;;) {
		r = et_recording_reader_next(reader, &rec);
		if (r == -EAGAIN) {
			r = et_recording_reader_fill(reader);
			if (r < 0)
				break;
			continue;
		}
		if (r <= 0)
			break;
		if (!k) {
			look(&rec);
			continue;
		}
		r = k->w ? 0 : begin(k);
		if (r == 0)
			r = keep(k, &rec);
		if (r < 0)
			break;
	}
	if (r == 0 && k && k->w) {
		const struct et_recording_account *account = et_recording_reader_account(reader);
		const struct et_recording_totals totals = {
			.wire_format = account->wire_format,
			.accounted = account->accounted,
			.accounts = k->accounts,
			.count = ET_EVENT_TYPES - 1,
		};

		r = et_recording_writer_end(k->w, &totals);
	}
	et_recording_reader_free(reader);
	return r;
}

int main(int argc, char **argv)
{
	struct keeping k = { 0 };
	int r;

	if (argc != 2) {
		fputs("usage: filter_recording PID < all.etr > some.etr\n", stderr);
		return 2;
	}
	family[family_size++] = (__u32)strtoul(argv[1], NULL, 10);
	r = pass(NULL);
	if (r == 0)
		r = pass(&k);
	et_recording_writer_free(k.w);
	if (r < 0)
		fprintf(stderr, "filter_recording: %s\n", strerror(-r));
	return r < 0;
}
