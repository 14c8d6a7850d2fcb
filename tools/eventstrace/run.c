/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/run.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/include/eventstrace_events.h"
#include "tools/eventstrace/format.h"
#include "tools/eventstrace/activity.h"
#include "tools/eventstrace/command.h"
#include "tools/eventstrace/give_up.h"
#include "tools/eventstrace/interim.h"
#include "tools/eventstrace/metrics_file.h"
#include "tools/eventstrace/log.h"
#include "tools/eventstrace/names.h"
#include "tools/eventstrace/outcome.h"
#include "tools/eventstrace/outputs.h"
#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/monotonic.h"
#include "tools/eventstrace/stop.h"
#include "tools/eventstrace/summary.h"
#include "tools/eventstrace/terminals.h"
#include "tools/eventstrace/top_screen.h"
#include "tools/eventstrace/tree.h"

/* Time between two screens of --top, in ns. */
#define SCREEN_NS 1000000000

/* Report a failure of et_session__open(). Return: the exit status. */
static enum status fail_open(const struct et_error *error, const struct log *log)
{
	/* If only one event was requested, the held warning names it with the reason. */
	const char *message = log->held_count == 1 ? log->held[0] : error->message;

	if (error->kind == ET_ERROR_ATTACH && log->held_count)
		log_err("%s: see eventstrace --probe", message);
	else
		log_err("%s", error->message);
	return status_of(error->kind);
}

/*
 * With --attach, an event that the command line names must have that kind of hook, otherwise the
 * program fails. An event that is chosen as a part of a category is left out, as without --attach.
 */
static enum status check_named(const struct options *options, const struct et_session *session)
{
	size_t info_count, hook_count;
	const struct et_event_info *infos = et_event_infos(&info_count);
	const struct et_hook *hooks = et_session__hooks(session, &hook_count);
	/* PROCESS_EXISTS has no hook. */
	uint64_t missing = options->choice.named & ~ET_EVENT_BIT(ET_EVENT_PROCESS_EXISTS);

	if (options->attach == ET_ATTACH_ANY)
		return STATUS_OK;
	for (size_t i = 0; i < hook_count; i++) {
		if (hooks[i].chosen)
			missing &= ~ET_EVENT_BIT(hooks[i].event_id);
	}
	for (size_t i = 0; i < info_count; i++) {
		if (!(missing & ET_EVENT_BIT(infos[i].id)))
			continue;
		log_err("--%s cannot be recorded with the hooks of --attach: --probe says why",
			infos[i].flag);
		return STATUS_ATTACH;
	}
	return STATUS_OK;
}

/* Find the features of the kernel. The library tries some of them, which needs privileges. */
static enum status find_features(struct et_session *session, struct et_features *ret)
{
	int err = et_session__features(session, ret);

	if (err == 0)
		return STATUS_OK;
	log_err("the kernel's features are not available: %s", strerror(-err));
	return STATUS_OTHER;
}

/*
 * Print the line of --print-features-on-init. If events are not printed, the line goes to stdout,
 * because another program may wait for it. With a COMMAND, it goes to stderr.
 */
static enum status print_features(const struct options *options, struct et_session *session,
				  const struct outputs *outputs, const struct et_features *features,
				  const struct command *command)
{
	int err, fd = outputs->events.fd;
	char header[HEADER_MAX] = "";

	if (options->header) {
		int len = et_session__header(session, header, sizeof(header) - 1);

		header[len > 0 ? len : 0] = '\0';
	}
	if (fd < 0)
		fd = command ? STDERR_FILENO : STDOUT_FILENO;
	err = output_features(fd, features, header);
	if (err == -ECANCELED)
		return STATUS_OK; /* the loop that waits for events sees the stop request again */
	return err ? outcome_unwritable(outputs->events.path, err) : STATUS_OK;
}

/*
 * Print the present account. If this fails, printing the final summary fails, too, and its status
 * is used.
 */
static void print_interim(const struct options *options, struct et_session *session)
{
	struct summary summary;

	if (summary_take(session, &summary) < 0)
		return;
	summary.running = true;
	(void)outcome_summary(options, &summary);
}

/* Objects that count all events; NULL: not needed. */
struct watchers {
	struct activity *activity; /* --summary */
	struct tree *tree;         /* --format=tree */
	struct top_screen top;     /* --top */
};

/* Print the present account, or the next screen of --top. */
static void show_interim(const struct options *options, struct et_session *session,
			 struct outputs *outputs, struct top_screen *top)
{
	if (!top->top)
		print_interim(options, session);
	else if (top_screen_show(top, session) < 0)
		outputs->gone = "-";
}

/* Milliseconds between two attempts to reopen files while a pipe does not accept its data. */
#define AGAIN_MS 50

/*
 * Wait for events, for a stop request, and for the end of the output's reader. Without the latter,
 * a closed output would only be noticed at the next event. Return: 1: stop; -EPIPE: the output has
 * no reader; another negative errno; or 0.
 */
static int wait_for_something(const struct options *options, struct et_session *session,
			      struct outputs *outputs, struct metrics_file *metrics,
			      struct command *command, struct top_screen *top)
{
	struct pollfd fds[] = {
		{ .fd = et_session__fd(session), .events = POLLIN },
		{ .fd = stop_fd(), .events = POLLIN },
		{ .fd = outputs->events.fd }, /* POLLERR and POLLHUP are always reported */
		{ .fd = outputs->record.fd },
		{ .fd = interim_fd(), .events = POLLIN },
		{ .fd = command ? command->report : -1, .events = POLLIN },
		{ .fd = stop_reopen_fd(), .events = POLLIN },
		{ .fd = metrics->timer, .events = POLLIN },
		{ .fd = top->top ? top->keys : -1, .events = POLLIN },
	};

	if (poll(fds, sizeof(fds) / sizeof(*fds), outputs->again ? AGAIN_MS : -1) < 0)
		return errno == EINTR ? 0 : -errno;
	/* Check this first: a stop that also ends the output's reader is still a stop. */
	if (fds[1].revents)
		return 1;
	if (fds[2].revents & (POLLERR | POLLHUP))
		outputs->gone = outputs->events.path ? outputs->events.path : "-";
	else if (fds[3].revents & (POLLERR | POLLHUP))
		outputs->gone = options->record;
	else if (fds[4].revents && interim_take())
		show_interim(options, session, outputs, top);
	if (fds[8].revents && top_screen_key(top))
		return 1;
	if (fds[7].revents)
		metrics_file_tick(metrics, session);
	if (command && fds[5].revents) {
		bool over = command_read(command);

		/* COMMAND has ended, so signals now stop this program. */
		if (command->ended)
			stop_forward(-1);
		if (over)
			return 1;
	}
	if (fds[6].revents && stop_reopen_take())
		outputs->again = true;
	if (outputs->again && !outputs->gone)
		outputs_reopen(options, session, outputs);
	return outputs->gone ? -EPIPE : 0;
}

/* Record until a stop. Return: 0 after a stop, or a negative errno. */
static int record(const struct options *options, struct et_session *session,
		  struct outputs *outputs, struct metrics_file *metrics, struct command *command,
		  struct top_screen *top)
{
	int r;

	if (command)
		command_go(command);

	do {
		r = et_session__poll(session, 0);
		outputs_close_used(outputs);
		if (r == -ECANCELED)
			return 0; /* the requested number of events was written */
		if (r < 0 && r != -EINTR)
			return r;
		r = wait_for_something(options, session, outputs, metrics, command, top);
	} while (!r);
	return r < 0 ? r : 0;
}

static enum status print_summary(const struct options *options, struct et_session *session)
{
	struct summary summary;
	int err;

	err = summary_take(session, &summary);
	if (!err)
		return outcome_summary(options, &summary);
	log_err("the summary is not available: %s", strerror(-err));
	return STATUS_OTHER;
}

/* On a terminal, print that the recording has begun, and how to stop it. */
static void tell_start(const struct options *options, const struct et_session *session,
		       const struct command *command)
{
	size_t count;
	const struct et_hook *hooks = et_session__hooks(session, &count);
	uint64_t events = 0;
	int types;

	if (!isatty(STDERR_FILENO))
		return;
	for (size_t i = 0; i < count; i++)
		if (hooks[i].chosen)
			events |= ET_EVENT_BIT(hooks[i].event_id);
	/* Further event types may be attached for --context. */
	events &= options->choice.events;
	types = __builtin_popcountll(events);
	/* With a COMMAND, Ctrl-C is COMMAND's and does not stop the recording. */
	if (command)
		log_err("recording %d event type%s of %s", types, types == 1 ? "" : "s",
			command->name);
	else
		log_err("recording %d event type%s, Ctrl-C stops%s", types, types == 1 ? "" : "s",
			options->duration_ns ? " before its time" : "");
}

static void on_event(void *ctx, const struct et_event *event)
{
	const struct watchers *watchers = ctx;

	if (watchers->activity)
		activity_event(watchers->activity, event);
	if (watchers->tree)
		tree_event(watchers->tree, event);
	if (watchers->top.top)
		top_event(watchers->top.top, event);
}

static bool watchers_make(const struct options *options, struct watchers *ret)
{
	if (options->activity)
		ret->activity = activity_new();
	if (options->format == FORMAT_TREE)
		ret->tree = tree_new();
	if (options->top && !top_screen_make(options, &ret->top))
		return false;
	return (ret->activity || !options->activity) &&
	       (ret->tree || options->format != FORMAT_TREE);
}

static void watchers_free(struct watchers *watchers)
{
	activity_free(watchers->activity);
	tree_free(watchers->tree);
	top_screen_free(&watchers->top);
}

/* Print the tree of COMMAND's processes to the output for events. */
static enum status print_tree(const struct outputs *outputs, const struct tree *tree)
{
	const int fd = outputs->events.fd >= 0 ? outputs->events.fd : STDERR_FILENO;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err = out ? 0 : -ENOMEM;

	if (out)
		tree_print(tree, monotonic_ns(), out);
	if (out && fclose(out))
		err = -ENOMEM;
	if (!err)
		err = output_text(fd, text, size);
	free(text);
	if (!err)
		return STATUS_OK;
	return outcome_unwritable(outputs->events.path ? outputs->events.path : "-", err);
}

static void command_times(const struct command *command, struct activity_times *ret)
{
	ret->known = command->ended && !command->error;
	ret->wall_ns = command->ended_ns - command->gone_ns;
	ret->user_us = command->user_us;
	ret->system_us = command->system_us;
}

/* Print the sums of --summary on stderr. */
static enum status print_activity(const struct options *options, const struct activity *activity,
				  const struct command *command)
{
	struct activity_times times = { 0 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err = out ? 0 : -ENOMEM;

	if (command)
		command_times(command, &times);
	if (out)
		err = activity_print(activity, options->choice.events, monotonic_ns(), &times, out);
	if (out && fclose(out) && !err)
		err = -ENOMEM;
	if (!err && log_err_text(text, size) < 0)
		err = -EIO;
	free(text);
	if (!err)
		return STATUS_OK;
	log_err("what the programs did cannot be printed: %s", strerror(-err));
	return err == -EIO ? STATUS_OUTPUT : STATUS_OTHER;
}

/* The first failure determines the exit status. */
static enum status first_of(enum status status, enum status next)
{
	return status ? status : next;
}

static enum status run_session(const struct options *options, struct et_session *session,
			       struct outputs *outputs, struct metrics_file *metrics,
			       struct command *command, struct watchers *watchers, struct log *log)
{
	struct et_features features = { .sz = sizeof(features) };
	struct privileges_files files = outputs_files(options, outputs, metrics);
	struct privileges_report report;
	enum status status;
	bool stopped;
	int err;

	files.processes = options->context;
	files.modes = options->top;
	status = check_named(options, session);
	if (!status && options->print_features)
		status = find_features(session, &features);
	if (!status)
		status = give_up(session, &options->run_as, outputs->events.fd, outputs->record.fd,
				 &files, &report);
	if (status)
		return status;
	give_up_log(&report, log);
	err = stop_begin(options->duration_ns);
	if (!err)
		err = interim_begin(options->top && !options->stats_interval_ns
					    ? SCREEN_NS
					    : options->stats_interval_ns);
	if (err) {
		log_err("cannot start a timer: %s", strerror(-err));
		return STATUS_OTHER;
	}
	if (options->print_features)
		status = print_features(options, session, outputs, &features, command);
	if (status)
		return status;

	status = metrics_file_begin(metrics, session);
	if (status)
		return status;
	if (watchers->top.top)
		top_screen_begin(&watchers->top);
	else
		tell_start(options, session, command);
	err = record(options, session, outputs, metrics, command, &watchers->top);
	if (watchers->top.top)
		top_screen_end(&watchers->top);
	if (command)
		command->failed = err < 0;
	stopped = !err || stop_signalled();
	/*
	 * Stopping also counts events that can no longer be written, for a correct summary. It ends
	 * a recording properly after any other failure.
	 */
	if (stopped || options->json_summary || outputs->record.fd >= 0 ||
	    outputs->segments.folder >= 0 || metrics->timer >= 0) {
		int stop_err = et_session__stop(session);

		err = err ? err : stop_err;
	}
	if (err == -ECANCELED || err == -EINTR)
		err = 0;
	if (err < 0 && outputs->gone)
		status = outcome_unwritable(outputs->gone, err);
	else if (err < 0)
		status = outcome_failed(options, et_session__error(session), err);
	status = first_of(status, metrics_file_end(metrics, session));
	if (watchers->tree)
		status = first_of(status, print_tree(outputs, watchers->tree));
	if (watchers->activity)
		status = first_of(status, print_activity(options, watchers->activity, command));
	/*
	 * A failure during the recording is reported alone, in one line. The summary is still
	 * printed if it was requested, or after Ctrl-C, which also ends the output's reader.
	 */
	if (stopped || options->json_summary)
		status = first_of(status, print_summary(options, session));
	return status;
}

/*
 * Find the terminals that show the output of this process, so that writes to them are not recorded.
 * COMMAND's writes are recorded.
 */
static void quiet_terminals(const struct options *options, const struct outputs *outputs,
			    struct terminals *terminals, struct et_options *opts)
{
	if (options->top) {
		terminals_find(STDOUT_FILENO, terminals);
		terminals_quiet(terminals, opts);
		return;
	}
	/* If stdout is a pipe, the program that reads it may print on this terminal. */
	terminals_find(outputs->record.fd == STDOUT_FILENO || outputs->events.fd < 0
			       ? outputs->record.fd
			       : outputs->events.fd,
		       terminals);
	terminals_quiet(terminals, opts);
}

/* Open the outputs and the session, and record. */
static enum status open_and_run(const struct options *options, struct et_options *opts,
				struct command *command)
{
	struct log log = { .verbose = options->verbose, .hold = true };
	struct et_session *session = NULL;
	struct watchers watchers = { .activity = NULL };
	struct et_error error = { 0 };
	struct terminals terminals;
	struct outputs outputs = OUTPUTS_NONE;
	struct metrics_file metrics = METRICS_FILE_NONE;
	enum status status, of_close;
	int err;

	err = stop_install();
	if (!err)
		err = interim_install();
	if (err) {
		log_err("cannot handle signals: %s", strerror(-err));
		return STATUS_OTHER;
	}
	if (command)
		stop_forward(command->control);
	status = outputs_open(options, &outputs);
	if (!status && options->metrics)
		status = metrics_file_open(options->metrics, options->stats_interval_ns, &metrics);
	if (status)
		return status;
	if (outputs_reopen_possible(&outputs) && !command) {
		err = stop_reopen_at_hangup();
		if (err) {
			log_err("cannot handle signals: %s", strerror(-err));
			return STATUS_OTHER;
		}
	}
	if (command)
		command_leave_standard_fds(outputs.events.fd == STDOUT_FILENO);
	else
		quiet_terminals(options, &outputs, &terminals, opts);
	format_choose(options, outputs.events.fd, opts);
	if (outputs.events.fd >= 0)
		names_give(options, opts);
	opts->output_fd = outputs.events.fd;
	opts->record_fd = outputs.record.fd;
	if (outputs.segments.folder >= 0)
		opts->segments = &outputs.segments;
	opts->file_size_max = options->rotate_size;
	opts->next_file = outputs_next_file;
	opts->next_file_ctx = &outputs;
	if (!watchers_make(options, &watchers)) {
		watchers_free(&watchers);
		log_err("out of memory");
		return STATUS_OTHER;
	}
	if (watchers.activity || watchers.tree || watchers.top.top) {
		opts->on_event = on_event;
		opts->on_event_ctx = &watchers;
	}
	/* With --format=tree, no events are printed, only the tree at the end. */
	if (watchers.tree)
		opts->output_fd = -1;
	opts->log = log_line;
	opts->log_ctx = &log;
	opts->log_no_debug = !options->verbose;

	err = et_session__open(opts, &session, &error);
	if (err < 0) {
		if (error.kind == ET_ERROR_RECORD)
			status = outcome_failed(options, &error, err);
		else
			status = fail_open(&error, &log);
		log_drop(&log);
		watchers_free(&watchers);
		return status;
	}
	log_release(&log);
	status = run_session(options, session, &outputs, &metrics, command, &watchers, &log);
	/* Close the outputs first: the kernel takes up to some seconds to detach the programs. */
	outputs_close_used(&outputs);
	of_close = outputs_close(&outputs);
	et_session__close(session);
	watchers_free(&watchers);
	return first_of(status, of_close);
}

int run(const struct options *options, struct et_options *opts, struct command *command)
{
	enum status status = open_and_run(options, opts, command);

	return command ? command_finish(command, (int)status) : (int)status;
}
