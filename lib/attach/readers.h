/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes that read the output of a tracer, directly or through pipes of others. */
#ifndef ET_ATTACH_READERS_H
#define ET_ATTACH_READERS_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/attach/load.h"
#include "lib/include/eventstrace.h"
#include "lib/wire/shared.h"

struct bpf_link;

/**
 * et_readers__begin() - be able to look for readers
 * @loaded:	the programs; nothing is done if that which looks is not among them
 * @ret:	receives a link for et_readers__look(), or NULL
 *
 * Return: 0 or a negative errno.
 */
int et_readers__begin(const struct et_loaded *loaded, struct bpf_link **ret);

/*
 * Look through all open files of this PID namespace: who reads, and who does so no more. Needs no
 * capability since 5.19, and CAP_BPF before. Return: 0 or a negative errno.
 */
int et_readers__look(const struct et_loaded *loaded, const struct bpf_link *link);

struct et_reader_row {
	struct et_process process;
	struct et_reader reader;
};

/* Who was found last, at most ET_READERS. Return: how many. */
size_t et_readers__list(const struct et_loaded *loaded, struct et_reader_row *ret, size_t max);

/* Leave out what a process writes that is some hops away. Return: 0 or a negative errno. */
int et_readers__damp(const struct et_loaded *loaded, const struct et_reader_row *row);

/* Of which processes writes were left out: as et_session__left_out(). */
int et_readers__left_out(const struct et_loaded *loaded, struct et_left_out *ret, size_t max,
			 uint64_t *ret_others);

#endif /* ET_ATTACH_READERS_H */
