/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encodes an event as a document of the Elastic Common Schema: one JSON object in one line.
 * The page docs/ecs.md says which field of the event becomes which field of the document. Members
 * that the schema does not have are in the object "eventstrace".
 *
 * Each member is written with a comma before it; the object's brace then overwrites the first
 * comma. No function checks for room in the buffer: ecs_bound() is an upper bound of all members.
 */
#define _GNU_SOURCE
#include <linux/types.h>
#include <stdbool.h>
#include <string.h>

#include "lib/decode/facts.h"
#include "lib/encode/address.h"
#include "lib/encode/capability.h"
#include "lib/encode/ecs.h"
#include "lib/encode/encode.h"
#include "lib/encode/fields.h"
#include "lib/encode/identity.h"
#include "lib/encode/json_text.h"
#include "lib/encode/numbers.h"
#include "lib/encode/put.h"
#include "lib/encode/timestamp.h"
#include "lib/enrich/container.h"
#include "lib/enrich/process_table.h"

/* ---- the kind of an event -------------------------------------------------------------------- */

/* The fields event.category, event.type and event.action of an event type. */
struct kind {
	const char *categories, *types; /* JSON arrays */
	const char *action;
	const char *dataset; /* the last part of event.dataset: the event type's category */
};

#define PROCESS(type, action)    { "[\"process\"]", "[\"" type "\"]", action, "process" }
#define FILE_EVENT(type, action) { "[\"file\"]", "[\"" type "\"]", action, "file" }
#define NETWORK(type, action) \
	{ "[\"network\"]", "[\"connection\",\"" type "\"]", action, "network" }

static const struct kind kinds[ET_EVENT_TYPES] = {
	[ET_PROCESS_FORK] = PROCESS("start", "fork"),
	[ET_PROCESS_EXEC] = PROCESS("start", "exec"),
	[ET_PROCESS_EXIT] = PROCESS("end", "end"),
	[ET_PROCESS_EXISTS] = PROCESS("info", "exists"),
	[ET_PROCESS_SETSID] = PROCESS("change", "session_id_change"),
	[ET_PROCESS_SETUID] = PROCESS("change", "uid_change"),
	[ET_PROCESS_SETGID] = PROCESS("change", "gid_change"),
	[ET_PROCESS_TTY_WRITE] = PROCESS("change", "text_output"),
	[ET_PROCESS_EXEC_FAILED] = PROCESS("start", "exec"),
	[ET_PROCESS_MEMFD_CREATE] = FILE_EVENT("creation", "memfd_create"),
	[ET_PROCESS_SHMGET] = PROCESS("info", "shmget"),
	[ET_PROCESS_PTRACE] = PROCESS("change", "ptrace"),
	[ET_PROCESS_LOAD_MODULE] = { "[\"driver\"]", "[\"start\"]", "load_module", "process" },
	[ET_FILE_DELETE] = FILE_EVENT("deletion", "deletion"),
	[ET_FILE_CREATE] = FILE_EVENT("creation", "creation"),
	[ET_FILE_RENAME] = FILE_EVENT("change", "rename"),
	[ET_FILE_MODIFY] = FILE_EVENT("change", "modification"),
	[ET_FILE_MEMFD_OPEN] = FILE_EVENT("access", "memfd_open"),
	[ET_FILE_SHMEM_OPEN] = FILE_EVENT("access", "shmem_open"),
	[ET_NETWORK_CONNECTION_ATTEMPTED] = NETWORK("start", "connection_attempted"),
	[ET_NETWORK_CONNECTION_ACCEPTED] = NETWORK("start", "connection_accepted"),
	[ET_NETWORK_CONNECTION_CLOSED] = NETWORK("end", "disconnect_received"),
};

/* The values for event types without a row in kinds[], and for LOST records. */
static const struct kind other = PROCESS("info", "other");
static const struct kind lost_kind = { "[\"host\"]", "[\"info\"]", "lost", "lost" };

/* ---- an event's parts ---------------------------------------------------------------------- */

/* Parts of an event that the document's objects are made of. NULL: the event has no such part. */
struct parts {
	const struct kind *kind;
	struct et_facts facts;
	const struct et_pids *pids;   /* the process of the document; for a fork, the child */
	const struct et_pids *parent; /* for a fork, the parent; otherwise NULL */
	const struct et_field_view *executable, *path;
	const struct et_field_view *file_name; /* a memfd's name, which is no path */
	bool failed;                           /* true: event.outcome is "failure" */
};

static void take_parts(const struct et_event *event, struct parts *ret)
{
	*ret = (struct parts){ .kind = &other };
	if (event->hdr->type == ET_LOST) {
		ret->kind = &lost_kind;
		ret->failed = true;
		return;
	}
	if (kinds[event->hdr->type].action)
		ret->kind = &kinds[event->hdr->type];
	et_facts_find(event, &ret->facts);
	ret->pids = ret->facts.pids;
	ret->path = ret->facts.path;
	switch (event->hdr->type) {
	case ET_PROCESS_FORK:
		ret->pids = ret->facts.child_pids;
		ret->parent = ret->facts.pids;
		break;
	case ET_PROCESS_EXEC:
	case ET_PROCESS_EXISTS:
		ret->executable = ret->facts.filename;
		break;
	case ET_PROCESS_EXIT:
		ret->failed = FIXED(process_exit)->exit_code || FIXED(process_exit)->exit_signal;
		break;
	case ET_PROCESS_EXEC_FAILED:
		ret->path = ret->facts.filename;
		ret->failed = true;
		break;
	case ET_PROCESS_MEMFD_CREATE:
		ret->file_name = ret->facts.filename;
		break;
	default:
		break;
	}
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* Where the key and the body of a JSON object begin in the output. */
struct object {
	char *key, *body;
};

static char *open_object(char *p, const char *key, struct object *ret)
{
	ret->key = p;
	ret->body = et_put_key(p, key);
	return ret->body;
}

/* End an object. If it has no members, remove the object and its key from the output. */
static char *close_object(char *p, const struct object *object)
{
	if (p == object->body)
		return object->key;
	*object->body = '{';
	*p++ = '}';
	return p;
}

/* Write a string member. @text must not have characters that need an escape in JSON. */
static char *put_word(char *p, const char *key, const char *text)
{
	p = et_put_text(PUT(et_put_key(p, key), "\""), text);
	return PUT(p, "\"");
}

static char *put_text(char *p, const char *key, const char *data, size_t size)
{
	return size ? et_json_put_string(et_put_key(p, key), data, size) : p;
}

static char *put_number(char *p, const char *key, __u64 v)
{
	return et_put_u64(et_put_key(p, key), v);
}

static char *put_signed(char *p, const char *key, __s64 v)
{
	return et_put_s64(et_put_key(p, key), v);
}

static char *put_bool(char *p, const char *key, bool v)
{
	return et_put_text(et_put_key(p, key), v ? "true" : "false");
}

/* Write an id as a string: in the schema, an id has the type keyword, which is a string. */
static char *put_id(char *p, const char *key, __u64 v)
{
	p = et_put_u64(PUT(et_put_key(p, key), "\""), v);
	return PUT(p, "\"");
}

static char *put_date(char *p, const char *key, struct et_encoder *dates, __u64 time_ns)
{
	p = et_put_timestamp(dates, PUT(et_put_key(p, key), "\""), time_ns);
	return PUT(p, "\"");
}

static char *put_view(char *p, const char *key, const struct et_field_view *v)
{
	return v ? put_text(p, key, v->data, v->size) : p;
}

/*
 * Write the member "name" of a user or a group. If @name is NULL, the name is not known: write
 * nothing.
 */
static char *put_name(char *p, const struct et_ecs_text *name)
{
	if (!name)
		return p;
	return put_text(p, "name", name->data,
			name->size < ET_ECS_NAME_MAX ? name->size : ET_ECS_NAME_MAX);
}

/* Write an object with the member "id", and the member "name" if the name is known. */
static char *put_user(char *p, const char *key, __u32 id, const struct et_ecs_text *name)
{
	struct object object;

	p = put_id(open_object(p, key, &object), "id", id);
	return close_object(put_name(p, name), &object);
}

/* ---- the document -------------------------------------------------------------------------- */

/* Return the part of a path after its last slash. */
static struct et_ecs_text base_name(const char *data, size_t size)
{
	const char *slash = size ? memrchr(data, '/', size) : NULL;
	const char *name = slash ? slash + 1 : data;

	return (struct et_ecs_text){ name, size - (size_t)(name - data) };
}

/* The boot id of the events' host, the first part of event.id and entity_id; empty: unknown. */
static const char *boot_of(const struct et_encoder *enc)
{
	return enc->identity ? enc->identity->boot_id : "";
}

static char *put_dash(char *p, __u64 v)
{
	*p++ = '-';
	return et_put_u64(p, v);
}

/* Write process.entity_id. The member "context" of the format "json" has the same id. */
static char *put_entity(char *p, const struct et_encoder *enc, __u32 tgid, __u64 start)
{
	char id[ET_ENTITY_ID_SIZE];
	char *end = et_put_entity_id(id, boot_of(enc), tgid, start);

	return put_text(p, "entity_id", id, (size_t)(end - id));
}

/*
 * Make event.id, which is the same in each replay. CPU, lane, ring and sequence number identify a
 * record of one session. The sequence numbers begin again with each session; the record's time
 * distinguishes sessions.
 */
static size_t event_id(const struct et_encoder *enc, const struct et_event *event, char *ret)
{
	const struct et_header *hdr = event->hdr;
	char *p = et_put_text(ret, boot_of(enc));

	p = put_dash(put_dash(put_dash(p, hdr->type), hdr->ts), hdr->cpu);
	p = put_dash(put_dash(put_dash(p, hdr->lane), hdr->ring), hdr->seq);
	/*
	 * User space makes LOST records, so no lane has numbered them: event->seq distinguishes
	 * them.
	 */
	if (hdr->type >= ET_EVENT_TYPES)
		p = put_dash(p, event->seq);
	return (size_t)(p - ret);
}

#define EVENT_ID_SIZE (ET_BOOT_ID_SIZE + 7 * (1 + ET_MAX_U64))

static char *put_event(char *p, const struct et_encoder *enc, const struct et_event *event,
		       const struct parts *parts)
{
	char id[EVENT_ID_SIZE];
	struct object object;

	p = open_object(p, "event", &object);
	p = put_word(p, "kind", "event");
	p = et_put_text(et_put_key(p, "category"), parts->kind->categories);
	p = et_put_text(et_put_key(p, "type"), parts->kind->types);
	p = put_word(p, "action", parts->kind->action);
	p = put_word(p, "outcome", parts->failed ? "failure" : "success");
	p = put_text(p, "id", id, event_id(enc, event, id));
	/* The schema's type long is signed, but a recording may contain any 64-bit number. */
	p = put_number(p, "sequence", event->seq & INT64_MAX);
	p = put_word(p, "module", "eventstrace");
	p = et_put_text(PUT(et_put_key(p, "dataset"), "\"eventstrace."), parts->kind->dataset);
	p = PUT(p, "\"");
	return close_object(p, &object);
}

static char *put_host(char *p, const struct et_encoder *enc)
{
	const struct et_identity *identity = enc->identity;
	struct object object, boot;

	if (!identity)
		return p;
	p = open_object(p, "host", &object);
	p = put_text(p, "hostname", identity->host, strlen(identity->host));
	p = put_text(p, "name", identity->host, strlen(identity->host));
	p = open_object(p, "boot", &boot);
	p = put_text(p, "id", identity->boot_id, strlen(identity->boot_id));
	return close_object(close_object(p, &boot), &object);
}

/* Write process.command_line: the arguments with spaces between them. */
static char *put_command_line(char *p, const struct et_field_view *argv)
{
	const char *arg = argv->data, *end = arg + argv->size;
	bool first = true;

	p = et_put_key(p, "command_line");
	while (arg < end) {
		const size_t len = strnlen(arg, (size_t)(end - arg));
		/*
		 * Write this argument's opening quote in place of the closing quote of the argument
		 * before. Then replace it by a space:
		 *
		 *	"ls" -> "ls"-l" -> "ls -l"
		 */
		char *const begin = first ? p : p - 1;

		p = et_json_put_string(begin, arg, len);
		if (!first)
			*begin = ' ';
		first = false;
		arg += len + 1;
	}
	return p;
}

static bool is_cut(const struct et_field_view *v)
{
	return v->flags & (ET_VAR_F_TRUNCATED | ET_VAR_F_PARTIAL | ET_VAR_F_FAULT) ||
	       v->orig != v->size;
}

static char *put_arguments(char *p, const struct et_field_view *argv)
{
	const char *at, *last;
	__u64 count = 1;

	if (!argv || !argv->size)
		return p;
	/* The last argument may be cut, so that no 0 byte ends it. */
	last = argv->data + argv->size - 1;
	for (at = argv->data; (at = memchr(at, '\0', (size_t)(last - at))); at++)
		count++;
	p = et_json_put_list(et_put_key(p, "args"), argv->data, argv->size);
	if (!is_cut(argv))
		p = put_number(p, "args_count", count);
	return put_command_line(p, argv);
}

static char *put_tty(char *p, const struct et_tty *tty)
{
	struct object object, device;

	if (!tty || !(tty->major | tty->minor))
		return p;
	p = open_object(p, "tty", &object);
	p = open_object(p, "char_device", &device);
	p = put_number(p, "major", tty->major);
	p = close_object(put_number(p, "minor", tty->minor), &device);
	p = put_number(p, "rows", tty->winsize_rows);
	p = put_number(p, "columns", tty->winsize_cols);
	return close_object(p, &object);
}

static char *put_io(char *p, const struct et_event *event)
{
	const struct et_field_view *out = VAR(process_tty_write, tty_out);
	struct object object;

	p = open_object(p, "io", &object);
	p = put_word(p, "type", "tty");
	p = et_json_put_string(et_put_key(p, "text"), out->data, out->size);
	p = put_number(p, "total_bytes_captured", out->size);
	p = put_number(p, "total_bytes_skipped", out->orig - out->size);
	return close_object(p, &object);
}

/*
 * True for event types whose documents list capabilities: a process or a program starts, or a
 * process changes its user or group. Root's capabilities take 1.4 KB, so other documents leave them
 * out.
 */
static bool has_capabilities(__u32 type)
{
	switch (type) {
	case ET_PROCESS_FORK:
	case ET_PROCESS_EXEC:
	case ET_PROCESS_EXEC_FAILED:
	case ET_PROCESS_EXISTS:
	case ET_PROCESS_SETUID:
	case ET_PROCESS_SETGID:
		return true;
	default:
		return false;
	}
}

static char *put_capabilities(char *p, const struct et_creds *creds)
{
	struct object object;

	p = open_object(p, "capabilities", &object);
	p = et_put_capabilities(et_put_key(p, "effective"), creds->cap_effective);
	p = et_put_capabilities(et_put_key(p, "permitted"), creds->cap_permitted);
	return close_object(p, &object);
}

static char *put_thread(char *p, const struct et_event *event, const struct parts *parts)
{
	struct object object;

	p = open_object(p, "thread", &object);
	p = put_number(p, "id", parts->pids->tid);
	if (parts->facts.comm && *parts->facts.comm)
		p = et_json_put_comm(et_put_key(p, "name"), parts->facts.comm);
	if (parts->facts.creds && has_capabilities(event->hdr->type))
		p = put_capabilities(p, parts->facts.creds);
	return close_object(p, &object);
}

/* Write an object that has only the member "pid". */
static char *put_pid(char *p, const char *key, __u32 pid)
{
	struct object object;

	p = put_number(open_object(p, key, &object), "pid", pid);
	return close_object(p, &object);
}

static char *put_executable(char *p, const char *data, size_t size)
{
	struct et_ecs_text name = base_name(data, size);

	p = put_text(p, "executable", data, size);
	return put_text(p, "name", name.data, name.size);
}

/* Write the program at @path, which earlier events have reported: see struct et_ecs_context. */
static char *put_known_executable(char *p, const struct et_ecs_text *path)
{
	return put_executable(p, path->data,
			      path->size < ET_ECS_PATH_MAX ? path->size : ET_ECS_PATH_MAX);
}

static char *put_parent(char *p, const struct et_encoder *enc, const struct parts *parts)
{
	const struct et_ecs_context *context = enc->context;
	__u32 pid = parts->pids->ppid;
	struct object object;
	__u64 start = 0;

	if (parts->parent) {
		pid = parts->parent->tgid;
		start = et_process_start(parts->parent);
	} else if (context) {
		start = context->parent_start;
	}
	p = put_number(open_object(p, "parent", &object), "pid", pid);
	if (start)
		p = put_entity(p, enc, pid, start);
	if (context)
		p = put_known_executable(p, &context->parent_executable);
	return close_object(p, &object);
}

static char *put_process(char *p, const struct et_encoder *enc, struct et_encoder *dates,
			 const struct et_event *event, const struct parts *parts)
{
	const struct et_ecs_context *context = enc->context;
	const struct et_pids *pids = parts->pids;
	struct object object;

	if (!pids)
		return p;
	p = open_object(p, "process", &object);
	p = put_number(p, "pid", pids->tgid);
	p = put_entity(p, enc, pids->tgid, et_process_start(pids));
	if (pids->start_time_ns)
		p = put_date(p, "start", dates,
			     event->time_ns - et_event_ts(event) + pids->start_time_ns);
	if (parts->executable && parts->executable->size)
		p = put_executable(p, parts->executable->data, parts->executable->size);
	else if (context && context->executable.size)
		p = put_known_executable(p, &context->executable);
	else if (parts->facts.comm && *parts->facts.comm)
		p = et_json_put_comm(et_put_key(p, "name"), parts->facts.comm);
	p = put_arguments(p, parts->facts.argv);
	p = put_view(p, "working_directory", parts->facts.cwd);
	if (parts->facts.env && parts->facts.env->size)
		p = et_json_put_list(et_put_key(p, "env_vars"), parts->facts.env->data,
				     parts->facts.env->size);
	p = put_thread(p, event, parts);
	p = put_parent(p, enc, parts);
	p = put_pid(p, "group_leader", pids->pgid);
	p = put_pid(p, "session_leader", pids->sid);
	if (parts->facts.creds) {
		p = put_user(p, "user", parts->facts.creds->euid,
			     context ? &context->effective_user : NULL);
		p = put_user(p, "real_user", parts->facts.creds->ruid,
			     context ? &context->user : NULL);
		p = put_user(p, "saved_user", parts->facts.creds->suid, NULL);
	}
	p = put_tty(p, parts->facts.tty);
	if (event->hdr->type == ET_PROCESS_TTY_WRITE)
		p = put_io(p, event);
	if (event->hdr->type == ET_PROCESS_EXIT) {
		const struct et_process_exit *exit = FIXED(process_exit);

		/* As in a shell's $?: 128 plus the signal's number, or the exit code. */
		p = put_signed(p, "exit_code",
			       exit->exit_signal ? 128 + exit->exit_signal : exit->exit_code);
		p = put_date(p, "end", dates, event->time_ns);
	}
	return close_object(p, &object);
}

static char *put_users(char *p, const struct et_encoder *enc, const struct parts *parts)
{
	const struct et_ecs_context *context = enc->context;
	const struct et_creds *creds = parts->facts.creds;
	struct object object;

	if (!creds)
		return p;
	p = open_object(p, "user", &object);
	p = put_id(p, "id", creds->ruid);
	p = put_name(p, context ? &context->user : NULL);
	p = put_user(p, "group", creds->rgid, context ? &context->group : NULL);
	if (creds->euid != creds->ruid)
		p = put_user(p, "effective", creds->euid,
			     context ? &context->effective_user : NULL);
	return close_object(p, &object);
}

static char *put_path(char *p, const struct et_field_view *path)
{
	struct et_ecs_text name = base_name(path->data, path->size);
	size_t directory = path->size - name.size;
	const char *dot = name.size ? memrchr(name.data, '.', name.size) : NULL;

	p = put_view(p, "path", path);
	p = put_text(p, "name", name.data, name.size);
	/* The directory without its last slash, except for "/". */
	p = put_text(p, "directory", path->data, directory > 1 ? directory - 1 : directory);
	if (dot && dot > name.data)
		p = put_text(p, "extension", dot + 1, (size_t)(name.data + name.size - (dot + 1)));
	return p;
}

static const char *file_type(__u8 type)
{
	switch (type) {
	case ET_FILE_TYPE_FILE:
		return "file";
	case ET_FILE_TYPE_DIR:
		return "dir";
	case ET_FILE_TYPE_SYMLINK:
		return "symlink";
	case ET_FILE_TYPE_CHARACTER_DEVICE:
		return "character_device";
	case ET_FILE_TYPE_BLOCK_DEVICE:
		return "block_device";
	case ET_FILE_TYPE_NAMED_PIPE:
		return "named_pipe";
	case ET_FILE_TYPE_SOCKET:
		return "socket";
	default:
		return "unknown";
	}
}

static char *put_mode(char *p, __u16 mode)
{
	p = PUT(et_put_key(p, "mode"), "\"");
	for (int shift = 9; shift >= 0; shift -= 3)
		*p++ = '0' + (mode >> shift & 7);
	return PUT(p, "\"");
}

static char *put_file(char *p, struct et_encoder *dates, const struct parts *parts)
{
	const struct et_file_info *info = parts->facts.file_info;
	struct object object;

	p = open_object(p, "file", &object);
	if (parts->path)
		p = put_path(p, parts->path);
	p = put_view(p, "name", parts->file_name);
	p = put_view(p, "target_path", parts->facts.symlink_target);
	if (info && info->inode) {
		p = put_word(p, "type", file_type(info->type));
		p = put_mode(p, info->mode);
		p = put_id(p, "inode", info->inode);
		p = put_id(p, "uid", info->uid);
		p = put_id(p, "gid", info->gid);
		p = put_number(p, "size", info->size & INT64_MAX);
		p = put_date(p, "accessed", dates, info->atime);
		p = put_date(p, "mtime", dates, info->mtime);
		p = put_date(p, "ctime", dates, info->ctime);
	}
	return close_object(p, &object);
}

static char *put_end(char *p, const char *key, const __u8 address[16], __u16 port,
		     const __u64 *bytes)
{
	struct object object;

	p = open_object(p, key, &object);
	p = et_put_address(PUT(et_put_key(p, "ip"), "\""), address);
	p = put_number(PUT(p, "\""), "port", port);
	if (bytes)
		p = put_number(p, "bytes", *bytes & INT64_MAX);
	return close_object(p, &object);
}

/*
 * Write the objects network, source and destination. The source of an accepted connection is the
 * remote side, which opened it. The source of other events is this host's side.
 */
static char *put_net(char *p, const struct et_event *event, const struct et_net *net)
{
	const bool accepted = event->hdr->type == ET_NETWORK_CONNECTION_ACCEPTED;
	const struct et_net_closed *closed = NULL;
	struct object object;

	if (!net)
		return p;
	if (event->hdr->type == ET_NETWORK_CONNECTION_CLOSED)
		closed = &FIXED(network_connection_closed)->net;
	p = open_object(p, "network", &object);
	if (net->transport == ET_TRANSPORT_TCP)
		p = put_word(p, "transport", "tcp");
	if (net->family == ET_FAMILY_AF_INET || net->family == ET_FAMILY_AF_INET6)
		p = put_word(p, "type", net->family == ET_FAMILY_AF_INET ? "ipv4" : "ipv6");
	if (closed)
		p = put_number(p, "bytes",
			       (closed->bytes_sent + closed->bytes_received) & INT64_MAX);
	else
		p = put_word(p, "direction", accepted ? "ingress" : "egress");
	p = close_object(p, &object);
	p = put_end(p, accepted ? "destination" : "source", net->source_address, net->source_port,
		    closed ? &closed->bytes_sent : NULL);
	return put_end(p, accepted ? "source" : "destination", net->destination_address,
		       net->destination_port, closed ? &closed->bytes_received : NULL);
}

static char *put_container(char *p, const struct parts *parts)
{
	struct et_container container;
	struct object object;

	if (!et_container_find(&parts->facts, &container))
		return p;
	p = open_object(p, "container", &object);
	p = put_text(p, "id", container.id, container.id_len);
	p = put_word(p, "runtime", container.runtime);
	return close_object(p, &object);
}

static char *put_error(char *p, const struct et_event *event)
{
	const char *name;
	struct object object;

	if (event->hdr->type != ET_PROCESS_EXEC_FAILED)
		return p;
	name = strerrorname_np(FIXED(process_exec_failed)->error);
	p = open_object(p, "error", &object);
	if (name)
		p = put_word(p, "code", name);
	else
		p = put_id(p, "code", (__u32)FIXED(process_exec_failed)->error);
	return close_object(p, &object);
}

static char *put_module(char *p, const struct et_event *event)
{
	struct object object;

	if (event->hdr->type != ET_PROCESS_LOAD_MODULE)
		return p;
	p = open_object(p, "dll", &object);
	p = put_view(p, "name", VAR(process_load_module, filename));
	return close_object(p, &object);
}

/* ---- members outside of the schema --------------------------------------------------------- */

#define ET_ENUM_BEGIN(NAME, name, doc)                   \
	static inline const char *name_of_##name(__u8 v) \
	{                                                \
		switch (v) {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) \
	case (number):                                \
		return #NAME;
#define ET_ENUM_END(name)         \
	default:                  \
		return "UNKNOWN"; \
		}                 \
		}
#include "lib/wire/schema.def"

/*
 * Define a function for each event type. It writes the type's name, and the array "cut": the names
 * of the variable-length fields that are not complete.
 */
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)            \
	static char *put_names_##name(char *p, const struct et_event *event) \
	{                                                                    \
		char *list;                                                  \
                                                                             \
		(void)event;                                                 \
		p = put_word(p, "event_type", #NAME);                        \
		list = et_put_key(p, "cut");                                 \
		char *at = list;
#define ET_VAR(owner, NAME, name, doc) \
	if (is_cut(VAR(owner, name)))  \
		at = PUT(at, ",\"" #name "\"");
#define ET_EVENT_END(name)   \
	if (at == list)      \
		return p;    \
	*list = '[';         \
	return PUT(at, "]"); \
	}
#include "lib/wire/schema.def"

static char *put_names(char *p, const struct et_event *event)
{
	switch (event->hdr->type) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	case ET_##NAME:                                           \
		return put_names_##name(p, event);
#include "lib/wire/schema.def"
	default:
		return put_word(p, "event_type", "LOST");
	}
}

static char *put_lost(char *p, const struct et_event *event)
{
	const struct et_lost *lost = FIXED(lost);

	p = put_number(p, "count", lost->count & INT64_MAX);
	p = put_number(p, "cpu", lost->cpu);
	p = put_signed(p, "lane", lost->lane);
	p = put_word(p, "ring", lost->ring == ET_RING_LIFECYCLE ? "lifecycle" : "bulk");
	p = put_number(p, "after_ts_ns", lost->after_ts_ns & INT64_MAX);
	p = put_number(p, "before_ts_ns", lost->before_ts_ns & INT64_MAX);
	if (!ET_LACKS(event->older, 2))
		p = put_word(p, "cause", name_of_lost_cause(lost->cause));
	if (!ET_LACKS(event->older, 3))
		p = put_signed(p, "uid", lost->uid);
	if (ET_LACKS(event->older, 4))
		return p;
	p = put_word(p, "lost_type", et_name_of_type(lost->lost_type));
	return put_number(p, "segment", lost->segment & INT64_MAX);
}

static char *put_details(char *p, const struct et_event *event)
{
	switch (event->hdr->type) {
	case ET_PROCESS_EXEC:
		p = put_bool(p, "is_setuid", FIXED(process_exec)->is_setuid);
		p = put_bool(p, "is_setgid", FIXED(process_exec)->is_setgid);
		p = put_bool(p, "is_memfd", FIXED(process_exec)->is_memfd);
		return has_2(event) ? put_view(p, "script", VAR(process_exec, script)) : p;
	case ET_PROCESS_EXIT:
		p = put_number(p, "exit_signal", FIXED(process_exit)->exit_signal);
		return put_bool(p, "core_dumped", FIXED(process_exit)->core_dumped);
	case ET_PROCESS_SETSID:
		if (!has_2(event))
			return p;
		p = put_number(p, "old_sid", FIXED(process_setsid)->old_sid);
		return put_number(p, "old_pgid", FIXED(process_setsid)->old_pgid);
	case ET_PROCESS_SETUID:
		p = put_number(p, "new_ruid", FIXED(process_setuid)->new_ruid);
		p = put_number(p, "new_euid", FIXED(process_setuid)->new_euid);
		if (!has_2(event))
			return p;
		p = put_number(p, "old_ruid", FIXED(process_setuid)->old_ruid);
		return put_number(p, "old_euid", FIXED(process_setuid)->old_euid);
	case ET_PROCESS_SETGID:
		p = put_number(p, "new_rgid", FIXED(process_setgid)->new_rgid);
		p = put_number(p, "new_egid", FIXED(process_setgid)->new_egid);
		if (!has_2(event))
			return p;
		p = put_number(p, "old_rgid", FIXED(process_setgid)->old_rgid);
		return put_number(p, "old_egid", FIXED(process_setgid)->old_egid);
	case ET_PROCESS_MEMFD_CREATE:
		return put_number(p, "flags", FIXED(process_memfd_create)->flags);
	case ET_PROCESS_SHMGET:
		p = put_number(p, "key", (__u32)FIXED(process_shmget)->key);
		p = put_signed(p, "shmflg", FIXED(process_shmget)->shmflg);
		return put_number(p, "size", FIXED(process_shmget)->size & INT64_MAX);
	case ET_PROCESS_PTRACE:
		p = put_signed(p, "request", FIXED(process_ptrace)->request);
		return put_signed(p, "child_pid", FIXED(process_ptrace)->child_pid);
	case ET_PROCESS_LOAD_MODULE:
		p = put_view(p, "mod_version", VAR(process_load_module, mod_version));
		return put_view(p, "mod_srcversion", VAR(process_load_module, mod_srcversion));
	case ET_FILE_RENAME:
		return put_view(p, "old_path", VAR(file_rename, old_path));
	case ET_FILE_MODIFY:
		return put_word(p, "change_type",
				name_of_change_type(FIXED(file_modify)->change_type));
	case ET_LOST:
		return put_lost(p, event);
	default:
		return p;
	}
}

/* ---- the format ---------------------------------------------------------------------------- */

/*
 * Upper bound of a document without the bytes of variable-length fields: keys, numbers, the host,
 * the ids and the context.
 */
#define FIXED_MAX                                               \
	(6144 + 2 * ET_CAPABILITIES_MAX + 3 * ET_IDENTITY_MAX + \
	 4 * ET_JSON_BYTE_MAX * ET_BOOT_ID_SIZE +               \
	 ET_JSON_BYTE_MAX * (4 * ET_ECS_PATH_MAX + 8 * ET_ECS_NAME_MAX) + ET_JSON_SLACK)

/* A byte of a path is printed up to 3 times: in path, in directory or name, and in extension. */
#define COPIES 3

/* Upper bound of a document. @bytes is the sum of its variable-length fields in bytes. */
#define BOUND(bytes) (FIXED_MAX + COPIES * ET_JSON_BYTE_MAX * (bytes))

/* Upper bound of a LOST document, which contains no process. */
#define LOST_MAX (2048 + 3 * ET_IDENTITY_MAX + ET_JSON_BYTE_MAX * ET_BOOT_ID_SIZE + ET_JSON_SLACK)

static size_t ecs_bound(const struct et_event *event)
{
	if (event->hdr->type >= ET_EVENT_TYPES)
		return LOST_MAX;
	return BOUND(et_value_bytes(event));
}

static size_t ecs_encode(struct et_encoder *enc, const struct et_event *event, char *buf)
{
	struct et_encoder dates = { .second = ~0ULL };
	struct object object;
	struct parts parts;
	char *p = buf;

	take_parts(event, &parts);
	p = et_put_timestamp(enc, PUT(p, "{\"@timestamp\":\""), event->time_ns);
	p = PUT(p, "\",\"ecs\":{\"version\":\"" ET_ECS_VERSION "\"}");
	p = put_event(p, enc, event, &parts);
	p = put_host(p, enc);
	p = put_process(p, enc, &dates, event, &parts);
	p = put_users(p, enc, &parts);
	p = put_file(p, &dates, &parts);
	p = put_net(p, event, parts.facts.net);
	p = put_container(p, &parts);
	p = put_error(p, event);
	p = put_module(p, event);
	p = open_object(p, "eventstrace", &object);
	p = put_details(put_names(p, event), event);
	p = close_object(p, &object);
	return (size_t)(PUT(p, "}\n") - buf);
}

static size_t ecs_header(const struct et_encoder *enc, char *buf)
{
	char *p = et_put_header(PUT(buf, "{"), enc->identity, enc->ops->name);

	return (size_t)(PUT(p, "}\n") - buf);
}

const struct et_encoder_ops et_ecs_encoder = {
	.name = "ecs",
	.lines = 1,
	.bound_max = BOUND(sizeof(union et_longest_values)),
	.bound = ecs_bound,
	.encode = ecs_encode,
	.header = ecs_header,
};

/* ---- for the bulk API ----------------------------------------------------------------------- */

#define ACTION_MAX (sizeof("{\"create\":{\"_id\":}}\n") + ET_JSON_STRING_MAX(EVENT_ID_SIZE))

_Static_assert(LOST_MAX + ACTION_MAX <= ET_ENCODE_LOST_MAX, "a LOST document has room");

static size_t bulk_bound(const struct et_event *event)
{
	return ecs_bound(event) + ACTION_MAX;
}

/*
 * A data stream of Elasticsearch accepts only the action "create". The action fails if the stream's
 * write index has a document with this id. So a second upload of an event changes nothing, unless
 * the stream was rolled over in between.
 */
static size_t bulk_encode(struct et_encoder *enc, const struct et_event *event, char *buf)
{
	char id[EVENT_ID_SIZE];
	char *p = PUT(buf, "{\"create\":{\"_id\":");

	p = et_json_put_string(p, id, event_id(enc, event, id));
	p = PUT(p, "}}\n");
	return (size_t)(p - buf) + ecs_encode(enc, event, p);
}

const struct et_encoder_ops et_es_bulk_encoder = {
	.name = "es-bulk",
	.lines = 2,
	.bound_max = BOUND(sizeof(union et_longest_values)) + ACTION_MAX,
	.bound = bulk_bound,
	.encode = bulk_encode,
};
