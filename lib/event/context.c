/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives on_event the context of an event: its process, ancestors, users and container. */
#include <errno.h>
#include <linux/types.h>
#include <string.h>

#include "lib/decode/decode.h"
#include "lib/encode/context.h"
#include "lib/encode/identity.h"
#include "lib/include/eventstrace.h"

_Static_assert(ET_ENTITY_ID_MAX > ET_ENTITY_ID_SIZE, "the largest entity_id fits");

/* The process of the event; NULL: the event has no context, or no process that is known. */
static const struct et_table_process *process_of(const struct et_event *event)
{
	return event->context ? et_process_table_find(et_context_table(event->context), event)
			      : NULL;
}

int et_event__process(const struct et_event *event, unsigned int level, struct et_process_info *ret)
{
	const struct et_table_process *process = process_of(event);
	struct et_process_info info = { .sz = ret->sz };
	const struct et_program_text *program;
	struct et_process_table *table;

	if (ret->sz < sizeof(ret->sz))
		return -EINVAL;
	table = process ? et_context_table(event->context) : NULL;
	for (; process && level; level--)
		process = et_process_table_parent(table, process);
	if (!process)
		return -ENOENT;
	program = process->program;
	info.tgid = process->tgid;
	info.stale = et_process_table_is_stale(table, process);
	info.start_ns = process->start_ns;
	memcpy(info.comm, process->comm, sizeof(info.comm));
	*et_put_entity_id(info.entity_id, et_context_boot_id(event->context), process->tgid,
			  process->start) = '\0';
	if (program && program->file_len) {
		info.executable = program->text;
		info.executable_size = program->file_len;
	}
	if (program) {
		info.args = program->text + program->file_len;
		info.args_size = program->args_len;
		info.args_truncated = program->args_cut;
	}
	memcpy(ret, &info, ret->sz < sizeof(info) ? ret->sz : sizeof(info));
	return 0;
}

static void fill_container(const struct et_container_text *container, struct et_context_info *info)
{
	info->container_id = container->text;
	info->container_id_size = container->id_len;
	info->container_runtime = container->runtime;
	if (container->pod_len < sizeof(info->pod_uid))
		et_container_pod_uid(container, info->pod_uid);
}

int et_event__context(const struct et_event *event, struct et_context_info *ret)
{
	const struct et_table_process *process = process_of(event);
	struct et_context_info info = { .sz = ret->sz, .login_uid = ET_NO_LOGIN };
	const struct et_names *names;

	if (ret->sz < sizeof(ret->sz))
		return -EINVAL;
	if (!process)
		return -ENOENT;
	names = et_context_names(event->context);
	if (process->has_creds) {
		info.user = et_names_find(names, ET_NAME_USER, process->uid);
		info.group = et_names_find(names, ET_NAME_GROUP, process->gid);
	}
	if (process->login_uid != ET_NO_LOGIN) {
		info.login_uid = process->login_uid;
		info.login_user = et_names_find(names, ET_NAME_USER, process->login_uid);
	}
	if (process->container)
		fill_container(process->container, &info);
	memcpy(ret, &info, ret->sz < sizeof(info) ? ret->sz : sizeof(info));
	return 0;
}
