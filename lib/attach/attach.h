/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaches programs for a set of wanted events: chooses, loads and attaches them. If a candidate
 * fails, it falls back to the next one.
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
	__u64 events; /* mask of ET_EVENT_BIT, at least one, all known */
	enum et_attach_kind kind;
	enum et_emit_request wire_format;
	bool wakeup_always;
	bool fair;            /* users have shares of the rings */
	bool record_feedback; /* as in struct et_options */
	/* As in struct et_load_config. */
	size_t ring_sizes[ET_RING_CLASSES];
	__u64 memory_budget;
	bool trial; /* for et_probe(): attaching nothing is a valid result */
	/* As in struct et_options. */
	const uint64_t *quiet_ttys;
	size_t quiet_tty_count;
	__u32 quiet_pgid;
	const uint64_t *quiet_pgid_ttys;
	size_t quiet_pgid_tty_count;
	const struct et_filter_set *filters;
	bool filters_in_pidns;
	int output_fd, record_fd; /* -1: none */
	const struct et_env_set *env;
};

/**
 * et_attach__open() - attach what the events need
 * @config:	the wanted events and options
 * @log:	receives what does not work; must outlive the result
 * @ret:	receives the result; the caller frees it with et_attach__close()
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno, as et_session__open().
 */
int et_attach__open(const struct et_attach_config *config, const struct et_log *log,
		    struct et_attached **ret, struct et_error *err);

/* The loaded programs; they live with @at. The object is NULL if nothing could be loaded. */
const struct et_loaded *et_attach__loaded(const struct et_attached *at);

/* Mask of the events that are attached. */
__u64 et_attach__events(const struct et_attached *at);

/* Each candidate of each wanted event: as et_session__hooks(). Lives with @at. */
const struct et_hook *et_attach__hooks(const struct et_attached *at, size_t *ret_count);

/* The emit mode; lives with @at. */
const struct et_emit_choice *et_attach__emit_choice(const struct et_attached *at);

/* The kernel's features that have been tried; the caller may try more. Lives with @at. */
struct et_feature_set *et_attach__features(struct et_attached *at);

/* Number of processes in a filter's trees that found no room. */
__u64 et_attach__tree_missed(const struct et_attached *at);

/* True if another process has stopped the programs, by writing to their memory. */
bool et_attach__was_switched_off(const struct et_attached *at);

/* Search again for processes that read an output. Return: 0 or a negative errno. */
int et_attach__look_for_readers(const struct et_attached *at);

/* The readers of the last search: as et_readers__list() and et_readers__damp(). */
size_t et_attach__readers(const struct et_attached *at, struct et_reader_row *ret, size_t max);
int et_attach__damp(const struct et_attached *at, const struct et_reader_row *row);

/* As et_session__left_out(). */
int et_attach__left_out(const struct et_attached *at, struct et_left_out *ret, size_t max,
			uint64_t *ret_others);

/* Number of times that the kernel skipped a program run: there may have been events. */
__u64 et_attach__skipped(const struct et_attached *at);

/**
 * et_attach__stop() - stop all programs from recording, and wait for those that still run
 * @at:	the attached programs
 *
* Takes milliseconds. et_attach__detach() takes a second or two: the kernel waits for a grace
 * period for each system call's tracepoint that it frees. Programs stay on their hooks until
* et_attach__close(), and check a flag. When this returns, nothing more is put into the rings.
 */
void et_attach__stop(struct et_attached *at);

/**
 * et_attach__detach() - detach all programs, and wait for those that still run
 * @at:	the attached programs
 *
 * Maps and rings stay. When this returns, nothing more is put into them. May be called again.
 */
void et_attach__detach(struct et_attached *at);

/* Detach, unload and free; takes up to two seconds. NULL is allowed. */
void et_attach__close(struct et_attached *at);

#endif /* ET_ATTACH_H */
