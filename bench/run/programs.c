/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/programs.h"

#include <dirent.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

int programs_count_time(int *ret_fd)
{
	int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

/*
 * The kernel cuts the program's name in bpf_prog_info after 15 bytes. The function's name in BTF is
 * complete.
 */
static void full_name(int fd, const struct bpf_prog_info *info, char *ret, size_t size)
{
	struct bpf_func_info func = { 0 };
	struct bpf_prog_info again = { .nr_func_info = 1,
				       .func_info_rec_size = sizeof(func),
				       .func_info = (__u64)(unsigned long)&func };
	__u32 len = sizeof(again);
	const struct btf_type *type;
	struct btf *btf;

	snprintf(ret, size, "%s", info->name);
	if (!info->btf_id || bpf_obj_get_info_by_fd(fd, &again, &len) < 0)
		return;
	btf = btf__load_from_kernel_by_id(info->btf_id);
	if (!btf)
		return;
	type = btf__type_by_id(btf, func.type_id);
	if (type)
		snprintf(ret, size, "%s", btf__name_by_offset(btf, type->name_off));
	btf__free(btf);
}

static int ask(const struct program *p, struct bpf_prog_info *info)
{
	__u32 len = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(p->fd, info, &len) < 0 ? -errno : 0;
}

/*
 * Return: the ID of the program behind a process's descriptor; 0: the descriptor is not a program.
 */
static __u32 id_of(pid_t pid, const char *fd)
{
	char path[320], line[128];
	unsigned int id = 0, type;
	bool is_program = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", (int)pid, fd);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		/* Links have a prog_id, too, but no prog_type. */
		if (sscanf(line, "prog_type: %u", &type) == 1)
			is_program = true;
		sscanf(line, "prog_id: %u", &id);
	}
	fclose(f);
	return is_program ? id : 0;
}

static int by_name(const void *a, const void *b)
{
	const struct program *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int add(struct programs *all, __u32 id)
{
	struct program p = { .fd = bpf_prog_get_fd_by_id(id) };
	struct bpf_prog_info info;
	int r;

	if (p.fd < 0)
		return -errno;
	r = all->count == PROGRAMS_MAX ? -E2BIG : ask(&p, &info);
	if (r < 0) {
		close(p.fd);
		return r;
	}
	full_name(p.fd, &info, p.name, sizeof(p.name));
	p.runs = info.run_cnt;
	p.run_ns = info.run_time_ns;
	p.verified_instructions = info.verified_insns;
	all->v[all->count++] = p;
	return 0;
}

int programs_open(pid_t pid, struct programs *ret)
{
	struct programs all = { .count = 0 };
	__u32 ids[PROGRAMS_MAX];
	const struct dirent *e;
	size_t count = 0;
	char path[64];
	DIR *dir;
	int r = 0;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo", (int)pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (r == 0 && (e = readdir(dir))) {
		__u32 id = *e->d_name == '.' ? 0 : id_of(pid, e->d_name);

		for (size_t i = 0; i < count; i++)
			id = ids[i] == id ? 0 : id;
		if (!id)
			continue;
		r = add(&all, id);
		if (r == 0)
			ids[count++] = id;
	}
	closedir(dir);
	if (r < 0) {
		programs_close(&all);
		return r;
	}
	qsort(all.v, all.count, sizeof(*all.v), by_name);
	*ret = all;
	return 0;
}

void programs_newest(struct programs_newest *ret)
{
	ret->program = ret->map = 0;
	while (bpf_prog_get_next_id(ret->program, &ret->program) == 0)
		;
	while (bpf_map_get_next_id(ret->map, &ret->map) == 0)
		;
}

/* Kernel memory of a map in bytes; 0: the map no longer exists. */
static uint64_t map_memory(__u32 id)
{
	unsigned long long bytes = 0;
	int fd = bpf_map_get_fd_by_id(id);
	char path[64], line[128];
	FILE *f;

	if (fd < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "memlock: %llu", &bytes);
	if (f)
		fclose(f);
	close(fd);
	return bytes;
}

int programs_open_after(const struct programs_newest *then, struct programs *ret,
			uint64_t *ret_locked)
{
	struct programs all = { .count = 0 };
	__u32 id = then->program;
	uint64_t locked = 0;
	int r = 0;

	while (r == 0 && bpf_prog_get_next_id(id, &id) == 0) {
		r = add(&all, id);
		/* The program was unloaded meanwhile. */
		r = r == -ENOENT ? 0 : r;
	}
	if (r < 0) {
		programs_close(&all);
		return r;
	}
	id = then->map;
	while (bpf_map_get_next_id(id, &id) == 0)
		locked += map_memory(id);
	qsort(all.v, all.count, sizeof(*all.v), by_name);
	*ret = all;
	*ret_locked = locked;
	return 0;
}

int programs_take(struct programs *programs)
{
	struct bpf_prog_info info;
	int r = 0;

	for (size_t i = 0; i < programs->count && r == 0; i++) {
		struct program *p = &programs->v[i];

		r = ask(p, &info);
		p->runs = info.run_cnt - p->runs;
		p->run_ns_before = p->run_ns;
		p->run_ns = info.run_time_ns - p->run_ns_before;
	}
	programs_close(programs);
	return r;
}

int programs_run_ns(const struct programs *programs, uint64_t *ret)
{
	struct bpf_prog_info info;
	uint64_t sum = 0;
	int r = 0;

	for (size_t i = 0; i < programs->count && r == 0; i++) {
		r = ask(&programs->v[i], &info);
		sum += r == 0 ? info.run_time_ns : 0;
	}
	if (r == 0)
		*ret = sum;
	return r;
}

void programs_close(struct programs *programs)
{
	for (size_t i = 0; i < programs->count; i++) {
		if (programs->v[i].fd >= 0)
			close(programs->v[i].fd);
		programs->v[i].fd = -1;
	}
}
