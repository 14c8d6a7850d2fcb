/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that the format "ecs" prints and that are not in the event's own record. */
#ifndef ET_ENCODE_ECS_H
#define ET_ENCODE_ECS_H

#include <linux/types.h>
#include <stddef.h>

/* The version of the Elastic Common Schema that the documents follow. */
#define ET_ECS_VERSION "9.4.0"

/*
 * Largest number of bytes of a path and of a name in struct et_ecs_context. The encoder cuts longer
 * paths and names.
 */
#define ET_ECS_PATH_MAX 1024
#define ET_ECS_NAME_MAX 64

/* A string of a struct et_ecs_context. */
struct et_ecs_text {
	const char *data; /* any bytes, without a terminating 0 */
	size_t size;      /* 0: not known */
};

/*
 * Values about an event's process that earlier events reported. et_encoder.context points to this
 * struct. The encoder prints the values that are known.
 */
struct et_ecs_context {
	struct et_ecs_text executable;        /* path of the program that the process runs */
	struct et_ecs_text parent_executable; /* path of the program of the parent process */
	__u64 parent_start; /* start of the parent, from et_process_start(); 0: not known */
	struct et_ecs_text user, effective_user, group; /* names of ruid, euid and rgid */
};

#endif /* ET_ENCODE_ECS_H */
