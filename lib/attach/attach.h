/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chooses, loads and attaches the BPF programs for a set of wanted events. If the kernel refuses a
 * candidate (a set of BPF programs and hooks), the event's next candidate is tried.
 */
#ifndef ET_ATTACH_H
#define ET_ATTACH_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/kernel/features.h"
#include "lib/attach/load.h"
#include "lib/attach/log.h"
#include "lib/attach/readers.h"
#include "lib/attach/emit_mode.h"
#include "lib/include/eventstrace.h"

struct et_attached;

struct et_attach_config {
	/*
	 * The caller sets the members that depend on the options. et_bpf_config__fill() sets the
	 * other members. The mask load.bpf.events is not 0, and contains only known events.
	 */
	struct et_load_config load;
	enum et_attach_kind kind;
	enum et_emit_request wire_format;
	bool trial; /* for et_probe(): it is no error if no BPF program can be attached */
	/* The other members: see struct et_options. */
	const uint64_t *quiet_ttys;
	size_t quiet_tty_count;
	const uint64_t *quiet_pgid_ttys;
	size_t quiet_pgid_tty_count;
	bool filters_in_pidns;
	int output_fd, record_fd; /* descriptors of the outputs; -1: there is none */
};

/**
 * et_attach__open() - load and attach the BPF programs that the events need
 * @config:	the wanted events and options
 * @log:	receives messages about features that do not work; must outlive the result
 * @ret:	receives the result; the caller frees it with et_attach__close()
 * @err:	receives the error's kind and message on failure
 *
 * Return: 0 or a negative errno: see et_session__open().
 */
int et_attach__open(const struct et_attach_config *config, const struct et_log *log,
		    struct et_attached **ret, struct et_error *err);

/* The loaded BPF programs, valid as long as @at. `obj` is NULL if nothing could be loaded. */
const struct et_loaded *et_attach__loaded(const struct et_attached *at);

/* The events whose BPF programs are attached: a mask of ET_EVENT_BIT. */
__u64 et_attach__events(const struct et_attached *at);

/* Each candidate of each wanted event: see et_session__hooks(). Valid as long as @at. */
const struct et_hook *et_attach__hooks(const struct et_attached *at, size_t *ret_count);

/* The chosen emit mode, valid as long as @at. */
const struct et_emit_choice *et_attach__emit_choice(const struct et_attached *at);

/* The kernel's features that have been tried; the caller may try more. Valid as long as @at. */
struct et_feature_set *et_attach__features(struct et_attached *at);

/* Number of times that processes of ET_FILTER_TREE could not be added to the map of the trees. */
__u64 et_attach__tree_missed(const struct et_attached *at);

/* True if another process has stopped the BPF programs, by writing to their memory. */
bool et_attach__was_switched_off(const struct et_attached *at);

/* Search again for processes that read the tracer's output. Return: 0 or a negative errno. */
int et_attach__look_for_readers(const struct et_attached *at);

/* The processes that the last search found: see et_readers__list() and et_readers__damp(). */
size_t et_attach__readers(const struct et_attached *at, struct et_reader_row *ret, size_t max);
int et_attach__damp(const struct et_attached *at, const struct et_reader_row *row);

/* Count the writes that were not recorded, for each process: see et_session__left_out(). */
int et_attach__left_out(const struct et_attached *at, struct et_left_out *ret, size_t max,
			uint64_t *ret_others);

/* Number of times that the kernel did not run a BPF program at its hook: events may be missing. */
__u64 et_attach__skipped(const struct et_attached *at);

/**
 * et_attach__stop() - stop all BPF programs from recording, and wait for those that still run
 * @at:	the attached BPF programs
 *
 * Sets a flag that the BPF programs check; they stay attached until et_attach__close(). When this
 * function returns, BPF programs put nothing more into the rings.
 *
 * Takes milliseconds. et_attach__detach() takes a second or two, because the kernel waits for an
 * RCU grace period for each system call's tracepoint that it frees.
 */
void et_attach__stop(struct et_attached *at);

/**
 * et_attach__detach() - detach all BPF programs, and wait for those that still run
 * @at:	the attached BPF programs
 *
 * Maps and rings stay. When this function returns, BPF programs put nothing more into them. May be
 * called again.
 */
void et_attach__detach(struct et_attached *at);

/* Detach, unload and free; takes up to two seconds. NULL is allowed. */
void et_attach__close(struct et_attached *at);

#endif /* ET_ATTACH_H */
