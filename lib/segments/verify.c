/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/segments/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/segments/array.h"
#include "lib/segments/folder.h"
#include "lib/segments/reader.h"
#include "lib/wire/schema.h"

struct session {
	char host[72], boot_id[40], id[40];
	struct et_verified sums;
	__u64 next_seq; /* seq of the next record */
	bool known;     /* next_seq is known: a segment before was read to its end */
	/* the end of the session was found, or a finding explains why there is none */
	bool over;
	__u64 last; /* number of the last segment in the folder that is of this session */
};

/* Segments that are missing between two others. */
struct hole {
	__u64 first, last;
	/* indices in et_verify.sessions: the session before the hole, and the session after it */
	size_t before, session;
	__u64 records; /* number of missing records of the session behind the hole */
};

struct et_verify {
	et_finding_fn fn;
	void *ctx;
	struct session *sessions;
	size_t count;
	struct hole *holes;
	size_t hole_count;
	/* Numbers of the segments that LOST records report as dropped. */
	__u64 *dropped;
	size_t dropped_count;
	__u64 last_number; /* number of the segment that was read last; 0: none */
	size_t last;       /* index of the session of that segment */
	int faults;
	int folder;
};

/* The records of one segment. */
struct counts {
	__u64 records, events, lost;
	__u64 by_type[ET_EVENT_TYPES];
};

int et_verify_new(et_finding_fn fn, void *ctx, struct et_verify **ret)
{
	struct et_verify *verify = calloc(1, sizeof(*verify));

	if (!verify)
		return -ENOMEM;
	verify->fn = fn;
	verify->ctx = ctx;
	*ret = verify;
	return 0;
}

static void find(struct et_verify *verify, enum et_finding_kind kind, __u64 segment,
		 struct session *session, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

static void find(struct et_verify *verify, enum et_finding_kind kind, __u64 segment,
		 struct session *session, const char *fmt, ...)
{
	struct et_finding finding = {
		.kind = kind,
		.is_fault = kind < ET_FINDING_DROPPED,
		.segment = segment,
	};
	va_list args;

	va_start(args, fmt);
	vsnprintf(finding.message, sizeof(finding.message), fmt, args);
	va_end(args);
	if (finding.is_fault) {
		verify->faults++;
		if (session)
			session->sums.faults++;
	}
	verify->fn(verify->ctx, &finding);
}

/* A hostile recording may contain control characters. */
static void take_text(char *to, size_t room, const char *from)
{
	snprintf(to, room, "%s", from);
	for (; *to; to++)
		if (*to < 0x20 || *to > 0x7e)
			*to = '?';
}

/* Find the session of a segment, or add it. Return: its index, or -ENOMEM. */
static long session_of(struct et_verify *verify, const struct et_file_origin *origin)
{
	static const struct et_file_origin unknown;
	struct session session = { .known = false };

	if (!origin)
		origin = &unknown;
	take_text(session.host, sizeof(session.host), origin->host);
	take_text(session.boot_id, sizeof(session.boot_id), origin->boot_id);
	take_text(session.id, sizeof(session.id), origin->session);
	for (size_t i = verify->count; i-- > 0;) {
		const struct session *known = &verify->sessions[i];

		if (!strcmp(known->id, session.id) && !strcmp(known->boot_id, session.boot_id) &&
		    !strcmp(known->host, session.host))
			return (long)i;
	}
	if (!et_array_grow((void **)&verify->sessions, verify->count, sizeof(session)))
		return -ENOMEM;
	verify->sessions[verify->count] = session;
	return (long)verify->count++;
}

/* ---- one segment --------------------------------------------------------------------------- */

static int count_lost(struct et_verify *verify, struct counts *counts, const struct et_lost *lost,
		      size_t len)
{
	if (len < offsetof(struct et_lost, cpu))
		return 0;
	counts->lost += lost->count;
	if (len < sizeof(*lost) || !lost->segment)
		return 0;
	if (verify->dropped_count && verify->dropped[verify->dropped_count - 1] == lost->segment)
		return 0;
	if (!et_array_grow((void **)&verify->dropped, verify->dropped_count, sizeof(lost->segment)))
		return -ENOMEM;
	verify->dropped[verify->dropped_count++] = lost->segment;
	return 0;
}

static int count_record(struct et_verify *verify, struct counts *counts,
			const struct et_recorded *rec)
{
	const struct et_header *hdr = rec->data;
	const struct et_process_exists *exists = rec->data;

	counts->records++;
	if (rec->len < sizeof(*hdr))
		return 0;
	if (hdr->type == ET_LOST)
		return count_lost(verify, counts, rec->data, rec->len);
	/* A record that the decoder rejects is no received event: a LOST record reports it. */
	if (hdr->type >= ET_EVENT_TYPES || !hdr->type)
		return 0;
	/* The processes at the beginning of a segment are no events. */
	if (hdr->type == ET_PROCESS_EXISTS && rec->len >= sizeof(*exists) && exists->again)
		return 0;
	counts->events++;
	counts->by_type[hdr->type]++;
	return 0;
}

/* Compare the account of a finished segment with its records. */
static void check_account(struct et_verify *verify, struct session *session, __u64 number,
			  const struct et_recording_account *account, const struct counts *counts)
{
	bool fits = true;

	for (size_t i = 0; i < account->count; i++) {
		const struct et_file_account *row = &account->rows[i];
		const __u64 events = row->id < ET_EVENT_TYPES ? counts->by_type[row->id] : 0;

		session->sums.attempted += row->attempted;
		/*
		 * If the decoder rejected a record, its event type is not known, and `missing`
		 * counts it. Then the counts by type may differ.
		 */
		if (account->missing || events == row->attempted - row->lost)
			continue;
		fits = false;
		find(verify, ET_FINDING_ACCOUNT, number, session,
		     "segment %llu: its account has %llu events of type %u, and its records are "
		     "%llu",
		     (unsigned long long)number, (unsigned long long)(row->attempted - row->lost),
		     row->id, (unsigned long long)events);
	}
	if (counts->lost != account->lost_told)
		find(verify, ET_FINDING_ACCOUNT, number, session,
		     "segment %llu: its account has %llu lost events, and its LOST records %llu",
		     (unsigned long long)number, (unsigned long long)account->lost_told,
		     (unsigned long long)counts->lost);
	else if (fits && !account->accounted)
		find(verify, ET_FINDING_ACCOUNT, number, session,
		     "segment %llu: by its account, not every event is accounted for",
		     (unsigned long long)number);
	session->sums.received += counts->events;
	session->sums.lost += counts->lost;
	session->over = account->last;
}

static bool exists(const struct et_verify *verify, __u64 number)
{
	char name[ET_SEGMENT_NAME_SIZE];

	et_segment_name(number, name);
	return faccessat(verify->folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/*
 * Note that the segments directly before @number are missing. A sender deletes segments in the
 * order of their numbers. So if the segment that was read last is deleted by now, a sender has sent
 * and deleted the missing ones too.
 */
static int add_hole(struct et_verify *verify, size_t index, __u64 number, __u64 first_seq)
{
	const struct session *session = &verify->sessions[index];
	struct hole hole = {
		.first = verify->last_number + 1,
		.last = number - 1,
		.before = verify->last,
		.session = index,
		.records = session->known ? first_seq - session->next_seq : first_seq,
	};

	if (!exists(verify, verify->last_number)) {
		find(verify, ET_FINDING_BEFORE, number, NULL,
		     "segments %llu to %llu were deleted meanwhile: they are out of sight",
		     (unsigned long long)hole.first, (unsigned long long)hole.last);
		verify->sessions[verify->last].over = true;
		return 0;
	}
	if (!et_array_grow((void **)&verify->holes, verify->hole_count, sizeof(hole)))
		return -ENOMEM;
	verify->holes[verify->hole_count++] = hole;
	return 0;
}

/* Compare the number of the segment's first record with the number of the last record before it. */
static int check_begin(struct et_verify *verify, size_t index, __u64 number,
		       const struct et_file_origin *origin)
{
	struct session *session = &verify->sessions[index];
	const __u64 first = origin ? origin->first_seq : 0;
	__u64 twice;

	if (origin && origin->segment && origin->segment != number)
		find(verify, ET_FINDING_ACCOUNT, number, session,
		     "segment %llu: its header names segment %llu", (unsigned long long)number,
		     (unsigned long long)origin->segment);
	if (!session->sums.segments && first)
		find(verify, ET_FINDING_BEFORE, number, session,
		     "segment %llu: its session has %llu earlier records, which are out of sight",
		     (unsigned long long)number, (unsigned long long)first);
	if (session->known && first < session->next_seq) {
		twice = session->next_seq - first;
		session->sums.duplicates += twice;
		find(verify, ET_FINDING_DUPLICATE, number, session,
		     "segment %llu: its first record has number %llu, and %llu records with such "
		     "numbers were there before",
		     (unsigned long long)number, (unsigned long long)first,
		     (unsigned long long)twice);
	} else if (verify->last_number && number != verify->last_number + 1) {
		return add_hole(verify, index, number, first);
	} else if (session->known && first > session->next_seq) {
		find(verify, ET_FINDING_GAP, number, session,
		     "segment %llu: %llu records are missing before it: numbers %llu to %llu",
		     (unsigned long long)number, (unsigned long long)(first - session->next_seq),
		     (unsigned long long)session->next_seq, (unsigned long long)(first - 1));
	}
	return 0;
}

/*
 * Report that a segment could not be read to its end. Return: 0; or @r if the fault is not in the
 * segment.
 */
static int check_failure(struct et_verify *verify, struct session *session, __u64 number,
			 const struct et_segment_reader *segment, const struct counts *counts,
			 int r)
{
	const struct et_recording_reader *recording = et_segment_reader_recording(segment);

	if (r == -EAGAIN) {
		find(verify, ET_FINDING_GROWS, number, session,
		     "segment %llu is still being written: its first %llu records are not verified",
		     (unsigned long long)number, (unsigned long long)counts->records);
	} else if (r == -ENODATA) {
		find(verify, ET_FINDING_CUT, number, session,
		     "segment %llu: its session ended without its end, after %llu records of the "
		     "segment",
		     (unsigned long long)number, (unsigned long long)counts->records);
		if (session)
			session->over = true;
	} else if (*et_recording_reader_why(recording)) {
		find(verify, ET_FINDING_DAMAGED, number, session, "segment %llu %s at byte %llu",
		     (unsigned long long)number, et_recording_reader_why(recording),
		     (unsigned long long)et_recording_reader_offset(recording));
	} else {
		return r;
	}
	return 0;
}

static int verify_segment(struct et_verify *verify, struct et_segment_reader *segment, __u64 number)
{
	const struct et_recording_reader *recording = et_segment_reader_recording(segment);
	const struct et_file_origin *origin;
	struct counts counts = { .records = 0 };
	struct session *session = NULL;
	struct et_recorded rec;
	long index;
	int r, r2 = 0;

	while ((r = et_segment_reader_next(segment, &rec)) > 0 && r2 == 0)
		r2 = count_record(verify, &counts, &rec);
	if (r2 < 0)
		return r2;
	/* Without a header, it is not known to which session the segment belongs. */
	if (!et_recording_reader_header(recording))
		return check_failure(verify, NULL, number, segment, &counts, r);
	origin = et_recording_reader_origin(recording);
	index = session_of(verify, origin);
	if (index < 0)
		return (int)index;
	r2 = check_begin(verify, (size_t)index, number, origin);
	if (r2 < 0)
		return r2;
	session = &verify->sessions[index];
	session->sums.segments++;
	session->last = number;
	session->known = r == 0;
	session->next_seq = (origin ? origin->first_seq : 0) + counts.records;
	if (r == 0)
		check_account(verify, session, number, et_recording_reader_account(recording),
			      &counts);
	verify->last_number = number;
	verify->last = (size_t)index;
	return r < 0 ? check_failure(verify, session, number, segment, &counts, r) : 0;
}

/* ---- the folder ---------------------------------------------------------------------------- */

static bool is_dropped(const struct et_verify *verify, __u64 number)
{
	for (size_t i = 0; i < verify->dropped_count; i++)
		if (verify->dropped[i] == number)
			return true;
	return false;
}

/* True if LOST records report all segments of the hole. */
static bool is_reported(const struct et_verify *verify, const struct hole *hole)
{
	if (hole->last - hole->first >= verify->dropped_count)
		return false;
	for (__u64 n = hole->first; n <= hole->last; n++)
		if (!is_dropped(verify, n))
			return false;
	return true;
}

/*
 * Report the holes. All LOST records have been read by now, so it is known which missing segments
 * were dropped.
 */
static void check_holes(struct et_verify *verify)
{
	for (size_t i = 0; i < verify->hole_count; i++) {
		const struct hole *hole = &verify->holes[i];
		struct session *before = &verify->sessions[hole->before];
		const bool reported = is_reported(verify, hole);

		/*
		 * The end of the session before may be in a missing segment, so do not expect it.
		 */
		if (reported)
			before->over = true;
		/*
		 * If no record is missing, the hole is normal: a session took the number, but was
		 * killed before it had written the segment.
		 */
		if (!reported && !hole->records)
			continue;
		find(verify, reported ? ET_FINDING_DROPPED : ET_FINDING_GAP, hole->last,
		     &verify->sessions[hole->session],
		     "segments %llu to %llu are missing, with %llu records of the session behind "
		     "them, and %s",
		     (unsigned long long)hole->first, (unsigned long long)hole->last,
		     (unsigned long long)hole->records,
		     reported ? "LOST records report their events"
			      : "no LOST record reports their events");
	}
}

/* True if a process writes segments into the folder now. */
static bool is_written(int folder)
{
	int lock = openat(folder, "lock", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool written;

	if (lock < 0)
		return false;
	written = flock(lock, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
	close(lock);
	return written;
}

/* Report each session that has no end. The last session may still run. */
static void check_ends(struct et_verify *verify)
{
	const bool written = is_written(verify->folder);

	for (size_t i = 0; i < verify->count; i++) {
		struct session *session = &verify->sessions[i];

		if (session->over || (written && i == verify->last))
			continue;
		find(verify, ET_FINDING_CUT, session->last, session,
		     "segment %llu: its session ended without its end, after record %llu",
		     (unsigned long long)session->last, (unsigned long long)session->next_seq);
	}
}

int et_verify_folder(struct et_verify *verify, int folder)
{
	__u64 *numbers = NULL;
	size_t count = 0;
	int r = et_segment_list(folder, &numbers, &count);

	verify->folder = folder;
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct et_segment_reader *segment = NULL;

		r = et_segment_reader_open(folder, numbers[i], &segment);
		if (r == 0)
			r = verify_segment(verify, segment, numbers[i]);
		/*
		 * A sender may have deleted the segment since the folder was listed. add_hole()
		 * handles it.
		 */
		else if (r == -ENOENT)
			r = 0;
		et_segment_reader_close(segment);
	}
	free(numbers);
	if (r < 0)
		return r;
	check_holes(verify);
	check_ends(verify);
	return verify->faults;
}

bool et_verify_session(const struct et_verify *verify, size_t n, struct et_verified *ret)
{
	const struct session *session;

	if (n >= verify->count)
		return false;
	session = &verify->sessions[n];
	*ret = session->sums;
	ret->host = session->host;
	ret->boot_id = session->boot_id;
	ret->session = session->id;
	return true;
}

void et_verify_free(struct et_verify *verify)
{
	if (!verify)
		return;
	free(verify->sessions);
	free(verify->holes);
	free(verify->dropped);
	free(verify);
}
