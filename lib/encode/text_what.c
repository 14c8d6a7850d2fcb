/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the column "what" of the format "text", which tells what happened. One function for each
 * event type.
 */
#define _GNU_SOURCE
#include <linux/types.h>
#include <signal.h>
#include <string.h>

#include "lib/encode/address.h"
#include "lib/encode/fields.h"
#include "lib/encode/text_state.h"

/* The parameters of all functions what_EVENT(), which write the column "what" of one event type. */
#define ARGS struct et_line *l, const struct et_text *text, const struct et_event *event

/*
 * Add notes about the value: "(90 bytes more)" if it was cut, and one for each flag, such as
 * "(deleted)".
 */
static void put_flags(struct et_line *l, const struct et_field_view *v)
{
	if (v->flags & ET_VAR_F_TRUNCATED || v->orig != v->size) {
		et_line_put(l, " (");
		et_line_u64(l, v->orig - v->size);
		et_line_put(l, " bytes more)");
	}
	if (v->flags & ET_VAR_F_DELETED)
		et_line_put(l, " (deleted)");
	if (v->flags & ET_VAR_F_UNREACHABLE)
		et_line_put(l, " (unreachable)");
	if (v->flags & ET_VAR_F_UNRESOLVED)
		et_line_put(l, " (unresolved)");
	if (v->flags & ET_VAR_F_PARTIAL)
		et_line_put(l, " (partial)");
	if (v->flags & ET_VAR_F_FAULT)
		et_line_put(l, " (unreadable)");
}

static void put_path(struct et_line *l, const struct et_field_view *v)
{
	et_line_word(l, v->data, v->size);
	put_flags(l, v);
}

/* Add the words @name and the value of a field. Add nothing if the value is empty. */
static void put_note(struct et_line *l, const char *name, const struct et_field_view *v)
{
	if (!v->size)
		return;
	et_line_put(l, name);
	put_path(l, v);
}

static void put_arguments(struct et_line *l, const struct et_field_view *argv,
			  const struct et_field_view *filename)
{
	if (argv->size)
		et_line_words(l, argv->data, argv->size);
	else
		et_line_word(l, filename->data, filename->size);
	put_flags(l, argv);
}

/* ---- processes --------------------------------------------------------------------------- */

static void what_process_fork(ARGS)
{
	(void)text;
	et_line_put(l, "child ");
	et_line_u64(l, FIXED(process_fork)->child_pids.tgid);
}

static void what_process_exec(ARGS)
{
	(void)text;
	put_arguments(l, VAR(process_exec, argv), VAR(process_exec, filename));
}

static void what_process_exists(ARGS)
{
	(void)text;
	put_arguments(l, VAR(process_exists, argv), VAR(process_exists, filename));
}

static void put_error(struct et_line *l, int error)
{
	const char *name = strerrorname_np(error);

	if (name) {
		et_line_put(l, name);
		return;
	}
	et_line_put(l, "error ");
	et_line_s64(l, error);
}

static void what_process_exec_failed(ARGS)
{
	(void)text;
	put_error(l, FIXED(process_exec_failed)->error);
	et_line_put(l, " ");
	put_path(l, VAR(process_exec_failed, filename));
}

static void put_signal(struct et_line *l, int number)
{
	const char *name = sigabbrev_np(number);

	if (name) {
		et_line_put(l, "SIG");
		et_line_put(l, name);
		return;
	}
	et_line_put(l, "signal ");
	et_line_s64(l, number);
}

static void what_process_exit(ARGS)
{
	const struct et_process_exit *e = FIXED(process_exit);

	(void)text;
	if (!e->exit_signal) {
		et_line_put(l, "status ");
		et_line_s64(l, e->exit_code);
		return;
	}
	put_signal(l, e->exit_signal);
	if (e->core_dumped)
		et_line_put(l, " (core dumped)");
}

static void what_process_setsid(ARGS)
{
	const struct et_process_setsid *e = FIXED(process_setsid);

	(void)text;
	et_line_put(l, "session ");
	if (has_2(event) && e->old_sid) {
		et_line_u64(l, e->old_sid);
		et_line_put(l, " -> ");
	}
	et_line_u64(l, e->pids.sid);
}

/* A user ID or group ID, before and after the event. */
struct change {
	const char *name;
	__u32 was, is;
};

/*
 * Add the IDs that the event has changed. @known: the record has the IDs before the event. Records
 * of old recordings have only the IDs after the event.
 */
static void put_changes(struct et_line *l, const struct change *c, size_t count, bool known,
			void (*put)(struct et_line *, const struct et_text *, __u32),
			const struct et_text *text)
{
	const char *comma = "";

	for (size_t i = 0; i < count; i++) {
		if (known && c[i].was == c[i].is)
			continue;
		et_line_put(l, comma);
		et_line_put(l, c[i].name);
		if (known) {
			put(l, text, c[i].was);
			et_line_put(l, " ");
		}
		et_line_put(l, "-> ");
		put(l, text, c[i].is);
		comma = ", ";
	}
}

static void what_process_setuid(ARGS)
{
	const struct et_process_setuid *e = FIXED(process_setuid);
	bool known = has_2(event);
	const struct change changes[] = {
		{ "real ", e->old_ruid, e->new_ruid },
		{ "effective ", e->old_euid, e->new_euid },
		{ "saved ", e->old_suid, e->new_suid },
		{ "file system ", e->old_fsuid, e->new_fsuid },
	};
	size_t count = sizeof(changes) / sizeof(*changes);

	/*
	 * Leave out the user for file system access (fsuid) if it is the same as the effective
	 * user, both before and after the event.
	 */
	if (!known)
		count = 2;
	else if (e->old_fsuid == e->old_euid && e->new_fsuid == e->new_euid)
		count--;
	put_changes(l, changes, count, known, et_text_user, text);
}

static void put_number(struct et_line *l, const struct et_text *text, __u32 id)
{
	(void)text;
	et_line_u64(l, id);
}

static void what_process_setgid(ARGS)
{
	const struct et_process_setgid *e = FIXED(process_setgid);
	bool known = has_2(event);
	const struct change changes[] = {
		{ "real ", e->old_rgid, e->new_rgid },
		{ "effective ", e->old_egid, e->new_egid },
		{ "saved ", e->old_sgid, e->new_sgid },
		{ "file system ", e->old_fsgid, e->new_fsgid },
	};
	size_t count = sizeof(changes) / sizeof(*changes);

	if (!known)
		count = 2;
	else if (e->old_fsgid == e->old_egid && e->new_fsgid == e->new_egid)
		count--;
	put_changes(l, changes, count, known, put_number, text);
}

/* Major device numbers of pseudoterminals (/dev/pts/N). */
#define PTY_MAJOR_FIRST 136
#define PTY_MAJOR_LAST  143

static void what_process_tty_write(ARGS)
{
	const struct et_process_tty_write *e = FIXED(process_tty_write);
	const struct et_field_view *out = VAR(process_tty_write, tty_out);

	(void)text;
	if (e->tty.major >= PTY_MAJOR_FIRST && e->tty.major <= PTY_MAJOR_LAST) {
		et_line_put(l, "pts/");
		et_line_u64(l, e->tty.minor + 256ULL * (e->tty.major - PTY_MAJOR_FIRST));
	} else {
		et_line_put(l, "tty ");
		et_line_u64(l, e->tty.major);
		et_line_put(l, ":");
		et_line_u64(l, e->tty.minor);
	}
	et_line_put(l, " ");
	et_line_bytes(l, out->data, out->size);
	put_flags(l, out);
}

static void what_process_memfd_create(ARGS)
{
	(void)text;
	put_path(l, VAR(process_memfd_create, filename));
}

static void what_process_shmget(ARGS)
{
	const struct et_process_shmget *e = FIXED(process_shmget);

	(void)text;
	et_line_put(l, "key ");
	et_line_u64(l, e->key);
	et_line_put(l, ", ");
	et_line_u64(l, e->size);
	et_line_put(l, " bytes");
}

/* Values of PTRACE_ATTACH and PTRACE_SEIZE, requests of ptrace(2). */
#define REQUEST_ATTACH 16
#define REQUEST_SEIZE  0x4206

static void what_process_ptrace(ARGS)
{
	const struct et_process_ptrace *e = FIXED(process_ptrace);

	(void)text;
	if (e->request == REQUEST_ATTACH) {
		et_line_put(l, "attach to ");
	} else if (e->request == REQUEST_SEIZE) {
		et_line_put(l, "seize ");
	} else {
		et_line_put(l, "request ");
		et_line_s64(l, e->request);
		et_line_put(l, " of ");
	}
	et_line_s64(l, e->child_pid);
}

static void what_process_load_module(ARGS)
{
	(void)text;
	put_path(l, VAR(process_load_module, filename));
	put_note(l, " version ", VAR(process_load_module, mod_version));
}

/* ---- files ------------------------------------------------------------------------------- */

static void put_octal(struct et_line *l, unsigned int mode)
{
	char digits[5] = { (char)('0' + (mode >> 9 & 7)), (char)('0' + (mode >> 6 & 7)),
			   (char)('0' + (mode >> 3 & 7)), (char)('0' + (mode & 7)), '\0' };

	et_line_put(l, digits);
}

static void put_file(struct et_line *l, const struct et_file_info *info,
		     const struct et_field_view *path, const struct et_field_view *target)
{
	static const char *const types[] = {
		[ET_FILE_TYPE_DIR] = " (directory)",
		[ET_FILE_TYPE_CHARACTER_DEVICE] = " (character device)",
		[ET_FILE_TYPE_BLOCK_DEVICE] = " (block device)",
		[ET_FILE_TYPE_NAMED_PIPE] = " (FIFO)",
		[ET_FILE_TYPE_SOCKET] = " (socket)",
	};

	put_path(l, path);
	if (info->type < sizeof(types) / sizeof(*types) && types[info->type])
		et_line_put(l, types[info->type]);
	put_note(l, " (link to) ", target);
}

static void what_file_delete(ARGS)
{
	(void)text;
	put_file(l, &FIXED(file_delete)->file_info, VAR(file_delete, path),
		 VAR(file_delete, symlink_target_path));
}

static void what_file_create(ARGS)
{
	(void)text;
	put_file(l, &FIXED(file_create)->file_info, VAR(file_create, path),
		 VAR(file_create, symlink_target_path));
}

static void what_file_memfd_open(ARGS)
{
	(void)text;
	put_path(l, VAR(file_memfd_open, path));
}

static void what_file_shmem_open(ARGS)
{
	(void)text;
	put_path(l, VAR(file_shmem_open, path));
}

static void what_file_rename(ARGS)
{
	(void)text;
	put_path(l, VAR(file_rename, old_path));
	et_line_put(l, " -> ");
	put_path(l, VAR(file_rename, new_path));
}

static void what_file_modify(ARGS)
{
	const struct et_file_modify *e = FIXED(file_modify);

	put_path(l, VAR(file_modify, path));
	switch (e->change_type) {
	case ET_CHANGE_TYPE_CONTENT:
		et_line_put(l, " size ");
		et_line_u64(l, e->file_info.size);
		break;
	case ET_CHANGE_TYPE_PERMISSIONS:
		et_line_put(l, " mode ");
		put_octal(l, e->file_info.mode);
		break;
	case ET_CHANGE_TYPE_OWNER:
		et_line_put(l, " owner ");
		et_text_user(l, text, e->file_info.uid);
		et_line_put(l, ":");
		et_line_u64(l, e->file_info.gid);
		break;
	case ET_CHANGE_TYPE_XATTRS:
		et_line_put(l, " extended attributes");
		break;
	default:
		break;
	}
}

/* ---- network ----------------------------------------------------------------------------- */

/* Add an address and its port: "192.0.2.1:80" or "[2001:db8::1]:80". */
static void put_end(struct et_line *l, __u8 family, const __u8 address[16], __u16 port)
{
	char ip[ET_ADDRESS_MAX + 1];
	bool brackets;

	*et_put_address(ip, address) = '\0';
	brackets = family == ET_FAMILY_AF_INET6 || strchr(ip, ':');
	et_line_put(l, brackets ? "[" : "");
	et_line_put(l, ip);
	et_line_put(l, brackets ? "]:" : ":");
	et_line_u64(l, port);
}

#define PUT_NET(l, net, arrow)                                                                    \
	do {                                                                                      \
		put_end((l), (net)->family, (net)->source_address, (net)->source_port);           \
		et_line_put((l), (arrow));                                                        \
		put_end((l), (net)->family, (net)->destination_address, (net)->destination_port); \
	} while (0)

static void what_network_connection_attempted(ARGS)
{
	(void)text;
	PUT_NET(l, &FIXED(network_connection_attempted)->net, " -> ");
}

static void what_network_connection_accepted(ARGS)
{
	(void)text;
	PUT_NET(l, &FIXED(network_connection_accepted)->net, " <- ");
}

static void what_network_connection_closed(ARGS)
{
	const struct et_net_closed *net = &FIXED(network_connection_closed)->net;

	(void)text;
	PUT_NET(l, net, " -> ");
	et_line_put(l, " sent ");
	et_line_u64(l, net->bytes_sent);
	et_line_put(l, ", received ");
	et_line_u64(l, net->bytes_received);
}

/* ---- the table --------------------------------------------------------------------------- */

#define WHAT(NAME, name) [ET_##NAME] = what_##name

/* The function for each event type. A type without a function has an empty column "what". */
static void (*const whats[ET_EVENT_TYPES])(ARGS) = {
	WHAT(PROCESS_FORK, process_fork),
	WHAT(PROCESS_EXEC, process_exec),
	WHAT(PROCESS_EXIT, process_exit),
	WHAT(PROCESS_SETSID, process_setsid),
	WHAT(PROCESS_SETUID, process_setuid),
	WHAT(PROCESS_SETGID, process_setgid),
	WHAT(PROCESS_TTY_WRITE, process_tty_write),
	WHAT(PROCESS_EXEC_FAILED, process_exec_failed),
	WHAT(PROCESS_MEMFD_CREATE, process_memfd_create),
	WHAT(PROCESS_SHMGET, process_shmget),
	WHAT(PROCESS_PTRACE, process_ptrace),
	WHAT(PROCESS_LOAD_MODULE, process_load_module),
	WHAT(FILE_DELETE, file_delete),
	WHAT(FILE_CREATE, file_create),
	WHAT(FILE_RENAME, file_rename),
	WHAT(FILE_MODIFY, file_modify),
	WHAT(FILE_MEMFD_OPEN, file_memfd_open),
	WHAT(FILE_SHMEM_OPEN, file_shmem_open),
	WHAT(NETWORK_CONNECTION_ATTEMPTED, network_connection_attempted),
	WHAT(NETWORK_CONNECTION_ACCEPTED, network_connection_accepted),
	WHAT(NETWORK_CONNECTION_CLOSED, network_connection_closed),
	WHAT(PROCESS_EXISTS, process_exists),
};

bool et_text_knows(unsigned int type)
{
	return type < ET_EVENT_TYPES && whats[type];
}

void et_text_what(struct et_line *l, const struct et_text *text, const struct et_event *event)
{
	if (et_text_knows(event->hdr->type))
		whats[event->hdr->type](l, text, event);
}

bool et_text_is_failure(const struct et_event *event)
{
	const struct et_process_exit *exit = (const void *)event->hdr;

	if (event->hdr->type == ET_PROCESS_EXEC_FAILED)
		return true;
	return event->hdr->type == ET_PROCESS_EXIT && (exit->exit_code || exit->exit_signal);
}
