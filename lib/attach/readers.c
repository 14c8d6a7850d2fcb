/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/readers.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/attach/iter.h"
#include "lib/wire/bpf_config.h"
#include "lib/wire/shared.h"
#include "probes/et_probes.skel.h"

/*
 * Largest number of runs of the iterator in one search. Each run also finds the processes that read
 * a pipe of a process found by the run before.
 */
#define PASSES_MAX 8

/*
 * Copy all keys of a map with at most ET_READERS entries. Returns their number. The limit is
 * needed, because the kernel restarts the iteration if a key is deleted meanwhile.
 */
static size_t keys_of(int fd, void *keys, size_t key_size)
{
	char *to = keys;
	size_t n = 0;

	while (n < ET_READERS &&
	       bpf_map_get_next_key(fd, n ? to + (n - 1) * key_size : NULL, to + n * key_size) == 0)
		n++;
	return n;
}

/* Delete from the maps the processes and pipes that this search has not found again. */
static void drop_others(const struct et_probes *skel)
{
	int readers = bpf_map__fd(skel->maps.readers), pipes = bpf_map__fd(skel->maps.reader_pipes);
	struct et_process processes[ET_READERS];
	struct et_reader_pipe inodes[ET_READERS];
	size_t count = keys_of(readers, processes, sizeof(processes[0]));
	struct et_reader found;
	__u64 bits = 0;

	for (size_t i = 0; i < count; i++) {
		if (bpf_map_lookup_elem(readers, &processes[i], &found) < 0)
			continue;
		if (found.pass == skel->bss->et_readers_search)
			bits |= 1ULL << (processes[i].tgid & 63);
		else
			bpf_map_delete_elem(readers, &processes[i]);
	}
	skel->bss->et_reader_bits = bits;
	count = keys_of(pipes, inodes, sizeof(inodes[0]));
	for (size_t i = 0; i < count; i++)
		if (bpf_map_lookup_elem(pipes, &inodes[i], &found) == 0 &&
		    found.pass != skel->bss->et_readers_search)
			bpf_map_delete_elem(pipes, &inodes[i]);
}

int et_readers__look(const struct et_loaded *loaded, const struct bpf_link *link)
{
	struct et_probes *skel = loaded->skel;
	int r = 0, passes = 0;
	__u64 added;

	if (!link)
		return 0;
	skel->bss->et_readers_search++;
	do {
		added = skel->bss->et_readers_added;
		r = et_iter__run(link);
	} while (r == 0 && skel->bss->et_readers_added != added && ++passes < PASSES_MAX);
	if (r == 0)
		drop_others(skel);
	return r;
}

size_t et_readers__list(const struct et_loaded *loaded, struct et_reader_row *ret, size_t max)
{
	int fd = loaded->skel ? bpf_map__fd(loaded->skel->maps.readers) : -1;
	struct et_process keys[ET_READERS];
	size_t count = fd < 0 ? 0 : keys_of(fd, keys, sizeof(keys[0])), n = 0;

	for (size_t i = 0; i < count && n < max; i++) {
		ret[n].process = keys[i];
		if (bpf_map_lookup_elem(fd, &keys[i], &ret[n].reader) == 0)
			n++;
	}
	return n;
}

int et_readers__damp(const struct et_loaded *loaded, const struct et_reader_row *row)
{
	struct et_reader damped = row->reader;

	damped.damped = 1;
	return bpf_map_update_elem(bpf_map__fd(loaded->skel->maps.readers), &row->process, &damped,
				   BPF_EXIST);
}

int et_readers__begin(const struct et_loaded *loaded, struct bpf_link **ret)
{
	struct bpf_link *link;

	if (!bpf_program__autoload(loaded->skel->progs.readers_iter))
		return 0;
	link = bpf_program__attach(loaded->skel->progs.readers_iter);
	if (!link)
		return -errno;
	*ret = link;
	return 0;
}

int et_readers__left_out(const struct et_loaded *loaded, struct et_left_out *ret, size_t max,
			 uint64_t *ret_others)
{
	int fd = loaded->skel ? bpf_map__fd(loaded->skel->maps.unrecorded) : -1;
	struct et_process key, next;
	struct et_unrecorded value;
	void *prev = NULL;
	size_t n = 0;

	*ret_others = 0;
	if (fd < 0)
		return 0;
	for (; n < max && bpf_map_get_next_key(fd, prev, &next) == 0; prev = &key) {
		key = next;
		if (bpf_map_lookup_elem(fd, &key, &value) < 0)
			continue;
		ret[n] = (struct et_left_out){ .tgid = (unsigned int)key.tgid,
					       .events = value.events };
		memcpy(ret[n++].comm, value.comm, sizeof(value.comm));
	}
	*ret_others = loaded->skel->bss->et_unrecorded_others;
	return (int)n;
}
