/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads the programs and their maps. */
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
	/* for ET_EMIT_BY_SIZE: smallest size in bytes of a record that is made in the ring */
	__u32 direct_from;
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
	/* Kernel addresses, set by the program collide_find_lanes. */
	const __u64 *lanes;
	/* counter of sent PROCESS_TTY_WRITE records; all sources increment it */
	const __u64 *counter;
	int ring_fds[ET_RINGS];
};

/**
 * collide_object_open() - load all programs
 * @guarded:	load the programs that claim lanes; otherwise those without a guard
 * @config:	configuration of the programs
 * @ring_size:	bytes of each ring, except the ring for wake-ups, which has one page
 * @ret:	receives the loaded object; the caller frees it with collide_object_close()
 *
 * Return: 0 or a negative errno.
 */
int collide_object_open(bool guarded, const struct collide_config *config, __u32 ring_size,
			struct collide_object *ret);

/* The program with this name, which must exist. */
struct bpf_program *collide_object_program(const struct collide_object *o, const char *name);

/* Descriptor of the map with this name, or a negative errno. */
int collide_object_map(const struct collide_object *o, const char *name);

/**
 * collide_object_call() - run a program of type "syscall" in the calling thread
 * @o:		the object
 * @name:	name of the program
 * @arg:	its argument; may be NULL
 * @size:	number of bytes at @arg
 *
 * Return: 0 or a negative errno.
 */
int collide_object_call(const struct collide_object *o, const char *name, void *arg, __u32 size);

/* Unload the programs, and free the members of @o. */
void collide_object_close(struct collide_object *o);

#endif /* TOOLS_COLLIDE_OBJECT_H */
