/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/enrich/process_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode/facts.h"
#include "lib/enrich/container.h"

/* Number of ended processes that the table keeps, because their last events may come late. */
#define EXITED 256

/* Largest number of processes to look at for one event: the event's process and its ancestors. */
#define LEVELS 16

#define BUCKETS_FIRST 256

/*
 * malloc(3) and free(3) of more than about 1 KiB take long, because glibc caches only smaller
 * sizes. So the memory of a struct et_program_text is kept and used again if it has at least
 * SPARE_MIN bytes. At most SPARE such blocks are kept. A block is used for a text only if at most
 * SPARE_WASTE of its bytes stay unused.
 */
#define SPARE_MIN   1024
#define SPARE       8
#define SPARE_WASTE 256

/*
 * The cgroup paths of the last process that was found to be in no container. Most processes of a
 * host have these paths, and need no search for a container.
 */
struct plain_paths {
	size_t len, pids_len; /* both 0: none yet */
	char path[ET_CAP_CGROUP_PATH], pids_path[ET_CAP_CGROUP_PATH];
};

/* Memory for a program's text that no process uses. */
struct spare {
	struct et_program_text *program;
	size_t room; /* bytes of the memory */
};

/* Identifies the event of a call, so that a later call recognizes the same event. */
struct record {
	const struct et_header *at; /* address of the event's record; NULL: none */
	struct et_header hdr; /* copy of its header, to notice that another record is there now */
};

struct et_process_table {
	struct plain_paths plain;
	struct spare spare[SPARE];
	size_t spare_count;
	struct et_table_process **buckets;
	size_t bucket_count; /* a power of two */
	size_t in_table;     /* number of processes in `buckets` */
	size_t count;        /* number of processes in memory */
	size_t max;
	/* A list of the processes in `buckets`, in the order of last use. */
	struct et_table_process *newest, *oldest;
	/* The processes that ended last, as a circular array: a new one replaces the oldest. */
	struct et_table_process *exited[EXITED];
	size_t exited_at;
	__u32 losses;     /* number of losses so far; a process whose `losses` differs is stale */
	bool lacks_execs; /* et_process_table_lacks_execs() was called */
	__u64 evicted;
	__u64 version; /* number of changes so far */
	/* `version` after the last loss, or after the last change of a process with children */
	__u64 family_version;
	/*
	 * The process and facts that et_process_table_missing() has found, so that
	 * et_process_table_see() of the same event does not search again.
	 */
	struct record found_record;
	struct et_facts found_facts;
	struct et_table_process *found;
	/*
	 * The process of the event that et_process_table_see() has handled last, so that
	 * et_process_table_find() of the same event does not search again. NULL: the process is no
	 * longer in the table.
	 */
	struct record seen_record;
	struct et_table_process *seen;
};

static void remember_record(struct record *record, const struct et_event *event)
{
	*record = (struct record){ event->hdr, *event->hdr };
}

static bool is_record(const struct record *record, const struct et_event *event)
{
	return record->at == event->hdr && !memcmp(&record->hdr, event->hdr, sizeof(record->hdr));
}

/* Note that an ancestor of a process has changed, so the context of its events changes too. */
static void family_changed(struct et_process_table *table)
{
	table->family_version = ++table->version;
}

/*
 * Note that @p has changed, so the context of its events changes too. A child holds a reference to
 * its parent. So if @p has more references than that of the table, it may be an ancestor of other
 * processes.
 */
static void changed(struct et_process_table *table, struct et_table_process *p)
{
	p->version = ++table->version;
	p->checked = 0;
	if (p->refs > 1)
		family_changed(table);
}

/* ---- texts ------------------------------------------------------------------------------- */

static void program_put(struct et_process_table *table, struct et_program_text *program)
{
	if (!program || --program->refs)
		return;
	if (program->room < SPARE_MIN || table->spare_count == SPARE)
		free(program);
	else
		table->spare[table->spare_count++] = (struct spare){ program, program->room };
}

/* Allocate a struct et_program_text of @size bytes, or reuse a block that was kept. */
static struct et_program_text *program_alloc(struct et_process_table *table, size_t size)
{
	struct et_program_text *program;

	for (size_t i = table->spare_count; size >= SPARE_MIN && i--;) {
		program = table->spare[i].program;
		if (table->spare[i].room < size || table->spare[i].room > size + SPARE_WASTE)
			continue;
		table->spare[i] = table->spare[--table->spare_count];
		return program;
	}
	program = malloc(size);
	if (program)
		program->room = (unsigned int)size;
	return program;
}

static struct et_program_text *program_get(struct et_program_text *program)
{
	if (program)
		program->refs++;
	return program;
}

static void container_put(struct et_container_text *container)
{
	if (container && !--container->refs)
		free(container);
}

static struct et_container_text *container_get(struct et_container_text *container)
{
	if (container)
		container->refs++;
	return container;
}

void et_container_pod_uid(const struct et_container_text *container, char *to)
{
	const char *pod = container->text + container->id_len;

	for (unsigned int i = 0; i < container->pod_len; i++)
		to[i] = pod[i] == '_' ? '-' : pod[i];
}

/* Number of bytes of the arguments that the table keeps. @ret_cut: the process had more. */
static size_t cut_args(const struct et_field_view *argv, bool *ret_cut)
{
	size_t len = argv->size;

	*ret_cut = len < argv->orig;
	if (len > ET_PROCESS_ARGS_MAX) {
		len = ET_PROCESS_ARGS_MAX;
		*ret_cut = true;
	}
	return len;
}

static struct et_program_text *program_new(struct et_process_table *table,
					   const struct et_field_view *file,
					   const struct et_field_view *argv)
{
	size_t file_len = file->size < ET_PROCESS_FILE_MAX ? file->size : ET_PROCESS_FILE_MAX;
	struct et_program_text *program;
	size_t args_len;
	bool cut;

	args_len = cut_args(argv, &cut);
	program = program_alloc(table, sizeof(*program) + file_len + args_len);
	if (!program)
		return NULL;
	*program = (struct et_program_text){
		.refs = 1,
		.room = program->room,
		.file_len = (unsigned int)file_len,
		.args_len = (unsigned int)args_len,
		.args_cut = cut,
	};
	/* A path longer than ET_PROCESS_FILE_MAX keeps its end. */
	if (file_len)
		memcpy(program->text, file->data + file->size - file_len, file_len);
	if (args_len)
		memcpy(program->text + file_len, argv->data, args_len);
	return program;
}

static bool is_container(const struct et_container_text *old, const struct et_container *c)
{
	return old && old->runtime == c->runtime && old->id_len == c->id_len &&
	       old->pod_len == c->pod_len && !memcmp(old->text, c->id, c->id_len) &&
	       (!c->pod_len || !memcmp(old->text + c->id_len, c->pod, c->pod_len));
}

static size_t size_of(const struct et_field_view *view)
{
	return view && view->data ? view->size : 0;
}

/* True if the event's cgroup paths are those of @plain, so its process is in no container. */
static bool is_plain(const struct plain_paths *plain, const struct et_facts *facts)
{
	return size_of(facts->cgroup) == plain->len &&
	       size_of(facts->pids_cgroup) == plain->pids_len &&
	       (!plain->len || !memcmp(plain->path, facts->cgroup->data, plain->len)) &&
	       (!plain->pids_len ||
		!memcmp(plain->pids_path, facts->pids_cgroup->data, plain->pids_len));
}

static void set_plain(struct plain_paths *plain, const struct et_facts *facts)
{
	plain->len = size_of(facts->cgroup);
	plain->pids_len = size_of(facts->pids_cgroup);
	if (plain->len > sizeof(plain->path) || plain->pids_len > sizeof(plain->pids_path)) {
		plain->len = plain->pids_len = 0;
		return;
	}
	if (plain->len)
		memcpy(plain->path, facts->cgroup->data, plain->len);
	if (plain->pids_len)
		memcpy(plain->pids_path, facts->pids_cgroup->data, plain->pids_len);
}

/* Set the container from the paths of the process's cgroups. */
static void set_container(struct et_process_table *table, struct et_table_process *process,
			  const struct et_facts *facts)
{
	struct et_container_text *text;
	struct et_container c;
	bool found;

	/* If the event has no cgroup path, keep the container that is known. */
	if (!(facts->cgroup && facts->cgroup->data) &&
	    !(facts->pids_cgroup && facts->pids_cgroup->data))
		return;
	if (!process->container && is_plain(&table->plain, facts))
		return;
	found = et_container_find(facts, &c);
	if (found && is_container(process->container, &c))
		return;
	changed(table, process);
	container_put(process->container);
	process->container = NULL;
	if (!found) {
		set_plain(&table->plain, facts);
		return;
	}
	text = malloc(sizeof(*text) + c.id_len + c.pod_len + c.path_len);
	if (!text)
		return;
	*text = (struct et_container_text){
		.refs = 1,
		.id_len = (unsigned int)c.id_len,
		.pod_len = (unsigned int)c.pod_len,
		.path_len = (unsigned int)c.path_len,
		.runtime = c.runtime,
	};
	memcpy(text->text, c.id, c.id_len);
	if (c.pod_len)
		memcpy(text->text + c.id_len, c.pod, c.pod_len);
	memcpy(text->text + c.id_len + c.pod_len, c.path, c.path_len);
	process->container = text;
}

/* ---- memory of processes ----------------------------------------------------------------- */

/*
 * Drop a reference to a process. If it was the last one, free the process, and drop its reference
 * to its parent in the same way.
 */
static void process_put(struct et_process_table *table, struct et_table_process *process)
{
	while (process && !--process->refs) {
		struct et_table_process *parent = process->parent;

		program_put(table, process->program);
		container_put(process->container);
		free(process);
		table->count--;
		process = parent;
	}
}

static size_t bucket_of(const struct et_process_table *table, __u32 tgid)
{
	return (tgid * 2654435761U >> 7) & (table->bucket_count - 1);
}

static void unlink_used(struct et_process_table *table, struct et_table_process *p)
{
	*(p->newer ? &p->newer->older : &table->newest) = p->older;
	*(p->older ? &p->older->newer : &table->oldest) = p->newer;
}

static void link_used(struct et_process_table *table, struct et_table_process *p)
{
	p->newer = NULL;
	p->older = table->newest;
	*(p->older ? &p->older->newer : &table->oldest) = p;
	table->newest = p;
}

/* Remove a process from its bucket. Its memory stays while a child refers to it as its parent. */
static void remove_from_table(struct et_process_table *table, struct et_table_process *process)
{
	struct et_table_process **at = &table->buckets[bucket_of(table, process->tgid)];

	if (!process->in_table)
		return;
	if (table->seen == process)
		table->seen = NULL;
	while (*at != process)
		at = &(*at)->hash_next;
	*at = process->hash_next;
	unlink_used(table, process);
	process->in_table = false;
	table->in_table--;
	process_put(table, process);
}

/* Double the number of buckets. Without memory, the present buckets and their lists stay. */
static void grow(struct et_process_table *table)
{
	size_t count = table->bucket_count * 2, old = table->bucket_count;
	struct et_table_process **from = table->buckets;
	struct et_table_process **buckets = calloc(count, sizeof(*buckets));

	if (!buckets)
		return;
	table->buckets = buckets;
	table->bucket_count = count;
	for (size_t i = 0; i < old; i++) {
		struct et_table_process *p = from[i], *next, *list = NULL;

		/*
		 * In a bucket, the newest process is first. The second loop reverses the list while
		 * it moves the processes, so reverse the list here too: the order stays.
		 */
		for (; p; p = next) {
			next = p->hash_next;
			p->hash_next = list;
			list = p;
		}
		for (p = list; p; p = next) {
			size_t b = bucket_of(table, p->tgid);

			next = p->hash_next;
			p->hash_next = buckets[b];
			buckets[b] = p;
		}
	}
	free(from);
}

/* Forget the process in `exited` that ended first. Return: false if `exited` is empty. */
static bool forget_exited(struct et_process_table *table)
{
	for (size_t i = 0; i < EXITED; i++) {
		struct et_table_process **slot = &table->exited[(table->exited_at + i) % EXITED];

		if (!*slot)
			continue;
		remove_from_table(table, *slot);
		process_put(table, *slot);
		*slot = NULL;
		return true;
	}
	return false;
}

/*
 * Make room for one more process. An evicted process drops its reference to its parent. Otherwise
 * one process could keep a long chain of ended ancestors in memory.
 */
static void evict(struct et_process_table *table)
{
	while (table->count >= table->max) {
		struct et_table_process *oldest;

		if (forget_exited(table))
			continue;
		oldest = table->oldest;
		if (!oldest)
			return;
		process_put(table, oldest->parent);
		oldest->parent = NULL;
		changed(table, oldest);
		table->evicted++;
		remove_from_table(table, oldest);
	}
}

static void end(struct et_process_table *table, struct et_table_process *process)
{
	struct et_table_process **slot;

	if (process->exited)
		return;
	slot = &table->exited[table->exited_at++ % EXITED];
	process->exited = true;
	process->refs++;
	if (*slot) {
		remove_from_table(table, *slot);
		process_put(table, *slot);
	}
	*slot = process;
}

/* The process that has this number now, or had it last. */
static struct et_table_process *find_number(struct et_process_table *table, __u32 tgid)
{
	struct et_table_process *p = table->buckets[bucket_of(table, tgid)];

	while (p && p->tgid != tgid)
		p = p->hash_next;
	return p;
}

static struct et_table_process *find_exactly(struct et_process_table *table, __u32 tgid,
					     __u64 start)
{
	struct et_table_process *p = table->buckets[bucket_of(table, tgid)];

	while (p && (p->tgid != tgid || p->start != start))
		p = p->hash_next;
	return p;
}

static struct et_table_process *make(struct et_process_table *table, __u32 tgid, __u64 start)
{
	struct et_table_process *old = find_number(table, tgid), *p;
	size_t b;

	/*
	 * A new process has the number, so the former process has ended. No event has reported its
	 * exit.
	 */
	if (old && !old->exited)
		end(table, old);
	evict(table);
	/* Not calloc(3): glibc's calloc(3) does not reuse the memory that was freed last. */
	p = malloc(sizeof(*p));
	if (!p)
		return NULL;
	*p = (struct et_table_process){
		.tgid = tgid,
		.start = start,
		.login_uid = ET_NO_LOGIN,
		.refs = 1,
		.losses = table->losses,
	};
	changed(table, p);
	if (table->in_table >= table->bucket_count)
		grow(table);
	b = bucket_of(table, tgid);
	p->hash_next = table->buckets[b];
	table->buckets[b] = p;
	link_used(table, p);
	p->in_table = true;
	table->in_table++;
	table->count++;
	return p;
}

/* ---- families ---------------------------------------------------------------------------- */

static void set_ppid(struct et_process_table *table, struct et_table_process *p, __u32 ppid)
{
	if (p->ppid == ppid)
		return;
	process_put(table, p->parent);
	p->parent = NULL;
	changed(table, p);
	p->ppid = ppid;
	p->parent_tried = false;
}

/* Return the parent. Its process ID is looked up when the parent is needed for the first time. */
static struct et_table_process *parent_of(struct et_process_table *table,
					  struct et_table_process *p)
{
	struct et_table_process *parent;

	if (p->parent || !p->ppid || !p->in_table)
		return p->parent;
	parent = find_number(table, p->ppid);
	/* The parent, also one that has adopted the child, started before the child. */
	if (!parent || parent == p || parent->start > p->start)
		return NULL;
	/*
	 * A damaged recording may say that two processes of the same tick are parents of each
	 * other. They must not hold references to each other, because nothing would free them.
	 */
	for (const struct et_table_process *q = parent; q && q->start == p->start; q = q->parent)
		if (q == p)
			return NULL;
	parent->refs++;
	p->parent = parent;
	changed(table, p);
	return parent;
}

/* ---- events ------------------------------------------------------------------------------ */

/*
 * The wall clock time at which a process began; 0: not known. The two times of @event tell how
 * CLOCK_REALTIME and CLOCK_MONOTONIC differ.
 */
static __u64 wall_start(const struct et_pids *pids, const struct et_event *event)
{
	if (!pids->start_time_ns || !event->time_ns)
		return 0;
	return pids->start_time_ns + (event->time_ns - et_event_ts(event));
}

/* Find the process of @pids, or add it to the table. Return: NULL if there is no memory. */
static struct et_table_process *get(struct et_process_table *table, const struct et_pids *pids,
				    const struct et_event *event)
{
	struct et_table_process *p = find_exactly(table, pids->tgid, et_process_start(pids));

	if (!p) {
		p = make(table, pids->tgid, et_process_start(pids));
		/*
		 * A process that was just forked has no children. Any other process that is new in
		 * the table may be the parent of processes that the table has already.
		 */
		if (event->hdr->type != ET_PROCESS_FORK)
			family_changed(table);
	}
	if (!p)
		return NULL;
	if (table->newest != p) {
		unlink_used(table, p);
		link_used(table, p);
	}
	/*
	 * /proc has the start in steps of 10 ms, and events have it in ns. Keep the value that came
	 * first, so that a context always shows the same start.
	 */
	if (!p->start_ns) {
		p->start_ns = wall_start(pids, event);
		changed(table, p);
	}
	/*
	 * Keep the parent that the process had while it ran: at the exit, `ppid` may be another
	 * process.
	 */
	if (!p->exited && event->hdr->type != ET_PROCESS_EXIT)
		set_ppid(table, p, pids->ppid);
	return p;
}

static void set_creds(struct et_process_table *table, struct et_table_process *p,
		      const struct et_creds *creds)
{
	if (p->has_creds && p->uid == creds->ruid && p->gid == creds->rgid &&
	    p->euid == creds->euid)
		return;
	changed(table, p);
	/*
	 * The real user has changed. A daemon such as sshd sets the login user just before, and no
	 * event reports the login user. So read the process from /proc again.
	 */
	if (p->has_creds && p->uid != creds->ruid && p->login_uid == ET_NO_LOGIN)
		p->tried = false;
	p->uid = creds->ruid;
	p->gid = creds->rgid;
	p->euid = creds->euid;
	p->has_creds = true;
}

/*
 * Store the name of the process: the name of its main thread. A child begins with the name of the
 * thread that forks, and a fork event has this name. If filters drop execs, a new name may mean a
 * new program: then read the process again.
 */
static void see_comm(struct et_process_table *table, const struct et_facts *facts,
		     struct et_table_process *p)
{
	const bool is_main = facts->pids->tid == facts->pids->tgid;

	if (!facts->comm || !facts->comm[0] || (p->comm[0] && !is_main) ||
	    !memcmp(p->comm, facts->comm, sizeof(p->comm)))
		return;
	if (table->lacks_execs && p->comm[0])
		p->tried = false;
	memcpy(p->comm, facts->comm, sizeof(p->comm));
	changed(table, p);
}

/*
 * Find or add the event's process, and store its user and comm. Return: NULL if the event has no
 * process or there is no memory.
 */
static struct et_table_process *see_actor(struct et_process_table *table,
					  const struct et_event *event, struct et_facts *facts)
{
	struct et_table_process *p;

	et_facts_find(event, facts);
	if (!facts->pids)
		return NULL;
	p = get(table, facts->pids, event);
	if (!p)
		return NULL;
	if (facts->creds)
		set_creds(table, p, facts->creds);
	see_comm(table, facts, p);
	return p;
}

static void see_fork(struct et_process_table *table, const struct et_event *event,
		     const struct et_facts *facts, struct et_table_process *parent)
{
	const struct et_process_fork *fork = (const void *)event->hdr;
	struct et_table_process *child;

	/* Hold the parent: adding the child may evict the parent from a full table. */
	parent->refs++;
	child = get(table, &fork->child_pids, event);
	/*
	 * If the scan of /proc found the child first, the table already has the child's program.
	 * That program may be newer than the parent's.
	 */
	if (child && !child->program) {
		child->program = program_get(parent->program);
		/*
		 * If filters drop execs, the child may execute a program without an event. Then
		 * `tried` is false, so the child is read from /proc when an event needs it.
		 */
		child->tried = child->program && !table->lacks_execs;
		child->login_uid = parent->login_uid;
		child->losses = parent->losses;
		memcpy(child->comm, fork->comm, sizeof(child->comm));
		changed(table, child);
		set_creds(table, child, &fork->creds);
		if (!child->container)
			child->container = container_get(parent->container);
		set_container(table, child, facts);
	}
	process_put(table, parent);
}

static void set_program(struct et_process_table *table, struct et_table_process *p,
			const struct et_facts *facts)
{
	struct et_program_text *program = program_new(table, facts->filename, facts->argv);

	if (!program)
		return;
	program_put(table, p->program);
	p->program = program;
	memcpy(p->comm, facts->comm, sizeof(p->comm));
	changed(table, p);
}

/*
 * True if the process most likely still runs the program that the table has: /proc has the same
 * arguments, and the program's path is not readable.
 */
static bool runs_still(const struct et_table_process *p, const struct et_facts *facts)
{
	size_t len;
	bool cut;

	len = cut_args(facts->argv, &cut);
	return !facts->filename->size && p->program->args_len == len &&
	       (!len || !memcmp(p->program->text + p->program->file_len, facts->argv->data, len));
}

static void see_exists(struct et_process_table *table, const struct et_event *event,
		       const struct et_facts *facts, struct et_table_process *p)
{
	const struct et_process_exists *exists = (const void *)event->hdr;

	if (p->login_uid != exists->loginuid) {
		p->login_uid = exists->loginuid;
		changed(table, p);
	}
	p->tried = true;
	/*
	 * Keep a program that an event reported: in /proc, the path may be unreadable. But after a
	 * loss, an exec may be missing. Then use the program from /proc.
	 */
	if (!p->program ||
	    ((!p->by_event || et_process_table_is_stale(table, p)) && !runs_still(p, facts))) {
		set_program(table, p, facts);
		p->by_event = false;
	}
	if (et_process_table_is_stale(table, p))
		changed(table, p);
	p->losses = table->losses;
}

void et_process_table_see(struct et_process_table *table, const struct et_event *event)
{
	struct et_table_process *p = table->found;
	struct et_facts facts;

	if (event->hdr->type >= ET_EVENT_TYPES)
		return;
	table->seen = NULL;
	if (is_record(&table->found_record, event))
		facts = table->found_facts;
	else
		p = see_actor(table, event, &facts);
	table->found_record.at = NULL;
	if (!p)
		return;
	table->seen = p;
	remember_record(&table->seen_record, event);
	/* The cgroup in a fork event is the child's: see_fork() uses it. */
	if (event->hdr->type != ET_PROCESS_FORK)
		set_container(table, p, &facts);
	switch (event->hdr->type) {
	case ET_PROCESS_FORK:
		see_fork(table, event, &facts, p);
		break;
	case ET_PROCESS_EXEC:
		set_program(table, p, &facts);
		changed(table, p);
		p->by_event = p->tried = true;
		p->losses = table->losses;
		break;
	case ET_PROCESS_EXISTS:
		see_exists(table, event, &facts, p);
		break;
	case ET_PROCESS_EXIT:
		end(table, p);
		break;
	default:
		break;
	}
}

void et_process_table_lacks_execs(struct et_process_table *table)
{
	table->lacks_execs = true;
}

void et_process_table_lost(struct et_process_table *table)
{
	table->losses++;
	family_changed(table);
}

bool et_process_table_is_stale(const struct et_process_table *table,
			       const struct et_table_process *process)
{
	return process->losses != table->losses;
}

/* True once for each process that must be read from /proc, and once more after each loss. */
static bool wants_reading(struct et_process_table *table, struct et_table_process *p)
{
	if (p->exited || !p->in_table)
		return false;
	if (et_process_table_is_stale(table, p) && p->tried_losses != table->losses) {
		p->tried_losses = table->losses;
		p->tried = true;
		return true;
	}
	if (p->tried)
		return false;
	p->tried = true;
	return true;
}

__u32 et_process_table_missing(struct et_process_table *table, const struct et_event *event)
{
	struct et_table_process *p, *parent, *first;

	table->found_record.at = NULL;
	if (event->hdr->type >= ET_EVENT_TYPES || event->hdr->type == ET_PROCESS_EXISTS)
		return 0;
	p = see_actor(table, event, &table->found_facts);
	table->found = p;
	remember_record(&table->found_record, event);
	/* The process has ended and cannot be read, so begin with its parent. */
	if (p && event->hdr->type == ET_PROCESS_EXIT)
		p = parent_of(table, p);
	first = p;
	/*
	 * Stop at a process that was `first` in an earlier call. Its ancestors were checked then,
	 * and `checked` shows that they have not changed since.
	 */
	for (unsigned int i = 0; p && p->checked != table->family_version && i < LEVELS; i++) {
		if (wants_reading(table, p))
			return p->tgid;
		parent = parent_of(table, p);
		if (!parent && p->ppid && !p->parent_tried && !p->exited) {
			p->parent_tried = true;
			return p->ppid;
		}
		p = parent;
	}
	if (first)
		first->checked = table->family_version;
	return 0;
}

const struct et_table_process *et_process_table_find(struct et_process_table *table,
						     const struct et_event *event)
{
	struct et_facts facts;

	if (event->hdr->type >= ET_EVENT_TYPES)
		return NULL;
	if (table->seen && is_record(&table->seen_record, event))
		return table->seen;
	et_facts_find(event, &facts);
	return facts.pids ? find_exactly(table, facts.pids->tgid, et_process_start(facts.pids))
			  : NULL;
}

const struct et_table_process *et_process_table_parent(struct et_process_table *table,
						       const struct et_table_process *process)
{
	/* Dropping const is safe: the processes belong to the table. */
	return parent_of(table, (struct et_table_process *)process);
}

/* True if the process has not ended, its user IDs are known, and its data is not stale. */
static bool is_known(const struct et_process_table *table, const struct et_table_process *p)
{
	return !p->exited && p->has_creds && !et_process_table_is_stale(table, p);
}

const struct et_table_process *et_process_table_next(const struct et_process_table *table,
						     const struct et_table_process *process)
{
	process = process ? process->older : table->newest;
	while (process && !is_known(table, process))
		process = process->older;
	return process;
}

const struct et_table_process *et_process_table_previous(const struct et_process_table *table,
							 const struct et_table_process *process)
{
	process = process->newer;
	while (process && !is_known(table, process))
		process = process->newer;
	return process;
}

__u64 et_process_table_family_version(const struct et_process_table *table)
{
	return table->family_version;
}

/* ---- the table --------------------------------------------------------------------------- */

__u64 et_process_table_evicted(const struct et_process_table *table)
{
	return table->evicted;
}

size_t et_process_table_count(const struct et_process_table *table)
{
	return table->count;
}

int et_process_table_new(size_t max, struct et_process_table **ret)
{
	struct et_process_table *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	table->max = max ? max : ET_PROCESSES_NORMAL;
	/* Begin above 0: et_table_process.checked is 0 if a process was never checked. */
	table->version = table->family_version = 1;
	table->bucket_count = BUCKETS_FIRST;
	table->buckets = calloc(table->bucket_count, sizeof(*table->buckets));
	if (!table->buckets) {
		free(table);
		return -ENOMEM;
	}
	*ret = table;
	return 0;
}

void et_process_table_free(struct et_process_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < EXITED; i++)
		process_put(table, table->exited[i]);
	while (table->oldest)
		remove_from_table(table, table->oldest);
	while (table->spare_count)
		free(table->spare[--table->spare_count].program);
	free(table->buckets);
	free(table);
}
