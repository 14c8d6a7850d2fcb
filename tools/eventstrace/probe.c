/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/probe.h"

#include <inttypes.h>
#include <string.h>

#include "tools/eventstrace/give_up.h"
#include "tools/eventstrace/host.h"
#include "tools/eventstrace/log.h"
#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/table.h"

static const char *kind_name(enum et_attach_kind kind)
{
	switch (kind) {
	case ET_ATTACH_FENTRY:
		return "fentry";
	case ET_ATTACH_KPROBE:
		return "kprobe";
	case ET_ATTACH_TRACEPOINT:
	case ET_ATTACH_TP_BTF:
		return "tracepoint";
	case ET_ATTACH_ANY: /* an event has no candidate */
		break;
	}
	return "-";
}

static const char *verdict(const struct et_hook *hook)
{
	if (hook->chosen)
		return "chosen";
	return hook->reason ? hook->reason : "not tried: one before it was chosen";
}

static void add_event(struct table *t, const struct et_event_info *info,
		      const struct et_hook *hooks, size_t count)
{
	const char *event = info->flag;

	for (size_t i = 0; i < count; i++) {
		if (hooks[i].event_id != info->id)
			continue;
		table_cell(t, "%s", event);
		table_cell(t, "%s", kind_name(hooks[i].kind));
		/* A candidate that does not exist on this kernel has a reason, but no name. */
		table_cell(t, "%s", hooks[i].hook ? hooks[i].hook : "-");
		table_cell(t, "%s", verdict(&hooks[i]));
		event = ""; /* the event's name is printed only with its first candidate */
	}
	if (!*event)
		return;
	table_cell(t, "%s", event);
	table_cell(t, "-");
	table_cell(t, "-");
	table_cell(t, "there is no hook for it");
}

static int print_hooks(const struct et_session *session, uint64_t events, FILE *out)
{
	struct table t = TABLE_INIT(4, 0);
	size_t info_count, hook_count;
	const struct et_event_info *infos = et_event_infos(&info_count);
	const struct et_hook *hooks = et_session__hooks(session, &hook_count);
	int err;

	table_cell(&t, "event");
	table_cell(&t, "kind");
	table_cell(&t, "hook");
	table_cell(&t, "verdict");
	for (size_t i = 0; i < info_count; i++) {
		if (events & ET_EVENT_BIT(infos[i].id))
			add_event(&t, &infos[i], hooks, hook_count);
	}
	err = table_print(&t, out);
	table_free(&t);
	return err;
}

static int print_wire_format(struct et_session *session, FILE *out)
{
	struct et_session_stats stats = { .sz = sizeof(stats) };
	int err;

	err = et_session__stats(session, &stats);
	if (err < 0)
		return err;
	fprintf(out, "wire format: %s%s%s\n", stats.wire_format, stats.wire_format_why ? ": " : "",
		stats.wire_format_why ? stats.wire_format_why : "");
	return 0;
}

/* Print the verifier's cost of each program. */
static int print_programs(const struct et_session *session, FILE *out)
{
	struct table t = TABLE_INIT(3, 0x6);
	size_t count;
	const struct et_program *programs = et_session__programs(session, &count);
	int err;

	table_cell(&t, "program");
	table_cell(&t, "instructions");
	table_cell(&t, "microseconds");
	for (size_t i = 0; i < count; i++) {
		table_cell(&t, "%s", programs[i].name);
		table_cell(&t, "%" PRIu64, programs[i].verified_insns);
		table_cell(&t, "%" PRIu64, programs[i].verified_usec);
	}
	err = table_print(&t, out);
	table_free(&t);
	return err;
}

/*
 * Give up the privileges that recording would give up, and print them. This process no longer needs
 * them, either.
 */
static enum status print_given_up(struct et_session *session, const struct run_as *who, FILE *out)
{
	struct privileges_report report;
	enum status status = give_up(session, who, -1, -1, NULL, &report);

	if (status)
		return status;
	fputs("\nwhile events are recorded:\n", out);
	for (size_t i = 0; i < report.count; i++)
		fprintf(out, "  %s\n", report.lines[i]);
	return STATUS_OK;
}

enum status probe_run(struct et_options *opts, const struct run_as *who, bool verbose, FILE *out)
{
	struct log log = { .verbose = verbose, .hold = true };
	struct et_session *session = NULL;
	struct et_error error = { 0 };
	enum status status = STATUS_OK;
	int wanted = __builtin_popcountll(opts->events), missing, err;

	host_print(out);
	fflush(out);
	opts->log = log_line;
	opts->log_ctx = &log;
	missing = et_probe(opts, &session, &error);
	log_drop(&log); /* the table also has these reasons */
	if (missing < 0) {
		log_err("%s", error.message);
		return status_of(error.kind);
	}
	fputc('\n', out);
	err = print_wire_format(session, out);
	if (!err) {
		fputc('\n', out);
		err = print_hooks(session, opts->events, out);
	}
	if (!err && verbose) {
		fputc('\n', out);
		err = print_programs(session, out);
	}
	if (!err)
		status = print_given_up(session, who, out);
	et_session__close(session);
	if (err) {
		log_err("%s", strerror(-err));
		return STATUS_OTHER;
	}
	if (status)
		return status;
	fprintf(out, "\n%d of %d events can be recorded\n", wanted - missing, wanted);
	return missing ? STATUS_ATTACH : STATUS_OK;
}
