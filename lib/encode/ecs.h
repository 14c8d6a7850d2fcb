/* SPDX-License-Identifier: BSD-2-Clause */
/* What the format "ecs" prints besides the event's own record. */
#ifndef ET_ENCODE_ECS_H
#define ET_ENCODE_ECS_H

#include <linux/types.h>
#include <stddef.h>

/* The version of the Elastic Common Schema that the documents follow. */
#define ET_ECS_VERSION "9.4.0"

/* Bytes of a path and of a name in struct et_ecs_context that are printed; the rest is cut. */
#define ET_ECS_PATH_MAX 1024
#define ET_ECS_NAME_MAX 64

/* A string of a struct et_ecs_context. */
struct et_ecs_text {
	const char *data; /* any bytes, without a terminating 0 */
	size_t size;      /* 0: not known */
};

/*
 * What is known about the process of an event from earlier events. et_encoder.context points to
 * it, and the encoder prints what is known.
 */
struct et_ecs_context {
	struct et_ecs_text executable;        /* path of the program that the process runs */
	struct et_ecs_text parent_executable; /* likewise, of the parent process */
	__u64 parent_start; /* of the parent process: et_process_start(); 0: not known */
	struct et_ecs_text user, effective_user, group; /* names of ruid, euid and rgid */
};

#endif /* ET_ENCODE_ECS_H */
