/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/encode/identity.h"

#include <linux/types.h>
#include <string.h>

#include "lib/encode/numbers.h"
#include "lib/encode/put.h"
#include "lib/include/eventstrace.h"
#include "lib/wire/wire.h"

static char *put_text(char *p, const char *text)
{
	return *text ? et_json_put_string(p, text, strlen(text)) : PUT(p, "null");
}

static void copy_text(char *to, size_t room, const char *text)
{
	size_t len = strnlen(text, room - 1);

	memcpy(to, text, len);
	to[len] = '\0';
}

void et_identity_set(struct et_identity *identity, const char *host, const char *boot_id)
{
	char *p = identity->members;

	copy_text(identity->host, sizeof(identity->host), host);
	copy_text(identity->boot_id, sizeof(identity->boot_id), boot_id);
	p = put_text(PUT(p, ",\"host\":"), identity->host);
	p = put_text(PUT(p, ",\"boot_id\":"), identity->boot_id);
	identity->size = (size_t)(p - identity->members);
}

char *et_put_header(char *p, const struct et_identity *identity, const char *format)
{
	p = PUT(p, "\"header\":true,\"schema\":\"eventstrace\",\"schema_version\":");
	p = et_put_u32(p, ET_GENERATION);
	p = PUT(p, ",\"program\":\"eventstrace\",\"program_version\":\"");
	p = et_put_u32(p, ET_VERSION_MAJOR);
	*p++ = '.';
	p = et_put_u32(p, ET_VERSION_MINOR);
	*p++ = '.';
	p = et_put_u32(p, ET_VERSION_PATCH);
	p = et_put_text(PUT(p, "\",\"format\":\""), format);
	*p++ = '"';
	memcpy(p, identity->members, identity->size);
	p += identity->size;
	return PUT(p, ",\"clock\":\"CLOCK_MONOTONIC\"");
}

char *et_put_entity_id(char *p, const char *boot_id, __u32 tgid, __u64 start)
{
	p = et_put_text(p, boot_id);
	*p++ = '-';
	p = et_put_u32(p, tgid);
	*p++ = '-';
	return et_put_u64(p, start);
}
