/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/collide/object.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/wire/bpf_config.h"
#include "tools/collide/collide_guarded.skel.h"
#include "tools/collide/collide_unguarded.skel.h"

/*
 * Functions that open and destroy a skeleton. The two skeletons have the same source, but different
 * C types.
 */
#define DEFINE_OPEN(name)                                                        \
	static void destroy_##name(void *skel)                                   \
	{                                                                        \
		name##__destroy(skel);                                           \
	}                                                                        \
                                                                                 \
	static int open_##name(const struct collide_config *config, __u32 slots, \
			       struct collide_object *o)                         \
	{                                                                        \
		struct name *skel = name##__open();                              \
                                                                                 \
		if (!skel)                                                       \
			return errno ? -errno : -ENOMEM;                         \
		o->mode = config->mode;                                          \
		skel->rodata->et_config.emit_mode = config->mode;                \
		skel->rodata->et_config.direct_from = config->direct_from;       \
		skel->rodata->et_config.fair = true;                             \
		skel->rodata->collide_tgid = config->tgid;                       \
		skel->rodata->collide_cpu = config->cpu;                         \
		skel->rodata->collide_syscall = config->syscall;                 \
		skel->rodata->collide_bytes = (uintptr_t)config->bytes;          \
		skel->rodata->collide_text = (uintptr_t)config->text;            \
		skel->rodata->collide_strings = (uintptr_t)config->strings;      \
		o->skel = skel;                                                  \
		o->destroy = destroy_##name;                                     \
		o->obj = skel->obj;                                              \
		return bpf_map__set_max_entries(skel->maps.scratch, slots);      \
	}                                                                        \
                                                                                 \
	static void find_##name(struct collide_object *o)                        \
	{                                                                        \
		struct name *skel = o->skel;                                     \
                                                                                 \
		o->reader_sleeping = &skel->bss->et_reader_sleeping;             \
		o->lanes = skel->bss->collide_lanes;                             \
		o->counter = &skel->bss->collide_counter;                        \
	}                                                                        \
                                                                                 \
	static int load_##name(struct collide_object *o)                         \
	{                                                                        \
		int r = name##__load(o->skel);                                   \
                                                                                 \
		if (r == 0)                                                      \
			find_##name(o);                                          \
		return r;                                                        \
	}

DEFINE_OPEN(collide_guarded)
DEFINE_OPEN(collide_unguarded)

/* Print the verifier's errors. Omit libbpf's message about a map whose values have no BTF type. */
__attribute__((format(printf, 2, 0))) static int print(enum libbpf_print_level level,
						       const char *fmt, va_list ap)
{
	if (level != LIBBPF_WARN || strstr(fmt, "Retrying without BTF"))
		return 0;
	return vfprintf(stderr, fmt, ap);
}

static int make_rings(struct collide_object *o, __u32 size)
{
	int outer = collide_object_map(o, "rings");

	for (__u32 i = 0; i < ET_RINGS; i++) {
		__u32 bytes = i == ET_RING_WAKE ? (__u32)sysconf(_SC_PAGESIZE) : size;
		int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "et_collide", 0, 0, bytes, NULL), r;

		if (fd < 0)
			return fd;
		o->ring_fds[i] = fd;
		r = bpf_map_update_elem(outer, &i, &fd, BPF_ANY);
		if (r < 0)
			return r;
	}
	return 0;
}

int collide_object_open(bool guarded, const struct collide_config *config, __u32 ring_size,
			struct collide_object *ret)
{
	struct collide_object o = { 0 };
	struct bpf_program *prog;
	int cpus = libbpf_num_possible_cpus(), r;

	if (cpus < 0)
		return cpus;
	libbpf_set_print(print);
	for (int i = 0; i < ET_RINGS; i++)
		o.ring_fds[i] = -1;
	r = (guarded ? open_collide_guarded : open_collide_unguarded)(config,
								      (__u32)cpus * ET_LANES, &o);
	if (r == 0) {
		bpf_object__for_each_program (prog, o.obj)
			bpf_program__set_autoload(prog, true);
		r = (guarded ? load_collide_guarded : load_collide_unguarded)(&o);
	}
	if (r == 0)
		r = make_rings(&o, ring_size);
	if (r < 0) {
		collide_object_close(&o);
		return r;
	}
	*ret = o;
	return 0;
}

struct bpf_program *collide_object_program(const struct collide_object *o, const char *name)
{
	return bpf_object__find_program_by_name(o->obj, name);
}

int collide_object_map(const struct collide_object *o, const char *name)
{
	return bpf_object__find_map_fd_by_name(o->obj, name);
}

int collide_object_call(const struct collide_object *o, const char *name, void *arg, __u32 size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = arg, .ctx_size_in = size);

	return bpf_prog_test_run_opts(bpf_program__fd(collide_object_program(o, name)), &opts);
}

void collide_object_close(struct collide_object *o)
{
	for (int i = 0; i < ET_RINGS; i++)
		if (o->ring_fds[i] >= 0)
			close(o->ring_fds[i]);
	if (o->skel)
		o->destroy(o->skel);
	o->skel = NULL;
}
