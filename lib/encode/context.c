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
 * The cached JSON text of a process's parent and ancestors. The processes that a shell starts one
 * after the other have the same parent and ancestors, so they share the text.
 */
struct family {
	const struct et_table_process *parent; /* NULL: the entry is not used */
	__u64 version;                         /* version of the table when the text was made */
	size_t len, room;                      /* bytes of the text, and of its memory */
	char *text;
};

/* Entries of et_context.families, a power of two, and the largest text of an entry in bytes. */
#define FAMILIES        64
#define FAMILY_TEXT_MAX 8192

struct et_context {
	struct et_process_table *table;
	struct family families[FAMILIES];
	const struct et_names *names;
	char boot_id[ET_BOOT_ID_SIZE]; /* boot id of the events' host; empty: unknown */
	/* Writes start times. The encoder of the line is not used: it caches the event's second. */
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

/* Keep the text if it is not too long. If there is no memory for the text, keep nothing. */
static void keep_family(struct family *f, const struct et_table_process *parent, __u64 version,
			const char *text, size_t len)
{
	f->parent = NULL;
	if (len > FAMILY_TEXT_MAX)
		return;
	if (len > f->room) {
		char *grown = realloc(f->text, len + len / 4);

		if (!grown)
			return;
		f->text = grown;
		f->room = len + len / 4;
	}
	memcpy(f->text, text, len);
	f->len = len;
	f->parent = parent;
	f->version = version;
}

/* Write the members "parent" and "ancestors". */
static char *put_family(char *p, struct et_context *c, const struct et_table_process *process)
{
	const struct et_table_process *parent = et_process_table_parent(c->table, process);
	struct family *f;
	__u64 version;
	char *from = p;

	if (!parent)
		return PUT(p, ",\"ancestors\":[]");
	f = &c->families[((size_t)parent >> 6) % FAMILIES];
	version = et_process_table_version(c->table, parent, ET_CONTEXT_ANCESTORS);
	if (f->parent == parent && f->version == version) {
		memcpy(p, f->text, f->len);
		return p + f->len;
	}
	p = PUT(p, ",\"parent\":");
	p = put_process(p, c, parent);
	p = PUT(p, ",\"ancestors\":");
	p = put_ancestors(p, c, process);
	keep_family(f, parent, version, from, (size_t)(p - from));
	return p;
}

static char *put_name(char *p, const char *key, const struct et_context *c,
		      enum et_name_kind kind, __u32 id)
{
	const char *name = et_names_find(c->names, kind, id);

	return name ? et_json_put_string(et_put_key(p, key), name, strlen(name)) : p;
}

static char *put_container(char *p, const struct et_container_text *container)
{
	const char *pod = container->text + container->id_len;

	p = PUT(p, ",\"container\":{\"id\":");
	p = et_json_put_string(p, container->text, container->id_len);
	p = et_put_text(PUT(p, ",\"runtime\":\""), container->runtime);
	*p++ = '"';
	if (container->pod_len) {
		char *from;

		p = PUT(p, ",\"pod_uid\":");
		from = p;
		p = et_json_put_string(p, pod, container->pod_len);
		/*
		 * In the name of a systemd slice, "-" separates levels. So the kubelet writes "_"
		 * for each "-" of the pod's uid. Restore the uid.
		 */
		for (; from < p; from++)
			if (*from == '_')
				*from = '-';
	}
	*p++ = '}';
	return p;
}

size_t et_context_add(struct et_context *c, const struct et_event *event, char *line, size_t len)
{
	const struct et_table_process *process = et_process_table_find(c->table, event);
	char *p = line + len - 2;

	if (!process)
		return len;
	p = PUT(p, ",\"context\":{\"process\":");
	p = put_process(p, c, process);
	p = put_family(p, c, process);
	if (process->has_creds) {
		p = put_name(p, "user", c, ET_NAME_USER, process->uid);
		p = put_name(p, "group", c, ET_NAME_GROUP, process->gid);
	}
	if (process->login_uid != ET_NO_LOGIN) {
		p = PUT(p, ",\"login_uid\":");
		p = et_put_u32(p, process->login_uid);
		p = put_name(p, "login_user", c, ET_NAME_USER, process->login_uid);
	}
	if (process->container)
		p = put_container(p, process->container);
	p = PUT(p, "}}\n");
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
	 * The document of a fork is about the child, so the event's process is the parent. Both run
	 * the same program.
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
	/* The cached texts contain process ids with the old boot id: discard them. */
	for (size_t i = 0; i < FAMILIES; i++)
		context->families[i].parent = NULL;
	memcpy(context->boot_id, boot_id, len);
	context->boot_id[len] = '\0';
}

struct et_process_table *et_context_table(const struct et_context *context)
{
	return context->table;
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
	for (size_t i = 0; i < FAMILIES; i++)
		free(context->families[i].text);
	free(context);
}
