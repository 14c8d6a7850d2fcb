/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/shorten.h"

#include "lib/wire/schema.h"

/* The type of each variable-length field of an event, in the order of et_event.vars; 0: no more. */
static const unsigned char types[ET_EVENT_TYPES][ET_VARS_MAX] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [(id)] = {
#define ET_VAR(owner, NAME, name, doc)                            ET_VAR_##NAME,
#define ET_EVENT_END(name) \
	}                  \
	,
#include "lib/wire/schema.def"
};

/* Bytes that can be cut too much, so that few calls suffice. */
#define STEP 64

/* Fields that are cut before all others, in this order. */
static const unsigned char first[] = { ET_VAR_ENV, ET_VAR_ARGV, ET_VAR_TTY_OUT };

static struct et_field_view *find(struct et_event *event, unsigned int type)
{
	for (size_t i = 0; i < ET_VARS_MAX; i++)
		if (types[event->hdr->type][i] == type && event->vars[i].size)
			return &event->vars[i];
	return NULL;
}

static struct et_field_view *find_longest(struct et_event *event)
{
	struct et_field_view *longest = NULL;

	for (size_t i = 0; i < ET_VARS_MAX; i++)
		if (event->vars[i].size && (!longest || event->vars[i].size > longest->size))
			longest = &event->vars[i];
	return longest;
}

bool ship_shorten(struct et_event *event, size_t len, size_t max)
{
	struct et_field_view *view = NULL;
	bool is_path = false;
	size_t cut;

	/* Records of user space, such as LOST, have no such fields. */
	if (event->hdr->type >= ET_EVENT_TYPES)
		return false;
	for (size_t i = 0; i < sizeof(first) && !view; i++)
		view = find(event, first[i]);
	if (!view) {
		view = find_longest(event);
		is_path = true;
	}
	if (!view)
		return false;
	/* As if the line had nothing but this value: no more than needed, and STEP for the end. */
	cut = (len - max) * view->size / len + STEP;
	if (cut > view->size)
		cut = view->size;
	view->size -= (__u32)cut;
	if (is_path)
		view->data += cut;
	view->flags |= ET_VAR_F_TRUNCATED;
	return true;
}
