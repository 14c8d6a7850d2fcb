/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/match/match.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/decode/facts.h"
#include "lib/decode/slots.h"
#include "lib/match/lineage.h"

/* ---- what filters compare ----------------------------------------------------------------- */

static const char *const type_names[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = #NAME,
#include "lib/wire/schema.def"
};

/*
 * The fields of each event that --path-prefix compares. A name that does not begin with a slash is
 * relative to the directory. An event with two paths passes if one of them passes.
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
	{ ET_PROCESS_EXISTS, ET_SLOT_process_exists_filename, -1, -1 },
};

/* ---- the matcher -------------------------------------------------------------------------- */

struct cgroup {
	__u64 id;
	__u32 forms; /* 1 << ET_ONLY: in a wanted cgroup, 1 << ET_EXCEPT: in an excluded one */
};

struct et_matcher {
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

/* The id of the cgroup that a filter compares; NULL: the event has none. */
static const __u64 *compared_cgroup(const struct et_facts *facts)
{
	return facts->parent_cgroup_id ? facts->parent_cgroup_id : facts->cgroup_id;
}

/* True if events of a type and generation have the values that filters of kind @by compare. */
static bool answers(enum et_filter_kind by, unsigned int id, unsigned int generation)
{
	struct et_facts facts;

	et_facts_of_type(id, generation, &facts);
	switch (by) {
	case ET_FILTER_UID:
		return facts.ruid;
	case ET_FILTER_COMM:
		return facts.comm;
	case ET_FILTER_CGROUP:
		/*
		 * A fork has the path of the child's cgroup, but the filter compares the parent's
		 * cgroup.
		 */
		return compared_cgroup(&facts) || (id != ET_PROCESS_FORK && facts.cgroup);
	default:
		return true;
	}
}

#define NAMED 4 /* largest number of event types that a message names */

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
			    answers(by, id, generation(ctx, id)))
				continue;
			if (count++ < NAMED)
				snprintf(names + len, sizeof(names) - len, "%s%s", len ? ", " : "",
					 type_names[id]);
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

/* ---- learning from events ----------------------------------------------------------------- */

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

/* The path of the event's cgroup; NULL: the event has none, or a part of the path is missing. */
static const struct et_field_view *cgroup_path(const struct et_facts *facts)
{
	const struct et_field_view *v = facts->cgroup;

	return v && v->size &&
			       !(v->flags &
				 (ET_VAR_F_TRUNCATED | ET_VAR_F_PARTIAL | ET_VAR_F_FAULT))
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

static int learn_cgroup(struct et_matcher *m, const struct et_facts *facts)
{
	/* The cgroup whose path cgroup_path() returns: for a fork, the child's cgroup. */
	const __u64 *id = facts->cgroup_id;
	const struct et_field_view *path = cgroup_path(facts);
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

static int learn_process(struct et_matcher *m, const struct et_event *event,
			 const struct et_facts *facts)
{
	const struct et_pids *pids = facts->pids;
	struct et_process process, child;
	int r;

	if (!pids)
		return 0;
	process = process_of(pids);
	if (event->hdr->type == ET_PROCESS_EXISTS)
		return et_lineage_exists(m->lineage, &process, pids->ppid);
	r = et_lineage_see(m->lineage, &process, pids->ppid);
	if (r < 0 || !facts->child_pids)
		return r;
	child = process_of(facts->child_pids);
	return et_lineage_fork(m->lineage, &process, &child);
}

int et_matcher_learn(struct et_matcher *m, const struct et_event *event)
{
	struct et_facts facts;
	int r = 0;

	et_facts_find(event, &facts);
	if (et_filter_set__has(&m->set, ET_FILTER_CGROUP))
		r = learn_cgroup(m, &facts);
	if (r == 0 && et_filter_set__has(&m->set, ET_FILTER_TREE))
		r = learn_process(m, event, &facts);
	return r;
}

/* ---- the filters -------------------------------------------------------------------------- */

/*
 * True if the filters of kind @by drop an event. @matches is a mask: 1 << ET_ONLY if the event
 * matches a value to include, 1 << ET_EXCEPT if it matches a value to exclude.
 */
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

static bool drops_pid(const struct et_matcher *m, const struct et_facts *facts)
{
	const struct et_pids *pids = facts->pids;

	return pids && drops(m, ET_FILTER_PID,
			     among(m->set.pids, m->set.counts, ET_FILTER_PID, pids->tgid));
}

static bool drops_tree(const struct et_matcher *m, const struct et_facts *facts)
{
	struct et_process process;

	if (!facts->pids)
		return false;
	process = process_of(facts->pids);
	return drops(m, ET_FILTER_TREE, et_lineage_trees(m->lineage, &m->set, &process));
}

static bool drops_uid(const struct et_matcher *m, const struct et_facts *facts)
{
	const __u32 *uid = facts->ruid;

	return uid &&
	       drops(m, ET_FILTER_UID, among(m->set.uids, m->set.counts, ET_FILTER_UID, *uid));
}

static bool drops_comm(const struct et_matcher *m, const struct et_facts *facts)
{
	const char *comm = facts->comm;
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

/* Return: 1 if the cgroup filters drop the event, 0 if not; -ENOENT: its cgroup is not known. */
static int drops_cgroup(const struct et_matcher *m, const struct et_event *event,
			const struct et_facts *facts)
{
	const __u64 *id = compared_cgroup(facts);
	const struct et_field_view *path = cgroup_path(facts);
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
 * True if a path passes the filters. A path that could not be resolved, or whose beginning was cut,
 * passes: its file may be one that the user wants. A path with too many components
 * (ET_VAR_F_PARTIAL) matches no prefix.
 *
 * For unresolved paths and for paths with too many components, the BPF programs do the same.
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
	struct et_facts facts;
	int r;

	et_facts_find(event, &facts);
	if (et_filter_set__has(&m->set, ET_FILTER_PID) && drops_pid(m, &facts))
		return 0;
	if (et_filter_set__has(&m->set, ET_FILTER_UID) && drops_uid(m, &facts))
		return 0;
	if (et_filter_set__has(&m->set, ET_FILTER_TREE) && drops_tree(m, &facts))
		return 0;
	if (et_filter_set__has(&m->set, ET_FILTER_COMM) && drops_comm(m, &facts))
		return 0;
	if (et_filter_set__has(&m->set, ET_FILTER_PATH_PREFIX) && drops_path(m, event))
		return 0;
	if (!et_filter_set__has(&m->set, ET_FILTER_CGROUP))
		return 1;
	r = drops_cgroup(m, event, &facts);
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
