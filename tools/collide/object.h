/* SPDX-License-Identifier: BSD-2-Clause */
/* The loaded programs and their maps. */
#ifndef TOOLS_COLLIDE_OBJECT_H
#define TOOLS_COLLIDE_OBJECT_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/wire/shared.h"

struct bpf_object;
struct bpf_program;

/* Configuration of the programs, set before they are loaded. */
struct collide_config {
	enum et_emit_mode mode;
	__u32 direct_from; /* bytes, for ET_EMIT_BY_SIZE */
	__u32 tgid;
	__u32 cpu;
	__u32 syscall;
	const void *bytes;
	const void *text;
	const void *strings;
};

struct collide_object {
	void *skel;
	void (*destroy)(void *skel);
	struct bpf_object *obj;
	volatile __u32 *reader_sleeping;
	enum et_emit_mode mode;
	/* Kernel addresses; set after collide_find_lanes has run. */
	const __u64 *lanes;
	const __u64 *counter; /* of sent records; all sources increment it */
	int ring_fds[ET_RINGS];
};

/**
 * collide_object_open() - load all programs
 * @guarded:	load the programs that claim lanes; otherwise those that collide
 * @config:	configuration of the programs
 * @ring_size:	bytes of each ring; the ring that only wakes the reader has one page
 * @ret:	receives the loaded object; the caller frees it with collide_object_close()
 *
 * Return: 0 or a negative errno.
 */
int collide_object_open(bool guarded, const struct collide_config *config, __u32 ring_size,
			struct collide_object *ret);

/* The program with this name, which must exist. */
struct bpf_program *collide_object_program(const struct collide_object *o, const char *name);

/* Descriptor of a map by its name, or a negative errno. */
int collide_object_map(const struct collide_object *o, const char *name);

/**
 * collide_object_call() - run a program of type "syscall" in this thread
 * @o:		the object
 * @name:	name of the program
 * @arg:	its argument; may be NULL
 * @size:	bytes at @arg
 *
 * Return: 0 or a negative errno.
 */
int collide_object_call(const struct collide_object *o, const char *name, void *arg, __u32 size);

/* Unload everything. */
void collide_object_close(struct collide_object *o);

#endif /* TOOLS_COLLIDE_OBJECT_H */
