/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/run.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/eventstrace/log.h"
#include "tools/eventstrace/output.h"
#include "tools/eventstrace/say.h"
#include "tools/eventstrace/stop.h"
#include "tools/eventstrace/summary.h"
#include "tools/eventstrace/terminals.h"

static enum status fail_output(const char *path, int err)
{
	if (err == -EPIPE)
		say("output closed by its reader");
	else
		say("cannot write %s: %s", path ? path : "stdout", strerror(-err));
	return STATUS_OUTPUT;
}

/* A failure of et_session__poll() or et_session__stop(). */
static enum status fail_session(const struct et_session *session, const char *path, int err)
{
	const struct et_error *error = et_session__error(session);

	if (err == -EPIPE || error->kind == ET_ERROR_OUTPUT)
		return fail_output(path, err);
	say("%s", *error->message ? error->message : strerror(-err));
	return error->kind ? status_of(error->kind) : STATUS_OTHER;
}

/* A failure of et_session__open(). */
static enum status fail_open(const struct et_error *error, const struct log *log)
{
	/* Of a single event that was asked for the warning names it, and says why. */
	const char *message = log->held_count == 1 ? log->held[0] : error->message;

	if (error->kind == ET_ERROR_ATTACH && log->held_count)
		say("%s: see eventstrace --probe", message);
	else
		say("%s", error->message);
	return status_of(error->kind);
}

/*
 * With --attach, whoever names an event wants it in that way or not at all. An event that only
 * comes along in a category is left out, as it is without --attach.
 */
static enum status check_named(const struct options *options, const struct et_session *session)
{
	size_t info_count, hook_count;
	const struct et_event_info *infos = et_event_infos(&info_count);
	const struct et_hook *hooks = et_session__hooks(session, &hook_count);
	uint64_t missing = options->choice.named;

	if (options->attach == ET_ATTACH_ANY)
		return STATUS_OK;
	for (size_t i = 0; i < hook_count; i++) {
		if (hooks[i].chosen)
			missing &= ~ET_EVENT_BIT(hooks[i].event_id);
	}
	for (size_t i = 0; i < info_count; i++) {
		if (!(missing & ET_EVENT_BIT(infos[i].id)))
			continue;
		say("--%s cannot be had with the hooks of --attach: --probe says why",
		    infos[i].flag);
		return STATUS_ATTACH;
	}
	return STATUS_OK;
}

static enum status print_features(const struct options *options, struct et_session *session, int fd)
{
	struct et_features features = { .sz = sizeof(features) };
	int err;

	err = et_session__features(session, &features);
	if (err < 0) {
		say("the kernel's features cannot be had: %s", strerror(-err));
		return STATUS_OTHER;
	}
	err = output_features(fd, &features);
	return err ? fail_output(options->output, err) : STATUS_OK;
}

/*
 * Wait for whatever comes first: events, a stop, or the end of whoever reads the output. The last
 * would otherwise be noticed with the next event, which may be long in coming. Return: true when
 * it is time to stop, -EPIPE when nobody reads, 0 otherwise.
 */
static int wait_for_something(struct et_session *session, int output_fd)
{
	struct pollfd fds[] = {
		{ .fd = et_session__fd(session), .events = POLLIN },
		{ .fd = stop_fd(), .events = POLLIN },
		{ .fd = output_fd }, /* POLLERR and POLLHUP are always reported */
	};

	if (poll(fds, sizeof(fds) / sizeof(*fds), -1) < 0)
		return errno == EINTR ? 0 : -errno;
	/* First: a stop that takes the output's reader along is still a stop. */
	if (fds[1].revents)
		return 1;
	return fds[2].revents & (POLLERR | POLLHUP) ? -EPIPE : 0;
}

/* Return: 0 when it was time to stop, or a negative errno. */
static int record(struct et_session *session, int output_fd)
{
	int r;

	do {
		r = et_session__poll(session, 0);
		if (r == -ECANCELED)
			return 0; /* as many events as were wanted */
		if (r < 0 && r != -EINTR)
			return r;
		r = wait_for_something(session, output_fd);
	} while (!r);
	return r < 0 ? r : 0;
}

/* stderr has no buffer: it gets the summary in one piece, whoever else writes there. */
static int put_summary(const struct options *options, const struct summary *summary)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err = 0;

	if (!out)
		return -ENOMEM;
	if (options->json_summary)
		summary_print_json(summary, out);
	else
		err = summary_print_text(summary, out);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (!err)
		fwrite(text, 1, size, stderr);
	free(text);
	return err;
}

static enum status print_summary(const struct options *options, struct et_session *session)
{
	struct summary summary;
	int err;

	err = summary_take(session, &summary);
	if (!err)
		err = put_summary(options, &summary);
	if (!err)
		return STATUS_OK;
	say("the summary cannot be had: %s", strerror(-err));
	return STATUS_OTHER;
}

static enum status run_session(const struct options *options, struct et_session *session, int fd)
{
	enum status status;
	bool stopped;
	int err;

	status = check_named(options, session);
	if (status)
		return status;
	err = stop_begin(options->duration_ns);
	if (err) {
		say("cannot start a timer: %s", strerror(-err));
		return STATUS_OTHER;
	}
	if (options->print_features)
		status = print_features(options, session, fd);
	if (status)
		return status;

	err = record(session, fd);
	stopped = !err || stop_signalled();
	/* Also what can no longer be written is counted, for a summary that is right. */
	if (stopped || options->json_summary) {
		int stop_err = et_session__stop(session);

		err = err ? err : stop_err;
	}
	if (err == -ECANCELED || err == -EINTR)
		err = 0;
	if (err < 0)
		status = fail_session(session, options->output, err);
	/*
	 * A failure in the middle is told by itself, in one line. Whoever asked for the summary gets
	 * it all the same; so does whoever pressed Ctrl-C, which ends the output's reader as well.
	 */
	if (stopped || options->json_summary) {
		enum status of_summary = print_summary(options, session);

		status = status ? status : of_summary;
	}
	return status;
}

enum status run(const struct options *options, struct et_options *opts)
{
	struct log log = { .verbose = options->verbose, .hold = true };
	struct et_session *session = NULL;
	struct et_error error = { 0 };
	struct terminals terminals;
	enum status status;
	int fd, err;

	fd = output_open(options->output);
	if (fd < 0)
		return fail_output(options->output, fd);
	terminals_find(fd, &terminals);
	terminals_quiet(&terminals, opts);
	opts->output_fd = fd;
	opts->log = log_line;
	opts->log_ctx = &log;
	err = stop_install();
	if (err) {
		say("cannot handle signals: %s", strerror(-err));
		return STATUS_OTHER;
	}

	if (et_session__open(opts, &session, &error) < 0) {
		status = fail_open(&error, &log);
		log_drop(&log);
		return status;
	}
	log_release(&log);
	status = run_session(options, session, fd);
	et_session__close(session);
	/* Some file systems, NFS for one, tell only now that there was no room. */
	if (options->output && close(fd) < 0 && !status)
		status = fail_output(options->output, -errno);
	return status;
}
