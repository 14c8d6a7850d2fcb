/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the name and the boot id of the events' host: into events, and into the header line, which
 * is the first line of an output.
 */
#ifndef ET_ENCODE_IDENTITY_H
#define ET_ENCODE_IDENTITY_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/encode/json_text.h"

/* Room for a host's name and for a boot id, with the terminating 0. */
#define ET_HOST_SIZE    72
#define ET_BOOT_ID_SIZE 40

/* Largest length in bytes of et_identity.members. */
#define ET_IDENTITY_MAX                                                                         \
	(sizeof(",\"host\":,\"boot_id\":") + ET_JSON_SLACK + ET_JSON_STRING_MAX(ET_HOST_SIZE) + \
	 ET_JSON_STRING_MAX(ET_BOOT_ID_SIZE))

/* Room for the header line. */
#define ET_HEADER_MAX (ET_IDENTITY_MAX + 256)

/* The host where events happened. All zero: unknown. */
struct et_identity {
	char host[ET_HOST_SIZE];       /* its name; empty: unknown */
	char boot_id[ET_BOOT_ID_SIZE]; /* the kernel's boot_id; empty: unknown */
	/* `,"host":"a","boot_id":"b"`, with null for an unknown value; no terminating 0 */
	char members[ET_IDENTITY_MAX];
	size_t size; /* length of `members` in bytes */
};

/* Set all members. @host and @boot_id are cut to their room, and may contain any bytes. */
void et_identity_set(struct et_identity *identity, const char *host, const char *boot_id);

/**
 * et_put_header() - write the members of the header line
 * @p:		output, with room for ET_HEADER_MAX bytes
 * @identity:	the host
 * @format:	name of the format of the lines
 *
 * Return: the end of the output, which is `"header":true,...` without braces.
 */
char *et_put_header(char *p, const struct et_identity *identity, const char *format);

/* Room for the id of a process. */
#define ET_ENTITY_ID_SIZE (ET_BOOT_ID_SIZE + sizeof("-4294967295-18446744073709551615"))

/**
 * et_put_entity_id() - write an id of a process that no other process ever has
 * @p:		output, with room for ET_ENTITY_ID_SIZE bytes
 * @boot_id:	the boot id of the host; empty: unknown
 * @tgid:	the process
 * @start:	its start, from et_process_start()
 *
 * Return: the end of the output, which has no quotes and no terminating 0.
 */
char *et_put_entity_id(char *p, const char *boot_id, __u32 tgid, __u64 start);

#endif /* ET_ENCODE_IDENTITY_H */
