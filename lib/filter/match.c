/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/filter/match.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/decode/slots.h"
#include "lib/filter/lineage.h"

/* ---- where the records have what filters compare ------------------------------------------ */

/* A member of a record. */
struct member {
	size_t offset;      /* offset in the record; 0: the event has no such member */
	unsigned int since; /* the schema generation that added the member; 0: the first */
};

struct places {
	const char *name; /* "PROCESS_EXEC" */
	struct member pids, ruid, comm;
	struct member cgroup;       /* id of the cgroup that a filter compares */
	struct member named_cgroup; /* id of the cgroup that cgroup_path names */
	int cgroup_path;            /* index in et_event.vars; -1: the event has no such field */
	unsigned int cgroup_path_since;
};

enum row_kind {
	ROW_EVENT,
	ROW_OTHER,
	ROW_SUB,
	ROW_FIELD,
	ROW_VAR,
	ROW_SINCE,
};

struct row {
	enum row_kind kind;
	unsigned int number; /* the event's id, the member's offset or a generation */
	const char *name, *type;
};

static const struct row rows[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) { ROW_EVENT, (id), #NAME, "" },
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc)                   { ROW_OTHER, 0, "", "" },

#define ET_STRUCT_BEGIN(name, doc)     { ROW_OTHER, 0, "", "" },
#define ET_SUB(owner, type, name, doc) { ROW_SUB, offsetof(struct et_##owner, name), #name, #type },
#define ET_FIELD(owner, KIND, name, doc) \
	{ ROW_FIELD, offsetof(struct et_##owner, name), #name, "" },
#define ET_VAR(owner, NAME, name, doc) { ROW_VAR, 0, #name, "" },
#define ET_SINCE(owner, generation)    { ROW_SINCE, (generation), "", "" },
#include "lib/wire/schema.def"
};

static void add_row(struct places *p, const struct row *row, unsigned int since, int slot)
{
	const struct member member = { row->number, since };

	if (row->kind == ROW_SUB && !strcmp(row->type, "pids") && !p->pids.offset)
		p->pids = member;
	else if (row->kind == ROW_SUB && !strcmp(row->type, "creds"))
		p->ruid = (struct member){ row->number + offsetof(struct et_creds, ruid), since };
	else if (row->kind == ROW_FIELD && !strcmp(row->name, "ruid"))
		p->ruid = member;
	else if (row->kind == ROW_FIELD && !strcmp(row->name, "comm"))
		p->comm = member;
	else if (row->kind == ROW_FIELD && !strcmp(row->name, "cgroup_id"))
		p->cgroup = p->named_cgroup = member;
	else if (row->kind == ROW_FIELD && !strcmp(row->name, "parent_cgroup_id"))
		p->cgroup = member;
	if (row->kind == ROW_VAR && !strcmp(row->name, "cgroup_path")) {
		p->cgroup_path = slot;
		p->cgroup_path_since = since;
	}
}

static void find_places(struct places places[ET_EVENT_TYPES])
{
	struct places *p = NULL;
	unsigned int since = 0;
	int slot = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];

		if (row->kind == ROW_EVENT) {
			p = &places[row->number];
			*p = (struct places){ .name = row->name, .cgroup_path = -1 };
			since = 0;
			slot = 0;
		} else if (row->kind == ROW_OTHER) {
			p = NULL;
		} else if (row->kind == ROW_SINCE) {
			since = row->number;
		} else if (p) {
			add_row(p, row, since, slot);
			slot += row->kind == ROW_VAR;
		}
	}
}

/*
 * The paths that --path-prefix compares. A name that does not begin with a slash follows the
 * directory. If an event has two paths, one that passes is enough.
 */
static const struct {
	enum et_event_type type;
	int name, dir; /* indexes in et_event.vars; -1: there is no directory */
	int other;     /* the second path; -1: there is one path */
} paths[] = {
	{ ET_PROCESS_EXEC, ET_SLOT_process_exec_filename, -1, -1 },
	{ ET_PROCESS_EXEC_FAILED, ET_SLOT_process_exec_failed_filename,
	  ET_SLOT_process_exec_failed_cwd, -1 },
	{ ET_FILE_DELETE, ET_SLOT_file_delete_path, -1, -1 },
	{ ET_FILE_CREATE, ET_SLOT_file_create_path, -1, -1 },
	{ ET_FILE_RENAME, ET_SLOT_file_rename_old_path, -1, ET_SLOT_file_rename_new_path },
	{ ET_FILE_MODIFY, ET_SLOT_file_modify_path, -1, -1 },
	{ ET_FILE_MEMFD_OPEN, ET_SLOT_file_memfd_open_path, -1, -1 },
	{ ET_FILE_SHMEM_OPEN, ET_SLOT_file_shmem_open_path, -1, -1 },
};

/* ---- the matcher -------------------------------------------------------------------------- */

struct cgroup {
	__u64 id;
	__u32 forms; /* 1 << ET_ONLY: in a wanted cgroup, 1 << ET_EXCEPT: in an excluded one */
};

struct et_matcher {
	struct places places[ET_EVENT_TYPES];
	struct et_filter_set set;
	struct et_prefix_set prefixes;
	char *cgroups[2][ET_FILTER_VALUES]; /* paths, without a slash at the end */
	void *known_cgroups;                /* a tree of tsearch(3) with struct cgroup */
	struct et_lineage *lineage;
};

static const char *const kind_names[ET_FILTER_KINDS] = {
	[ET_FILTER_PID] = "process",   [ET_FILTER_TREE] = "process tree",
	[ET_FILTER_UID] = "user",      [ET_FILTER_COMM] = "command name",
	[ET_FILTER_CGROUP] = "cgroup", [ET_FILTER_PATH_PREFIX] = "path prefix",
};

static int compare_cgroups(const void *a, const void *b)
{
	const struct cgroup *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int take_cgroups(struct et_matcher *m, const struct et_filter *filters, size_t count,
			struct et_error *err)
{
	size_t used[2] = { 0 };

	for (size_t i = 0; i < count; i++) {
		int form = filters[i].exclude ? ET_EXCEPT : ET_ONLY;
		size_t len;
		char *path;

		if (filters[i].kind != ET_FILTER_CGROUP)
			continue;
		if (!filters[i].text || !*filters[i].text)
			return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
					    "a replay's cgroup filter needs the cgroup's path");
		if (asprintf(&path, "%s%s", *filters[i].text == '/' ? "" : "/", filters[i].text) <
		    0)
			return et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
		len = strlen(path);
		while (len && path[len - 1] == '/')
			path[--len] = '\0';
		m->cgroups[form][used[form]++] = path;
	}
	return 0;
}

int et_matcher_new(const struct et_filter *filters, size_t count, struct et_matcher **ret,
		   struct et_error *err)
{
	struct et_matcher *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	find_places(m->places);
	r = et_filter_set__make(filters, count, &m->set, &m->prefixes, err);
	if (r == 0)
		r = take_cgroups(m, filters, count, err);
	if (r == 0 && et_lineage_new(&m->lineage) < 0)
		r = et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	if (r < 0) {
		et_matcher_free(m);
		return r;
	}
	*ret = m;
	return 0;
}

bool et_matcher_learns(const struct et_matcher *m)
{
	return et_filter_set__has(&m->set, ET_FILTER_TREE) ||
	       et_filter_set__has(&m->set, ET_FILTER_CGROUP);
}

/* ---- can the recording answer? ------------------------------------------------------------ */

/* True if events of a generation have the member. */
static bool has(const struct member *member, unsigned int generation)
{
	return member->offset && generation >= member->since;
}

/* True if events of a type and generation have what the filter kind @by compares. */
static bool answers(const struct et_matcher *m, enum et_filter_kind by, unsigned int id,
		    unsigned int generation)
{
	const struct places *p = &m->places[id];

	switch (by) {
	case ET_FILTER_UID:
		return has(&p->ruid, generation);
	case ET_FILTER_COMM:
		return has(&p->comm, generation);
	case ET_FILTER_CGROUP:
		/* A fork's path is that of the child, but the filter compares the parent's. */
		return has(&p->cgroup, generation) ||
		       (id != ET_PROCESS_FORK && p->cgroup_path >= 0 &&
			generation >= p->cgroup_path_since);
	default:
		return true;
	}
}

#define NAMED 4 /* most event types that a message names */

int et_matcher_check(const struct et_matcher *m, __u64 wanted, __u64 events,
		     unsigned int (*generation)(const void *ctx, unsigned int id), const void *ctx,
		     struct et_error *err)
{
	if (et_filter_set__has(&m->set, ET_FILTER_TREE) &&
	    !(events & ET_EVENT_BIT(ET_PROCESS_FORK)))
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "cannot be filtered by process tree: PROCESS_FORK was not "
				    "recorded; record it too, or filter by process");
	for (int by = 0; by < ET_FILTER_KINDS; by++) {
		char names[NAMED * 40] = "", more[32] = "";
		unsigned int count = 0;

		if (!et_filter_set__has(&m->set, by))
			continue;
		for (unsigned int id = 1; id < ET_EVENT_TYPES; id++) {
			size_t len = strlen(names);

			if (!(wanted & events & ET_EVENT_BIT(id)) ||
			    answers(m, by, id, generation(ctx, id)))
				continue;
			if (count++ < NAMED)
				snprintf(names + len, sizeof(names) - len, "%s%s", len ? ", " : "",
					 m->places[id].name);
		}
		if (count > NAMED)
			snprintf(more, sizeof(more), " and %u more", count - NAMED);
		if (count)
			return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
					    "cannot be filtered by %s: an earlier version recorded "
					    "%s%s without it; choose other events, or replay "
					    "without this filter",
					    kind_names[by], names, more);
	}
	return 0;
}

/* ---- what events say of others ------------------------------------------------------------ */

/* A member of the event's record; NULL: the record is of an earlier generation and lacks it. */
static const void *at(const struct et_event *event, const struct member *member)
{
	return has(member, ET_GENERATION - event->older) ? (const char *)event->hdr + member->offset
							 : NULL;
}

static struct et_process process_of(const struct et_pids *pids)
{
	return (struct et_process){ .tgid = pids->tgid, .start_time_ns = pids->start_time_ns };
}

/* True if the cgroup @path is the cgroup @above or is below it. @above has no slash at its end. */
static bool is_below(const char *path, size_t len, const char *above)
{
	size_t n = strlen(above);

	return len >= n && !memcmp(path, above, n) && (len == n || path[n] == '/');
}

/* The event's path of a cgroup; NULL: the event has none, or not its beginning. */
static const struct et_field_view *cgroup_path(const struct et_matcher *m,
					       const struct et_event *event)
{
	const struct places *p = &m->places[event->hdr->type];
	const struct et_field_view *v;

	if (p->cgroup_path < 0 || ET_LACKS(event->older, p->cgroup_path_since))
		return NULL;
	v = &event->vars[p->cgroup_path];
	return v->size && !(v->flags & (ET_VAR_F_TRUNCATED | ET_VAR_F_PARTIAL | ET_VAR_F_FAULT))
		       ? v
		       : NULL;
}

static __u32 forms_of(const struct et_matcher *m, const struct et_field_view *path)
{
	__u32 forms = 0;

	for (int form = 0; form < 2; form++)
		for (size_t i = 0; i < m->set.counts[form][ET_FILTER_CGROUP]; i++)
			if (is_below(path->data, path->size, m->cgroups[form][i]))
				forms |= 1U << form;
	return forms;
}

static int learn_cgroup(struct et_matcher *m, const struct et_event *event)
{
	const __u64 *id = at(event, &m->places[event->hdr->type].named_cgroup);
	const struct et_field_view *path = cgroup_path(m, event);
	struct cgroup *cgroup;
	void *node;

	if (!id || !path)
		return 0;
	if (tfind(&(struct cgroup){ .id = *id }, &m->known_cgroups, compare_cgroups))
		return 0;
	cgroup = malloc(sizeof(*cgroup));
	if (!cgroup)
		return -ENOMEM;
	*cgroup = (struct cgroup){ .id = *id, .forms = forms_of(m, path) };
	node = tsearch(cgroup, &m->known_cgroups, compare_cgroups);
	if (!node)
		free(cgroup);
	return node ? 0 : -ENOMEM;
}

static int learn_process(struct et_matcher *m, const struct et_event *event)
{
	const struct et_pids *pids = at(event, &m->places[event->hdr->type].pids);
	struct et_process process, child;
	int r;

	if (!pids)
		return 0;
	process = process_of(pids);
	if (event->hdr->type == ET_PROCESS_EXISTS)
		return et_lineage_exists(m->lineage, &process, pids->ppid);
	r = et_lineage_see(m->lineage, &process, pids->ppid);
	if (r < 0 || event->hdr->type != ET_PROCESS_FORK)
		return r;
	child = process_of(&((const struct et_process_fork *)event->hdr)->child_pids);
	return et_lineage_fork(m->lineage, &process, &child);
}

int et_matcher_learn(struct et_matcher *m, const struct et_event *event)
{
	int r = 0;

	if (et_filter_set__has(&m->set, ET_FILTER_CGROUP))
		r = learn_cgroup(m, event);
	if (r == 0 && et_filter_set__has(&m->set, ET_FILTER_TREE))
		r = learn_process(m, event);
	return r;
}

/* ---- the filters -------------------------------------------------------------------------- */

/* True if the filters of kind @by drop an event that matches the forms in the mask @matches. */
static bool drops(const struct et_matcher *m, enum et_filter_kind by, __u32 matches)
{
	return (m->set.used & ET_FILTER_BIT(by, ET_ONLY) && !(matches & 1U << ET_ONLY)) ||
	       (m->set.used & ET_FILTER_BIT(by, ET_EXCEPT) && matches & 1U << ET_EXCEPT);
}

static __u32 among(const __u32 values[2][ET_FILTER_VALUES], const __u32 counts[2][ET_FILTER_KINDS],
		   enum et_filter_kind by, __u32 value)
{
	__u32 matches = 0;

	for (int form = 0; form < 2; form++)
		for (__u32 i = 0; i < counts[form][by]; i++)
			if (values[form][i] == value)
				matches |= 1U << form;
	return matches;
}

static bool drops_pid(const struct et_matcher *m, const struct et_event *event)
{
	const struct et_pids *pids = at(event, &m->places[event->hdr->type].pids);

	return pids && drops(m, ET_FILTER_PID,
			     among(m->set.pids, m->set.counts, ET_FILTER_PID, pids->tgid));
}

static bool drops_tree(const struct et_matcher *m, const struct et_event *event)
{
	const struct et_pids *pids = at(event, &m->places[event->hdr->type].pids);
	struct et_process process;

	if (!pids)
		return false;
	process = process_of(pids);
	return drops(m, ET_FILTER_TREE, et_lineage_trees(m->lineage, &m->set, &process));
}

static bool drops_uid(const struct et_matcher *m, const struct et_event *event)
{
	const __u32 *uid = at(event, &m->places[event->hdr->type].ruid);

	return uid &&
	       drops(m, ET_FILTER_UID, among(m->set.uids, m->set.counts, ET_FILTER_UID, *uid));
}

static bool drops_comm(const struct et_matcher *m, const struct et_event *event)
{
	const char *comm = at(event, &m->places[event->hdr->type].comm);
	__u32 matches = 0;

	if (!comm)
		return false;
	for (int form = 0; form < 2; form++) {
		for (__u32 i = 0; i < m->set.counts[form][ET_FILTER_COMM]; i++)
			if (!strncmp(comm, (const char *)m->set.comms[form][i],
				     sizeof(m->set.comms[form][i])))
				matches |= 1U << form;
		for (__u32 i = 0; i < m->set.comm_patterns[form]; i++)
			if (et_comm_pattern__matches(&m->prefixes.comms[form][i], comm))
				matches |= 1U << form;
	}
	return drops(m, ET_FILTER_COMM, matches);
}

/* Return: 1 if the cgroup filters drop the event, 0, or -ENOENT. */
static int drops_cgroup(const struct et_matcher *m, const struct et_event *event)
{
	const struct places *p = &m->places[event->hdr->type];
	const __u64 *id = at(event, &p->cgroup);
	const struct et_field_view *path = cgroup_path(m, event);
	struct cgroup **known;

	if (path && event->hdr->type != ET_PROCESS_FORK)
		return drops(m, ET_FILTER_CGROUP, forms_of(m, path));
	known = id ? tfind(&(struct cgroup){ .id = *id }, &m->known_cgroups, compare_cgroups)
		   : NULL;
	return known ? drops(m, ET_FILTER_CGROUP, (*known)->forms) : -ENOENT;
}

/* A path as the BPF programs compare it: its first ET_PREFIX_MAX bytes. */
struct text {
	char bytes[ET_PREFIX_MAX + 1];
	size_t len;
};

static void append(struct text *to, const char *from, size_t len)
{
	if (len > sizeof(to->bytes) - to->len)
		len = sizeof(to->bytes) - to->len;
	memcpy(to->bytes + to->len, from, len);
	to->len += len;
}

/*
 * True if a path passes. A path that was not found passes, as in the BPF programs: the user may
 * want the file. So does a path whose beginning the record lacks. A path with too many components
 * (ET_VAR_F_PARTIAL) matches nothing, as in the BPF programs.
 */
static bool path_passes(const struct et_matcher *m, const struct et_field_view *dir,
			const struct et_field_view *name)
{
	bool whole = !dir || (name->size && *name->data == '/');
	const struct et_field_view *begin = whole ? name : dir;
	struct text text = { 0 };
	__u32 matches = 0;

	if (name->flags & ET_VAR_F_UNRESOLVED)
		return true;
	if (begin != name || !dir) {
		if (begin->flags & ET_VAR_F_PARTIAL)
			return !drops(m, ET_FILTER_PATH_PREFIX, 0);
		if (begin->flags & ET_VAR_F_TRUNCATED)
			return true;
	}
	if (!whole) {
		append(&text, dir->data ? dir->data : "", dir->size);
		if (text.len > 1)
			append(&text, "/", 1);
	}
	append(&text, name->data ? name->data : "", name->size);
	for (int form = 0; form < 2; form++) {
		for (__u32 i = 0; i < m->set.counts[form][ET_FILTER_PATH_PREFIX]; i++) {
			const char *prefix = (const char *)m->prefixes.prefixes[form][i].text;
			size_t len = strlen(prefix);

			if (text.len >= len && !memcmp(text.bytes, prefix, len))
				matches |= 1U << form;
		}
	}
	return !drops(m, ET_FILTER_PATH_PREFIX, matches);
}

static bool drops_path(const struct et_matcher *m, const struct et_event *event)
{
	const struct et_field_view *v = event->vars;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (paths[i].type != event->hdr->type)
			continue;
		if (path_passes(m, paths[i].dir < 0 ? NULL : &v[paths[i].dir], &v[paths[i].name]))
			return false;
		return paths[i].other < 0 || !path_passes(m, NULL, &v[paths[i].other]);
	}
	return false;
}

int et_matcher_match(const struct et_matcher *m, const struct et_event *event)
{
	int r;

	if (et_filter_set__has(&m->set, ET_FILTER_PID) && drops_pid(m, event))
		return 0;
	if (et_filter_set__has(&m->set, ET_FILTER_UID) && drops_uid(m, event))
		return 0;
	if (et_filter_set__has(&m->set, ET_FILTER_TREE) && drops_tree(m, event))
		return 0;
	if (et_filter_set__has(&m->set, ET_FILTER_COMM) && drops_comm(m, event))
		return 0;
	if (et_filter_set__has(&m->set, ET_FILTER_PATH_PREFIX) && drops_path(m, event))
		return 0;
	if (!et_filter_set__has(&m->set, ET_FILTER_CGROUP))
		return 1;
	r = drops_cgroup(m, event);
	return r < 0 ? r : !r;
}

void et_matcher_free(struct et_matcher *m)
{
	if (!m)
		return;
	for (int form = 0; form < 2; form++)
		for (size_t i = 0; i < ET_FILTER_VALUES; i++)
			free(m->cgroups[form][i]);
	tdestroy(m->known_cgroups, free);
	et_lineage_free(m->lineage);
	free(m);
}
