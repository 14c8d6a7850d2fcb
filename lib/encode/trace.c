/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encodes events in the Trace Event Format, for viewers such as Perfetto. The output is a JSON
 * array of objects. Each event makes one line:
 *
 *	[{"ph":"M","name":"process_name",...}
 *	,{"ph":"M","name":"process_name",...},{"ph":"B",...,"name":"sh"}
 *	,{"ph":"E",...},{"ph":"M",...},{"ph":"B",...,"name":"ls"}
 *
 * The format allows an array without its final bracket, so the output is valid after each line.
 *
 * A slice is a bar on the time line. Each program that a process runs makes one. It lasts from the
 * fork or exec to the next exec or the exit. All other events are instants, points on the line.
 *
 * No function checks for room in the buffer: trace_bound() is an upper bound.
 */
#define _GNU_SOURCE
#include <linux/types.h>
#include <stdbool.h>
#include <string.h>

#include "lib/encode/address.h"
#include "lib/encode/encode.h"
#include "lib/encode/fields.h"
#include "lib/encode/identity.h"
#include "lib/encode/json_text.h"
#include "lib/encode/numbers.h"
#include "lib/encode/put.h"
#include "lib/encode/trace.h"
#include "lib/include/eventstrace_events.h"

/* ---- JSON ----------------------------------------------------------------------------------- */

static char *put_number(char *p, const char *key, __s64 v)
{
	return et_put_s64(et_put_key(p, key), v);
}

static char *put_string(char *p, const char *key, const char *data, size_t size)
{
	return et_json_put_string(et_put_key(p, key), data, size);
}

static char *put_text(char *p, const char *key, const struct et_field_view *v)
{
	return v->size ? put_string(p, key, v->data, v->size) : p;
}

/* Write a member whose value is a word of this program, such as a name of the schema. */
static char *put_word(char *p, const char *key, const char *word)
{
	return PUT(et_put_text(PUT(et_put_key(p, key), "\""), word), "\"");
}

/*
 * Begin the object "args" of an event. Each member is written with a comma before it; close_args()
 * replaces the first comma with the opening brace.
 */
static char *open_args(char *p, char **ret_body)
{
	*ret_body = p = PUT(p, ",\"args\":");
	return p;
}

/* End the object "args", and the event. */
static char *close_args(char *p, char *body)
{
	if (p == body)
		*p++ = '{';
	*body = '{';
	return PUT(p, "}}");
}

/* ---- slices --------------------------------------------------------------------------------- */

/* True if the process has a slice that has not ended. */
static bool is_open(const struct et_encoder *enc, __u32 tgid)
{
	return enc->trace && tgid < ET_TRACE_PIDS &&
	       enc->trace->open[tgid / 64] & 1ULL << tgid % 64;
}

/* Set whether the process has an open slice. Return: false if the process can have no slice. */
static bool set_open(struct et_encoder *enc, __u32 tgid, bool open)
{
	if (!enc->trace || tgid >= ET_TRACE_PIDS)
		return false;
	enc->trace->open[tgid / 64] &= ~(1ULL << tgid % 64);
	enc->trace->open[tgid / 64] |= (__u64)open << tgid % 64;
	return true;
}

/* Begin an event: its phase, its thread, and its time in microseconds. */
static char *begin(char *p, const char *phase, const struct et_event *event, __u32 pid, __u32 tid)
{
	const __u64 ns = et_event_ts(event);
	const __u32 rest = ns % 1000;

	p = PUT(et_put_text(PUT(p, ",{\"ph\":\""), phase), "\",\"ts\":");
	p = et_put_u64(p, ns / 1000);
	*p++ = '.';
	*p++ = '0' + rest / 100;
	et_put_pair(p, rest % 100);
	p = put_number(p + 2, "pid", pid);
	return put_number(p, "tid", tid);
}

static char *put_process_name(char *p, __u32 pid, const char *name, size_t size)
{
	char *body;

	p = PUT(p, ",{\"ph\":\"M\",\"name\":\"process_name\"");
	p = open_args(put_number(put_number(p, "pid", pid), "tid", pid), &body);
	return close_args(put_string(p, "name", name, size), body);
}

static char *end_slice(char *p, const struct et_event *event, __u32 pid)
{
	return PUT(begin(p, "E", event, pid, pid), "}");
}

/*
 * End the process's present slice, and begin one whose name is the last part of the path @name. The
 * object "args" of the slice stays open: the caller adds members to it, and calls close_args().
 * @ret_body receives NULL if the process can have no slice.
 */
static char *begin_slice(char *p, struct et_encoder *enc, const struct et_event *event, __u32 pid,
			 const char *name, size_t size, char **ret_body)
{
	const char *slash = size ? memrchr(name, '/', size) : NULL;

	if (slash) {
		size -= (size_t)(slash + 1 - name);
		name = slash + 1;
	}
	if (is_open(enc, pid))
		p = end_slice(p, event, pid);
	p = put_process_name(p, pid, name, size);
	*ret_body = NULL;
	if (!set_open(enc, pid, true))
		return p;
	p = put_string(begin(p, "B", event, pid, pid), "name", name, size);
	return open_args(PUT(p, ",\"cat\":\"process\""), ret_body);
}

static char *put_fork(char *p, struct et_encoder *enc, const struct et_event *event)
{
	const struct et_process_fork *fork = FIXED(process_fork);
	char *body;

	p = begin_slice(p, enc, event, fork->child_pids.tgid, fork->comm,
			strnlen(fork->comm, sizeof(fork->comm)), &body);
	return body ? close_args(put_number(p, "ppid", fork->parent_pids.tgid), body) : p;
}

/* Begin the slice of an exec, or of a process that ran before the recording began. */
static char *put_program(char *p, struct et_encoder *enc, const struct et_event *event,
			 const struct et_pids *pids, const char comm[16],
			 const struct et_field_view *filename, const struct et_field_view *argv)
{
	const bool known = filename->size;
	char *body;

	p = begin_slice(p, enc, event, pids->tgid, known ? filename->data : comm,
			known ? filename->size : strnlen(comm, 16), &body);
	if (!body)
		return p;
	p = et_json_put_list(et_put_key(p, "argv"), argv->data, argv->size);
	p = put_text(p, "filename", filename);
	return close_args(put_number(p, "ppid", pids->ppid), body);
}

static char *put_exit(char *p, struct et_encoder *enc, const struct et_event *event)
{
	const struct et_process_exit *exit = FIXED(process_exit);
	char *body;

	if (is_open(enc, exit->pids.tgid)) {
		p = begin(p, "E", event, exit->pids.tgid, exit->pids.tgid);
		set_open(enc, exit->pids.tgid, false);
	} else {
		p = begin(p, "i", event, exit->pids.tgid, exit->pids.tid);
		p = PUT(p, ",\"s\":\"t\",\"name\":\"process-exit\",\"cat\":\"process\"");
	}
	p = put_number(open_args(p, &body), "exit_code", exit->exit_code);
	return close_args(put_number(p, "exit_signal", exit->exit_signal), body);
}

/* ---- instants ------------------------------------------------------------------------------- */

static char *put_address(char *p, const char *key, const __u8 address[16], __u16 port)
{
	p = et_put_address(PUT(et_put_key(p, key), "\""), address);
	*p++ = ' ';
	p = et_put_u32(p, port);
	*p++ = '"';
	return p;
}

static char *put_net(char *p, const struct et_net *net)
{
	p = put_address(p, "source", net->source_address, net->source_port);
	return put_address(p, "destination", net->destination_address, net->destination_port);
}

/* Write the members of an instant's object "args". */
static char *put_details(char *p, const struct et_event *event)
{
	switch (event->hdr->type) {
	case ET_PROCESS_EXEC_FAILED:
		p = put_text(p, "filename", VAR(process_exec_failed, filename));
		return put_number(p, "error", FIXED(process_exec_failed)->error);
	case ET_PROCESS_TTY_WRITE:
		return put_text(p, "tty_out", VAR(process_tty_write, tty_out));
	case ET_PROCESS_MEMFD_CREATE:
		return put_text(p, "filename", VAR(process_memfd_create, filename));
	case ET_PROCESS_LOAD_MODULE:
		return put_text(p, "filename", VAR(process_load_module, filename));
	case ET_PROCESS_PTRACE:
		return put_number(p, "child_pid", FIXED(process_ptrace)->child_pid);
	case ET_PROCESS_SETUID:
		return put_number(p, "new_euid", FIXED(process_setuid)->new_euid);
	case ET_PROCESS_SETGID:
		return put_number(p, "new_egid", FIXED(process_setgid)->new_egid);
	case ET_FILE_DELETE:
		return put_text(p, "path", VAR(file_delete, path));
	case ET_FILE_CREATE:
		return put_text(p, "path", VAR(file_create, path));
	case ET_FILE_RENAME:
		p = put_text(p, "old_path", VAR(file_rename, old_path));
		return put_text(p, "new_path", VAR(file_rename, new_path));
	case ET_FILE_MODIFY:
		return put_text(p, "path", VAR(file_modify, path));
	case ET_FILE_MEMFD_OPEN:
		return put_text(p, "path", VAR(file_memfd_open, path));
	case ET_FILE_SHMEM_OPEN:
		return put_text(p, "path", VAR(file_shmem_open, path));
	case ET_NETWORK_CONNECTION_ATTEMPTED:
		return put_net(p, &FIXED(network_connection_attempted)->net);
	case ET_NETWORK_CONNECTION_ACCEPTED:
		return put_net(p, &FIXED(network_connection_accepted)->net);
	case ET_NETWORK_CONNECTION_CLOSED:
		/* struct et_net_closed begins with the members of struct et_net. */
		return put_net(p, (const struct et_net *)&FIXED(network_connection_closed)->net);
	default:
		return p;
	}
}

static const char *const names[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = flag,
#include "lib/wire/schema.def"
};

static const char *const categories[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = #category,
#include "lib/wire/schema.def"
};

static char *put_instant(char *p, const struct et_event *event)
{
	/* In the record of each event type, a struct et_pids follows the header. */
	const struct et_pids *pids = (const struct et_pids *)(event->hdr + 1);
	const char *name = names[event->hdr->type];
	char *body;

	p = PUT(begin(p, "i", event, pids->tgid, pids->tid), ",\"s\":\"t\"");
	p = put_string(p, "name", name, strlen(name));
	p = PUT(et_put_text(PUT(p, ",\"cat\":\""), categories[event->hdr->type]), "\"");
	return close_args(put_details(open_args(p, &body), event), body);
}

/*
 * A loss belongs to no process. The scope "g" (global) lets a viewer draw the loss across all
 * processes.
 */
static char *put_lost(char *p, const struct et_event *event)
{
	const struct et_lost *lost = FIXED(lost);
	const char *cause = et_lost_cause_name(lost->cause);
	char *body;

	p = PUT(begin(p, "i", event, 0, 0), ",\"s\":\"g\",\"name\":\"LOST\",\"cat\":\"lost\"");
	p = et_put_u64(et_put_key(open_args(p, &body), "count"), lost->count);
	if (!ET_LACKS(event->older, 2))
		p = put_word(p, "cause", cause ? cause : "UNKNOWN");
	if (!ET_LACKS(event->older, 4)) {
		p = put_word(p, "lost_type", et_name_of_type(lost->lost_type));
		p = et_put_u64(et_put_key(p, "segment"), lost->segment);
	}
	return close_args(p, body);
}

/* ---- the format ----------------------------------------------------------------------------- */

/* Upper bound of an event's line in bytes, without its fields of variable length. */
#define FIXED_MAX (2048 + ET_JSON_SLACK)

/*
 * A byte of a path is printed up to 3 times: in filename, in the process's name and in the slice's
 * name.
 */
#define COPIES 3

static size_t trace_bound(const struct et_event *event)
{
	return FIXED_MAX + COPIES * ET_JSON_BYTE_MAX * et_value_bytes(event);
}

static size_t trace_encode(struct et_encoder *enc, const struct et_event *event, char *buf)
{
	char *p = buf;

	switch (event->hdr->type) {
	case ET_PROCESS_FORK:
		p = put_fork(p, enc, event);
		break;
	case ET_PROCESS_EXEC:
		p = put_program(p, enc, event, &FIXED(process_exec)->pids,
				FIXED(process_exec)->comm, VAR(process_exec, filename),
				VAR(process_exec, argv));
		break;
	case ET_PROCESS_EXISTS:
		p = put_program(p, enc, event, &FIXED(process_exists)->pids,
				FIXED(process_exists)->comm, VAR(process_exists, filename),
				VAR(process_exists, argv));
		break;
	case ET_PROCESS_EXIT:
		p = put_exit(p, enc, event);
		break;
	case ET_LOST:
		p = put_lost(p, event);
		break;
	default:
		p = put_instant(p, event);
		break;
	}
	*p++ = '\n';
	return (size_t)(p - buf);
}

/* Write the first line. It begins the array, and names process 0, to which LOST events belong. */
static size_t trace_header(const struct et_encoder *enc, char *buf)
{
	char *p = PUT(buf, "[{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":0,\"tid\":0,\"args\":{"
			   "\"name\":\"eventstrace\"");

	memcpy(p, enc->identity->members, enc->identity->size);
	return (size_t)(PUT(p + enc->identity->size, "}}\n") - buf);
}

const struct et_encoder_ops et_trace_encoder = {
	.name = "trace",
	.lines = 1,
	.is_array = true,
	.bound_max = FIXED_MAX + COPIES * ET_JSON_BYTE_MAX * sizeof(union et_longest_values),
	.bound = trace_bound,
	.encode = trace_encode,
	.header = trace_header,
};
