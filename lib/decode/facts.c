/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/decode/facts.h"

#include <stdbool.h>
#include <string.h>

#include "lib/decode/slots.h"
#include "lib/decode/upgrade.h"

/*
 * The arguments @type and @name are constants from the rows of schema.def. Because the functions
 * are inlined, the compiler evaluates each strcmp(). So a row becomes at most one assignment.
 */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE void take_sub(struct et_facts *facts, const char *type, const void *p)
{
	if (!strcmp(type, "pids")) {
		/* A fork has two members of this type: first the parent's, then the child's. */
		*(facts->pids ? &facts->child_pids : &facts->pids) = p;
	} else if (!strcmp(type, "creds")) {
		facts->creds = p;
		facts->ruid = &facts->creds->ruid;
	} else if (!strcmp(type, "tty")) {
		facts->tty = p;
	} else if (!strcmp(type, "file_info")) {
		facts->file_info = p;
	} else if (!strcmp(type, "net") || !strcmp(type, "net_closed")) {
		facts->net = p;
	}
}

ALWAYS_INLINE void take_field(struct et_facts *facts, const char *name, const void *p)
{
	if (!strcmp(name, "ruid"))
		facts->ruid = p;
	else if (!strcmp(name, "comm"))
		facts->comm = p;
	else if (!strcmp(name, "cgroup_id"))
		facts->cgroup_id = p;
	else if (!strcmp(name, "parent_cgroup_id"))
		facts->parent_cgroup_id = p;
}

ALWAYS_INLINE void take_var(struct et_facts *facts, enum et_var_type type,
			    const struct et_field_view *v)
{
	switch (type) {
	case ET_VAR_CGROUP_PATH:
		facts->cgroup = v;
		break;
	case ET_VAR_PIDS_SS_CGROUP_PATH:
		facts->pids_cgroup = v;
		break;
	case ET_VAR_ARGV:
		facts->argv = v;
		break;
	case ET_VAR_ENV:
		facts->env = v;
		break;
	case ET_VAR_CWD:
		facts->cwd = v;
		break;
	case ET_VAR_FILENAME:
		facts->filename = v;
		break;
	case ET_VAR_PATH:
	case ET_VAR_NEW_PATH:
		facts->path = v;
		break;
	case ET_VAR_SYMLINK_TARGET_PATH:
		facts->symlink_target = v;
		break;
	default:
		break;
	}
}

/*
 * Find the facts of a record. The rows of schema.def expand to a block for each event type. Only
 * the block of @type runs.
 */
static void find(unsigned int type, const void *rec, const struct et_field_view *vars,
		 unsigned int older, struct et_facts *ret)
{
	*ret = (struct et_facts){ .pids = NULL };
#define ET_STRUCT_BEGIN(name, doc)                                if (false) {
#define ET_STRUCT_END(name)                                       }
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc)                   if (false) {
#define ET_SYNTHETIC_END(name)                                    }
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) if (type == (id)) {
#define ET_EVENT_END(name) \
	return;            \
	}
#define ET_SINCE(owner, generation)      \
	if (ET_LACKS(older, generation)) \
		return;
#define ET_SUB(owner, type_, name, doc) \
	take_sub(ret, #type_, &((const struct et_##owner *)rec)->name);
#define ET_FIELD(owner, KIND, name, doc) \
	take_field(ret, #name, &((const struct et_##owner *)rec)->name);
#define ET_VAR(owner, NAME, name, doc) \
	take_var(ret, ET_VAR_##NAME, &vars[ET_SLOT_##owner##_##name]);
#include "lib/wire/schema.def"
}

void et_facts_find(const struct et_event *event, struct et_facts *ret)
{
	find(event->hdr->type, event->hdr, event->vars, event->older, ret);
}

void et_facts_of_type(unsigned int type, unsigned int generation, struct et_facts *ret)
{
	static const union et_fixed_part rec;
	static const struct et_field_view vars[ET_VARS_MAX];

	find(type, &rec, vars, ET_GENERATION - generation, ret);
}
