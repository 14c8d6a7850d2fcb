/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Generates a text that shows the whole record format: sizes, offsets, IDs, caps, layouts.
 * Recordings depend on the IDs in lines that begin with "event", "var" and "value", and on the
 * "layout" lines of earlier generations. These must never change.
 */
#include <linux/types.h>
#include <stddef.h>

#include "lib/wire/gen.h"
#include "lib/wire/hash.h"
#include "lib/wire/schema.h"

#define SIZE_OF(type, member) sizeof(((type *)NULL)->member)
#define ROW(type, member)                                                              \
	fprintf(f, "\t%-22s offset %4zu size %3zu\n", #member, offsetof(type, member), \
		SIZE_OF(type, member))
#define VALUE(name) fprintf(f, "\t%-22s %d\n", #name, (int)(name))

static void gen_wire(FILE *f)
{
	fprintf(f, "wire version %d, variable fields aligned to %d\n", ET_WIRE_VERSION,
		ET_VAR_ALIGN);

	fprintf(f, "\nheader size %zu\n", sizeof(struct et_header));
	ROW(struct et_header, ts);
	ROW(struct et_header, seq);
	ROW(struct et_header, size);
	ROW(struct et_header, type);
	ROW(struct et_header, version);
	ROW(struct et_header, format);
	ROW(struct et_header, cpu);
	ROW(struct et_header, lane);
	ROW(struct et_header, ring);
	ROW(struct et_header, vars);
	ROW(struct et_header, fixed);

	fprintf(f, "\nvariable field's header size %zu\n", sizeof(struct et_var));
	ROW(struct et_var, orig);
	ROW(struct et_var, size);
	ROW(struct et_var, type);
	ROW(struct et_var, flags);

	fprintf(f, "\nvalues\n");
	VALUE(ET_FORMAT_VARLEN);
	VALUE(ET_FORMAT_FIXED);
	VALUE(ET_RING_LIFECYCLE);
	VALUE(ET_RING_BULK);
	VALUE(ET_VAR_F_TRUNCATED);
	VALUE(ET_VAR_F_FAULT);
	VALUE(ET_VAR_F_DELETED);
	VALUE(ET_VAR_F_UNREACHABLE);
	VALUE(ET_VAR_F_PARTIAL);
	VALUE(ET_VAR_F_UNRESOLVED);
}

/* For each event and synthetic record, write the hash of its layout in each generation. */
static void gen_layouts(FILE *f)
{
	fprintf(f, "\n");
	for (unsigned int generation = 1; generation <= ET_GENERATION; generation++) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)    \
	fprintf(f, "layout %u %s hash %016llx\n", generation, #NAME, \
		(unsigned long long)et_wire_layout_hash(ET_##NAME, generation));
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#include "lib/wire/schema.def"
	}
}

void et_gen_abi(FILE *f)
{
	gen_wire(f);
	gen_layouts(f);

	fprintf(f, "\n");
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) \
	fprintf(f, "var %d %s %s cap %d\n", (id), #NAME, #KIND, (cap));
#include "lib/wire/schema.def"

#define ET_ENUM_BEGIN(NAME, name, doc) fprintf(f, "\nenum %s\n", #name);
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) \
	fprintf(f, "value %d %s in one byte\n", (number), #ENUM "_" #NAME);
#include "lib/wire/schema.def"

#define ET_STRUCT_BEGIN(name, doc)             \
	{                                      \
		typedef struct et_##name type; \
		fprintf(f, "\nstruct %s size %zu\n", #name, sizeof(type));
#define ET_STRUCT_END(name) }
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)                             \
	{                                                                                     \
		typedef struct et_##name type;                                                \
		fprintf(f, "\nevent %d %s %s ring %s size %zu\n", (id), #NAME, (flag), #RING, \
			sizeof(type));
#define ET_EVENT_END(name) }
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) \
	{                                       \
		typedef struct et_##name type;  \
		fprintf(f, "\nnote %d %s size %zu\n", (id), #NAME, sizeof(type));
#define ET_SYNTHETIC_END(name) }
#define ET_FIELD(owner, KIND, name, doc)                                              \
	fprintf(f, "\t%-22s offset %4zu size %3zu %s\n", #name, offsetof(type, name), \
		SIZE_OF(type, name), #KIND);
#define ET_ENUM(owner, enum_, name, doc)                                                   \
	fprintf(f, "\t%-22s offset %4zu size %3zu enum %s\n", #name, offsetof(type, name), \
		SIZE_OF(type, name), #enum_);
#define ET_SUB(owner, sub, name, doc)                                                        \
	fprintf(f, "\t%-22s offset %4zu size %3zu struct %s\n", #name, offsetof(type, name), \
		SIZE_OF(type, name), #sub);
#define ET_PAD(owner, n, bytes) \
	fprintf(f, "\t%-22s offset %4zu size %3d\n", "(padding)", offsetof(type, pad##n), (bytes));
#define ET_VAR(owner, NAME, name, doc) fprintf(f, "\t%-22s var %s\n", #name, #NAME);
#include "lib/wire/schema.def"
}
