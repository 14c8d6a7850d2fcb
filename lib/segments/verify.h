/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verifies a folder of segments: the folder must have each event that was counted, or a LOST record
 * that reports the event.
 *
 *	struct et_verify *verify = NULL;
 *
 *	r = et_verify_new(on_finding, NULL, &verify);
 *	r = et_verify_folder(verify, folder);
 *	while (et_verify_session(verify, n++, &session))
 *		print(&session);
 *	et_verify_free(verify);
 *
 * A folder can be verified while sessions write it, and while a sender deletes its first segments.
 */
#ifndef ET_SEGMENTS_VERIFY_H
#define ET_SEGMENTS_VERIFY_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* What et_verify_folder() can find in a folder: faults, and facts that are no faults. */
enum et_finding_kind {
	/* faults */
	ET_FINDING_GAP,       /* segments or records are missing, and no LOST record reports them */
	ET_FINDING_DUPLICATE, /* records with the same numbers are in two segments */
	ET_FINDING_ACCOUNT,   /* a segment's account or header does not fit the segment */
	ET_FINDING_DAMAGED,   /* a segment cannot be read to its end */
	/* a session ended without an end: its last segment has none, or is missing */
	ET_FINDING_CUT,
	/* no faults */
	ET_FINDING_DROPPED, /* segments are missing, and LOST records report them */
	ET_FINDING_GROWS,   /* the last segment is still being written: it is not verified */
	/* earlier segments of the session are deleted, so they are not verified */
	ET_FINDING_BEFORE,
};

struct et_finding {
	enum et_finding_kind kind;
	bool is_fault;
	__u64 segment;     /* number of the segment */
	char message[256]; /* one line without a newline */
};

/* The results of one session. The texts have only printable characters. */
struct et_verified {
	const char *host, *boot_id, *session; /* empty: unknown */
	__u64 segments;                       /* number of its segments in the folder */
	/*
	 * sums over its finished segments: `attempted` from their accounts, `received` and `lost`
	 * from their records
	 */
	__u64 attempted, received, lost;
	__u64 duplicates; /* number of records that are in two segments */
	__u64 faults;     /* number of faults */
};

struct et_verify;

typedef void (*et_finding_fn)(void *ctx, const struct et_finding *finding);

/*
 * Make the object; the caller frees it with et_verify_free(). @fn is called for each finding: for
 * single segments in the order of their numbers, then for missing segments, then for sessions
 * without an end. Return: 0 or -ENOMEM.
 */
int et_verify_new(et_finding_fn fn, void *ctx, struct et_verify **ret);

/**
 * et_verify_folder() - read all segments of a folder
 * @verify:	the object, for which this is the only call
 * @folder:	the folder, open for reading
 *
 * Return: number of faults; or a negative errno if the folder or a file cannot be read.
 */
int et_verify_folder(struct et_verify *verify, int folder);

/* Get session number @n, in the order of the first segments. Return: false if there are fewer. */
bool et_verify_session(const struct et_verify *verify, size_t n, struct et_verified *ret);

/* Free the object. NULL is allowed. */
void et_verify_free(struct et_verify *verify);

#endif /* ET_SEGMENTS_VERIFY_H */
