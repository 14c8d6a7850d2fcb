/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "lib/decode/record_builder.h"
#include "lib/wire/vars.h"

static const struct {
	__u16 fixed;
	__u8 ring;
} events[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING_, doc) \
	[id] = { sizeof(struct et_##name), ET_RING_##RING_ },
#include "lib/wire/schema.def"
};

static const __u32 caps[ET_VAR_TYPES] = {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) [id] = (cap),
#include "lib/wire/schema.def"
};

void *et_record_begin(struct et_record *rec, enum et_event_type type)
{
	memset(rec->bytes, 0, events[type].fixed);
	rec->hdr.size = events[type].fixed;
	rec->hdr.type = type;
	rec->hdr.version = ET_WIRE_VERSION;
	rec->hdr.format = ET_FORMAT_VARLEN;
	rec->hdr.ring = events[type].ring;
	rec->hdr.fixed = events[type].fixed;
	return rec->bytes;
}

void et_record_var_raw(struct et_record *rec, struct et_var var, const void *data, size_t room)
{
	unsigned char *p = rec->bytes + rec->hdr.size;

	if (sizeof(var) + room + ET_VAR_ALIGN > sizeof(rec->bytes) - rec->hdr.size)
		abort();

	memcpy(p, &var, sizeof(var));
	memset(p + sizeof(var), 0, ET_VAR_ALIGNED(room));
	if (room)
		memcpy(p + sizeof(var), data, room);
	rec->hdr.size += sizeof(var) + ET_VAR_ALIGNED(room);
	rec->hdr.vars++;
}

void et_record_var(struct et_record *rec, enum et_var_type type, const void *data, size_t size)
{
	struct et_var var = { .orig = size, .size = size, .type = type };

	if (size > caps[type]) {
		var.size = caps[type];
		var.flags = ET_VAR_F_TRUNCATED;
	}
	et_record_var_raw(rec, var, data, var.size);
}

void et_record_var_str(struct et_record *rec, enum et_var_type type, const char *str)
{
	et_record_var(rec, type, str, strlen(str));
}

void et_record_make_fixed(struct et_record *rec)
{
	static struct et_record packed;
	struct et_var_iter it;
	unsigned char *p = rec->bytes + rec->hdr.fixed;

	packed = *rec;
	rec->hdr.format = ET_FORMAT_FIXED;
	rec->hdr.vars = 0;
	ET_FOR_EACH_VAR (&it, packed.bytes, packed.hdr.size) {
		size_t cap = it.var->type < ET_VAR_TYPES ? caps[it.var->type] : 0;

		if (!cap)
			continue;
		if (it.var->size > cap || sizeof(*it.var) + cap > sizeof(*rec) - (p - rec->bytes))
			abort();
		memcpy(p, it.var, sizeof(*it.var));
		p += sizeof(*it.var);
		memset(p, 0xa5, cap);
		memcpy(p, it.data, it.var->size);
		p += cap;
		rec->hdr.vars++;
	}
	if (it.error)
		abort();
	rec->hdr.size = p - rec->bytes;
}
