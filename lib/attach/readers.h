/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the processes that read the output of a tracer, directly or through pipes of other
 * processes.
 */
#ifndef ET_ATTACH_READERS_H
#define ET_ATTACH_READERS_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/attach/load.h"
#include "lib/include/eventstrace.h"
#include "lib/wire/shared.h"

struct bpf_link;

/**
 * et_readers__begin() - prepare the search for processes that read a tracer's output
 * @loaded:	the loaded BPF programs; nothing is done if the iterator readers_iter is not loaded
 * @ret:	receives a link for et_readers__look(), or NULL
 *
 * Return: 0 or a negative errno.
 */
int et_readers__begin(const struct et_loaded *loaded, struct bpf_link **ret);

/*
 * Search the open files of all processes of this PID namespace for a tracer's output, and update
 * the map `readers`. Needs CAP_BPF before 5.19, and no capability since. Returns 0 or a negative
 * errno.
 */
int et_readers__look(const struct et_loaded *loaded, const struct bpf_link *link);

struct et_reader_row {
	struct et_process process;
	struct et_reader reader;
};

/*
 * Copy at most @max of the processes that the last search has found; ET_READERS is enough for all.
 * Returns their number.
 */
size_t et_readers__list(const struct et_loaded *loaded, struct et_reader_row *ret, size_t max);

/*
 * From now on, leave out the writes of a process that reads a tracer's output through pipes of
 * other processes. Returns 0 or a negative errno.
 */
int et_readers__damp(const struct et_loaded *loaded, const struct et_reader_row *row);

/* Get the processes whose writes were left out: see et_session__left_out(). */
int et_readers__left_out(const struct et_loaded *loaded, struct et_left_out *ret, size_t max,
			 uint64_t *ret_others);

#endif /* ET_ATTACH_READERS_H */
