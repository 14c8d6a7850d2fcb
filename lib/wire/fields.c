/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lists the members of each event's JSON object, for programs that print or select them. */
#include <linux/types.h>
#include <pthread.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/schema.h"

/* A row of schema.def that defines a member of an event or of a struct. */
struct row {
	const char *owner; /* the event or struct that has the member */
	const char *name, *type;
	const char *sub; /* the struct's name, if the member is a struct; else NULL */
	const char *doc;
};

#define ET_TYPE_U8    "number"
#define ET_TYPE_U16   "number"
#define ET_TYPE_U32   "number"
#define ET_TYPE_U64   "number"
#define ET_TYPE_S32   "number"
#define ET_TYPE_S64   "number"
#define ET_TYPE_MODE  "number"
#define ET_TYPE_BOOL  "true or false"
#define ET_TYPE_DEC32 "string"
#define ET_TYPE_DEC64 "string"
#define ET_TYPE_COMM  "string"
#define ET_TYPE_RING  "string"
#define ET_TYPE_EVENT "string"
#define ET_TYPE_ADDR  "string"
#define ET_TYPE_STR   "string"
#define ET_TYPE_BYTES "string"
#define ET_TYPE_LIST  "strings"

#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) static const char type_##NAME[] = ET_TYPE_##KIND;
#include "lib/wire/schema.def"

static const struct row rows[] = {
#define ET_FIELD(owner, KIND, name, doc) { #owner, #name, ET_TYPE_##KIND, NULL, (doc) },
#define ET_ENUM(owner, enum_, name, doc) { #owner, #name, "string", NULL, (doc) },
#define ET_SUB(owner, type, name, doc)   { #owner, #name, "object", #type, (doc) },
#define ET_VAR(owner, NAME, name, doc)   { #owner, #name, type_##NAME, NULL, (doc) },
#include "lib/wire/schema.def"
};

static const char *const owners[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = #name,
#include "lib/wire/schema.def"
};

#define ROWS       (sizeof(rows) / sizeof(*rows))
#define FIELDS_MAX 96

/* The members of each event's JSON object; filled by add_all(). */
static struct {
	struct et_field_info fields[FIELDS_MAX];
	size_t count;
} events[ET_EVENT_TYPES];

/*
 * Add the members of @owner to the list of event @id. @owner is the event itself (then @parent is
 * NULL), or the struct of the event's member @parent.
 */
static void add(unsigned int id, const char *owner, const char *parent)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].owner, owner) != 0 || events[id].count == FIELDS_MAX)
			continue;
		events[id].fields[events[id].count++] = (struct et_field_info){
			.parent = parent,
			.name = rows[i].name,
			.type = rows[i].type,
			.doc = rows[i].doc,
		};
		if (rows[i].sub && !parent)
			add(id, rows[i].sub, rows[i].name);
	}
}

static void add_all(void)
{
	for (unsigned int id = 0; id < ET_EVENT_TYPES; id++) {
		if (owners[id])
			add(id, owners[id], NULL);
	}
}

const struct et_field_info *et_event_fields(unsigned int id, size_t *ret_count)
{
	/* Several threads may call this function at the same time: only one fills the list. */
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	*ret_count = 0;
	if (id >= ET_EVENT_TYPES || !owners[id])
		return NULL;
	pthread_once(&once, add_all);
	*ret_count = events[id].count;
	return events[id].fields;
}
