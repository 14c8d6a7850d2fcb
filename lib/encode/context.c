/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/encode/context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/encode/encode.h"
#include "lib/encode/identity.h"
#include "lib/encode/json_text.h"
#include "lib/encode/numbers.h"
#include "lib/encode/put.h"
#include "lib/encode/timestamp.h"

/*
 * JSON text that is kept for later events, until a process changes. All processes that a shell
 * starts have the same parent and ancestors. All events of a process have the same members.
 */
struct kept {
	const struct et_table_process *process; /* NULL: the entry is not used */
	/*
	 * the text is right while these stay the same: et_table_process.version,
	 * et_process_table_family_version(), and the version of the names of users and groups
	 */
	__u64 version, family_version, names_version;
	size_t len, room; /* bytes of the text, and of its memory */
	/* only in et_context.processes: bytes of `text` before the member "parent" */
	size_t head;
	char *text;
};

/* Entries of each table of kept texts, a power of two. */
#define KEPT 64

/*
 * Largest texts in bytes that are kept. A family is the members "parent" and "ancestors", which
 * many processes share. But many processes have only one event, so their texts are never used
 * again. To keep their long arguments would cost time for nothing.
 */
#define KEPT_FAMILY_MAX  8192
#define KEPT_PROCESS_MAX 1024
#define KEPT_USERS_MAX   1024

/*
 * The members about users, such as "user" and "login_user", that were written last. The next
 * process often has the same users: copying the text takes less time than finding the names again.
 */
struct kept_users {
	__u32 uid, gid, login_uid;
	bool has_creds;
	__u64 names_version;
	size_t len; /* bytes of `text`; 0: nothing is kept */
	char text[KEPT_USERS_MAX];
};

struct et_context {
	struct et_process_table *table;
	struct kept_users users;
	/*
	 * `families` has the members "parent" and "ancestors", and is indexed by the parent.
	 * `processes` has all other members, and is indexed by the process.
	 */
	struct kept processes[KEPT], families[KEPT];
	const struct et_names *names;
	__u64 names_version;           /* version of `names` at the event that is written now */
	char boot_id[ET_BOOT_ID_SIZE]; /* boot id of the events' host; empty: unknown */
	/*
	 * Writes the start times of processes. The line's own encoder is not used for them: it
	 * caches the second of the event's time, and a start time would replace that second.
	 */
	struct et_encoder encoder;
};

/* Write the JSON members that the objects of a process and of each ancestor have in common. */
static char *put_members(char *p, const struct et_context *c,
			 const struct et_table_process *process)
{
	const struct et_program_text *program = process->program;

	p = PUT(p, "\"entity_id\":\"");
	p = et_put_entity_id(p, c->boot_id, process->tgid, process->start);
	p = PUT(p, "\",\"tgid\":");
	p = et_put_u32(p, process->tgid);
	p = PUT(p, ",\"comm\":");
	p = et_json_put_comm(p, process->comm);
	if (program && program->file_len) {
		p = PUT(p, ",\"executable\":");
		p = et_json_put_string(p, program->text, program->file_len);
	}
	return p;
}

static char *put_process(char *p, struct et_context *c, const struct et_table_process *process)
{
	const struct et_program_text *program = process->program;

	p = put_members(PUT(p, "{"), c, process);
	if (program) {
		p = PUT(p, ",\"args\":");
		p = et_json_put_list(p, program->text + program->file_len, program->args_len);
		if (program->args_cut)
			p = PUT(p, ",\"args_truncated\":true");
	}
	if (process->start_ns) {
		p = PUT(p, ",\"start\":\"");
		p = et_put_timestamp(&c->encoder, p, process->start_ns);
		*p++ = '"';
	}
	if (et_process_table_is_stale(c->table, process))
		p = PUT(p, ",\"stale\":true");
	*p++ = '}';
	return p;
}

static char *put_ancestors(char *p, const struct et_context *c,
			   const struct et_table_process *process)
{
	char *const list = p;

	for (unsigned int i = 0; i < ET_CONTEXT_ANCESTORS; i++) {
		process = et_process_table_parent(c->table, process);
		if (!process)
			break;
		p = put_members(PUT(p, ",{"), c, process);
		*p++ = '}';
	}
	if (p == list)
		return PUT(p, "[]");
	/* The bracket replaces the first comma. */
	*list = '[';
	return PUT(p, "]");
}

static struct kept *kept_of(struct kept *table, const struct et_table_process *process)
{
	return &table[((size_t)process >> 6) % KEPT];
}

static bool is_kept(const struct kept *k, const struct et_context *c,
		    const struct et_table_process *process)
{
	return k->process == process && k->version == process->version &&
	       k->family_version == et_process_table_family_version(c->table) &&
	       k->names_version == c->names_version;
}

struct part {
	const char *text;
	size_t len;
};

/*
 * Keep @head and @rest as one text. Keep nothing if the text has more than @max bytes, or if there
 * is no memory.
 */
static void keep(struct kept *k, size_t max, const struct et_context *c,
		 const struct et_table_process *process, struct part head, struct part rest)
{
	const size_t len = head.len + rest.len;

	k->process = NULL;
	if (len > max)
		return;
	if (len > k->room) {
		char *grown = realloc(k->text, len + len / 4);

		if (!grown)
			return;
		k->text = grown;
		k->room = len + len / 4;
	}
	memcpy(k->text, head.text, head.len);
	if (rest.len)
		memcpy(k->text + head.len, rest.text, rest.len);
	k->head = head.len;
	k->len = len;
	k->process = process;
	k->version = process->version;
	k->family_version = et_process_table_family_version(c->table);
	k->names_version = c->names_version;
}

/* Write the members "parent" and "ancestors". */
static char *put_family(char *p, struct et_context *c, const struct et_table_process *process)
{
	const struct et_table_process *parent = et_process_table_parent(c->table, process);
	char *from = p;
	struct kept *k;

	if (!parent)
		return PUT(p, ",\"ancestors\":[]");
	k = kept_of(c->families, parent);
	if (is_kept(k, c, parent))
		return et_put_bytes(p, k->text, k->len);
	p = PUT(p, ",\"parent\":");
	p = put_process(p, c, parent);
	p = PUT(p, ",\"ancestors\":");
	p = put_ancestors(p, c, process);
	keep(k, KEPT_FAMILY_MAX, c, parent, (struct part){ from, (size_t)(p - from) },
	     (struct part){ .len = 0 });
	return p;
}

static char *put_name(char *p, const char *key, const struct et_context *c, enum et_name_kind kind,
		      __u32 id)
{
	const char *name = et_names_find(c->names, kind, id);

	return name ? et_json_put_string(et_put_key(p, key), name, strlen(name)) : p;
}

static char *put_container(char *p, const struct et_container_text *container)
{
	p = PUT(p, ",\"container\":{\"id\":");
	p = et_json_put_string(p, container->text, container->id_len);
	p = et_put_text(PUT(p, ",\"runtime\":\""), container->runtime);
	*p++ = '"';
	if (container->pod_len) {
		char uid[ET_CAP_CGROUP_PATH];

		et_container_pod_uid(container, uid);
		p = PUT(p, ",\"pod_uid\":");
		p = et_json_put_string(p, uid, container->pod_len);
	}
	*p++ = '}';
	return p;
}

static char *put_users(char *p, const struct et_context *c, const struct et_table_process *process)
{
	if (process->has_creds) {
		p = put_name(p, "user", c, ET_NAME_USER, process->uid);
		p = put_name(p, "group", c, ET_NAME_GROUP, process->gid);
	}
	if (process->login_uid != ET_NO_LOGIN) {
		p = PUT(p, ",\"login_uid\":");
		p = et_put_u32(p, process->login_uid);
		p = put_name(p, "login_user", c, ET_NAME_USER, process->login_uid);
	}
	return p;
}

static bool has_kept_users(const struct et_context *c, const struct et_table_process *process)
{
	const struct kept_users *k = &c->users;

	return k->len && k->uid == process->uid && k->gid == process->gid &&
	       k->login_uid == process->login_uid && k->has_creds == process->has_creds &&
	       k->names_version == c->names_version;
}

static void keep_users(struct et_context *c, const struct et_table_process *process,
		       const char *text, size_t len)
{
	struct kept_users *k = &c->users;

	k->len = 0;
	if (len > sizeof(k->text))
		return;
	memcpy(k->text, text, len);
	k->len = len;
	k->uid = process->uid;
	k->gid = process->gid;
	k->login_uid = process->login_uid;
	k->has_creds = process->has_creds;
	k->names_version = c->names_version;
}

/* Write the members after "parent" and "ancestors". */
static char *put_rest(char *p, struct et_context *c, const struct et_table_process *process)
{
	char *const begin = p;

	if (has_kept_users(c, process)) {
		p = et_put_bytes(p, c->users.text, c->users.len);
	} else {
		p = put_users(p, c, process);
		keep_users(c, process, begin, (size_t)(p - begin));
	}
	if (process->container)
		p = put_container(p, process->container);
	return PUT(p, "}}\n");
}

size_t et_context_add(struct et_context *c, const struct et_event *event, char *line, size_t len)
{
	const struct et_table_process *process = et_process_table_find(c->table, event);
	char *p = line + len - 2, *const begin = p, *family, *rest;
	struct kept *k;

	if (!process)
		return len;
	c->names_version = et_names_version(c->names, ET_NAME_USER) +
			   et_names_version(c->names, ET_NAME_GROUP);
	k = kept_of(c->processes, process);
	if (is_kept(k, c, process)) {
		p = et_put_bytes(p, k->text, k->head);
		p = put_family(p, c, process);
		p = et_put_bytes(p, k->text + k->head, k->len - k->head);
		return (size_t)(p - line);
	}
	p = PUT(p, ",\"context\":{\"process\":");
	family = put_process(p, c, process);
	rest = put_family(family, c, process);
	p = put_rest(rest, c, process);
	keep(k, KEPT_PROCESS_MAX, c, process, (struct part){ begin, (size_t)(family - begin) },
	     (struct part){ rest, (size_t)(p - rest) });
	return (size_t)(p - line);
}

static struct et_ecs_text ecs_executable(const struct et_table_process *process)
{
	const struct et_program_text *program = process ? process->program : NULL;

	return program ? (struct et_ecs_text){ program->text, program->file_len }
		       : (struct et_ecs_text){ .size = 0 };
}

static struct et_ecs_text ecs_name(const struct et_context *c, enum et_name_kind kind, __u32 id)
{
	const char *name = et_names_find(c->names, kind, id);

	return (struct et_ecs_text){ name, name ? strlen(name) : 0 };
}

void et_context_fill_ecs(struct et_context *c, const struct et_event *event,
			 struct et_ecs_context *ret)
{
	const struct et_table_process *process = et_process_table_find(c->table, event), *parent;

	*ret = (struct et_ecs_context){ .parent_start = 0 };
	if (!process)
		return;
	/*
	 * The document of a fork describes the child, so @process is the parent. Both run the same
	 * program.
	 */
	parent = event->hdr->type == ET_PROCESS_FORK ? process
						     : et_process_table_parent(c->table, process);
	ret->executable = ecs_executable(process);
	ret->parent_executable = ecs_executable(parent);
	ret->parent_start = parent ? parent->start : 0;
	if (!process->has_creds)
		return;
	ret->user = ecs_name(c, ET_NAME_USER, process->uid);
	ret->effective_user = ecs_name(c, ET_NAME_USER, process->euid);
	ret->group = ecs_name(c, ET_NAME_GROUP, process->gid);
}

void et_context_set_boot_id(struct et_context *context, const char *boot_id)
{
	size_t len = strnlen(boot_id, sizeof(context->boot_id) - 1);

	/* A damaged recording may contain any bytes. Use only a boot id that needs no escapes. */
	for (size_t i = 0; i < len; i++)
		if (!strchr("0123456789abcdef-", boot_id[i]))
			len = 0;
	/* Discard all kept texts: the texts of processes contain ids with the old boot id. */
	for (size_t i = 0; i < KEPT; i++)
		context->families[i].process = context->processes[i].process = NULL;
	context->users.len = 0;
	memcpy(context->boot_id, boot_id, len);
	context->boot_id[len] = '\0';
}

struct et_process_table *et_context_table(const struct et_context *context)
{
	return context->table;
}

const struct et_names *et_context_names(const struct et_context *context)
{
	return context->names;
}

const char *et_context_boot_id(const struct et_context *context)
{
	return context->boot_id;
}

int et_context_new(size_t processes, const struct et_names *names, struct et_context **ret)
{
	struct et_context *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->names = names;
	et_encoder_init(&c->encoder, &et_json_encoder);
	r = et_process_table_new(processes, &c->table);
	if (r < 0) {
		et_context_free(c);
		return r;
	}
	*ret = c;
	return 0;
}

void et_context_free(struct et_context *context)
{
	if (!context)
		return;
	et_process_table_free(context->table);
	for (size_t i = 0; i < KEPT; i++) {
		free(context->families[i].text);
		free(context->processes[i].text);
	}
	free(context);
}
