/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/dcache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probes/et_probes.skel.h"

#define FOLDER      "/proc/self"
#define SAMPLES_MAX 48
#define SAMPLES_MIN 16
#define NAME_MAX_   32

/* Some open files of a directory, and the directory's own descriptor. */
struct files {
	int folder;
	size_t count;
	int fds[SAMPLES_MAX];
	char names[SAMPLES_MAX][NAME_MAX_];
};

/*
 * Calculate the address of the hash table from each sample: slot - (hash >> shift) * 8. Set
 * *ret_table to the address that most samples give. Return: the number of these samples.
 */
static size_t votes(const struct et_dcache_sample *samples, size_t count, __u32 shift,
		    __u64 *ret_table)
{
	size_t best = 0;

	for (size_t i = 0; i < count; i++) {
		__u64 table = samples[i].slot - (samples[i].hash >> shift) * sizeof(__u64);
		size_t n = 0;

		for (size_t j = 0; j < count; j++)
			n += samples[j].slot == table + (samples[j].hash >> shift) * sizeof(__u64);
		if (n > best) {
			best = n;
			*ret_table = table;
		}
	}
	return best;
}

int et_dcache__derive(const struct et_dcache_sample *samples, size_t count, __u64 *ret_table,
		      __u32 *ret_shift)
{
	if (count < SAMPLES_MIN)
		return -ENOENT;
	for (__u32 shift = 1; shift < 32; shift++) {
		__u64 table = 0;

		if (votes(samples, count, shift, &table) * 4 < count * 3)
			continue;
		*ret_table = table;
		*ret_shift = shift;
		return 0;
	}
	return -ENOENT;
}

static int open_files(struct files *ret)
{
	const struct dirent *entry;
	DIR *dir;

	ret->count = 0;
	ret->folder = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ret->folder < 0)
		return -errno;
	dir = opendir(FOLDER);
	while (dir && ret->count < SAMPLES_MAX && (entry = readdir(dir))) {
		int fd;

		if (entry->d_name[0] == '.' || strlen(entry->d_name) >= NAME_MAX_)
			continue;
		fd = openat(ret->folder, entry->d_name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			continue;
		memcpy(ret->names[ret->count], entry->d_name, strlen(entry->d_name) + 1);
		ret->fds[ret->count++] = fd;
	}
	if (dir)
		closedir(dir);
	return 0;
}

static void close_files(struct files *files)
{
	while (files->count)
		close(files->fds[--files->count]);
	if (files->folder >= 0)
		close(files->folder);
}

/*
 * Run the BPF program of probes/file/dcache.bpf.c for file number @i. Returns 0 or a negative
 * errno.
 */
static int sample(int prog, const struct files *files, size_t i)
{
	__u64 args[] = { (__u64)files->folder, (uintptr_t)files->names[i], (__u64)files->fds[i] };
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = args, .ctx_size_in = sizeof(args));

	return bpf_prog_test_run_opts(prog, &run);
}

static const char *find(struct et_probes *skel, int prog, const struct files *files)
{
	struct et_dcache_sample samples[SAMPLES_MAX];
	__u64 table;
	__u32 shift;

	for (size_t i = 0; i < files->count; i++) {
		if (sample(prog, files, i) < 0)
			return "the kernel does not run a program for trial";
		if (skel->bss->et_dcache_hash != skel->bss->et_dcache_own_hash)
			return "it calculates hashes of names in another way";
		samples[i] = (struct et_dcache_sample){ .slot = skel->bss->et_dcache_slot,
							.hash = skel->bss->et_dcache_hash };
	}
	if (et_dcache__derive(samples, files->count, &table, &shift) < 0)
		return "its dentries are not where one table would have them";
	skel->bss->et_dcache_shift = shift;
	skel->bss->et_dcache_table = table;
	for (size_t i = 0; i < files->count; i++) {
		if (sample(prog, files, i) == 0 && skel->bss->et_dcache_found)
			continue;
		skel->bss->et_dcache_table = 0;
		return "files that are open are not found in it";
	}
	return NULL;
}

void et_dcache__find(const struct et_loaded *loaded, const struct et_log *log)
{
	int prog = bpf_program__fd(loaded->skel->progs.dcache_sample_raw_tp);
	struct files files = { .folder = -1 };
	const char *why;

	if (prog < 0) /* not loaded, because no other BPF program looks up paths */
		return;
	why = open_files(&files) < 0 ? FOLDER " cannot be read" : find(loaded->skel, prog, &files);
	close_files(&files);
	if (why)
		et_log__write(
			log, ET_LOG_WARNING,
			"the kernel's table of file names is not usable: %s. Paths of files in large "
			"folders are the names that processes passed, flagged as unresolved",
			why);
	else
		et_log__write(log, ET_LOG_INFO, "the kernel's table of file names has 2^%u chains",
			      32 - loaded->skel->bss->et_dcache_shift);
}
