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
 * et_readers__begin() - prepare the search for readers
 * @loaded:	the loaded programs; nothing is done if readers_iter is not loaded
 * @ret:	receives a link for et_readers__look(), or NULL
 *
 * Return: 0 or a negative errno.
 */
int et_readers__begin(const struct et_loaded *loaded, struct bpf_link **ret);

/*
 * Search the open files of all processes of this PID namespace for readers. Also removes former
 * readers. Needs CAP_BPF before 5.19, and no capability since. Return: 0 or a negative errno.
 */
int et_readers__look(const struct et_loaded *loaded, const struct bpf_link *link);

struct et_reader_row {
	struct et_process process;
	struct et_reader reader;
};

/* Copy the readers that the last search found, at most ET_READERS. Return: their number. */
size_t et_readers__list(const struct et_loaded *loaded, struct et_reader_row *ret, size_t max);

/*
 * Stop recording the writes of a process that reads the output through pipes of other processes.
 * Return: 0 or a negative errno.
 */
int et_readers__damp(const struct et_loaded *loaded, const struct et_reader_row *row);

/* The processes whose writes were not recorded: see et_session__left_out(). */
int et_readers__left_out(const struct et_loaded *loaded, struct et_left_out *ret, size_t max,
			 uint64_t *ret_others);

#endif /* ET_ATTACH_READERS_H */
