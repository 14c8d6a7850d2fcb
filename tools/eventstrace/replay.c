/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/replay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "tools/eventstrace/format.h"
#include "tools/eventstrace/give_up.h"
#include "tools/eventstrace/interim.h"
#include "tools/eventstrace/log.h"
#include "tools/eventstrace/names.h"
#include "tools/eventstrace/outcome.h"
#include "tools/eventstrace/output.h"
#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/replay_inputs.h"
#include "tools/eventstrace/stop.h"
#include "tools/eventstrace/summary.h"

/* The account so far. A failure to print it is seen at the end. */
static void print_interim(const struct options *options, struct et_replay *session)
{
	struct summary summary;

	if (summary_take_replay(session, &summary) < 0)
		return;
	summary.running = true;
	(void)outcome_summary(options, &summary);
}

/*
 * Wait until there is data to read, or a stop is requested. A step waits for the output itself, but
 * only for a short time. Return: as et_replay__step(); -ECANCELED after a stop request, too.
 */
static int wait_for_more(const struct options *options, struct et_replay *session, int fd)
{
	bool blocked = et_replay__is_blocked(session);
	struct pollfd fds[] = {
		{ .fd = blocked ? -1 : fd, .events = POLLIN },
		{ .fd = stop_fd(), .events = POLLIN },
		{ .fd = interim_fd(), .events = POLLIN },
	};

	if (poll(fds, sizeof(fds) / sizeof(*fds), blocked ? 0 : -1) < 0)
		return -errno;
	if (fds[1].revents)
		return -ECANCELED;
	if (fds[2].revents && interim_take())
		print_interim(options, session);
	/* Without data, the caller calls no step, because a step may block while it reads. */
	return fds[0].revents || blocked ? 1 : -EAGAIN;
}

/* Return: 0 at the end of the recording, or another result of et_replay__step(). */
static int replay_one(const struct options *options, struct et_replay *session, int fd)
{
	int err;

	do {
		err = wait_for_more(options, session, fd);
		if (err > 0)
			err = et_replay__step(session);
	} while (err > 0 || err == -EINTR || err == -EAGAIN);
	return err;
}

/*
 * Replay all recordings. A faulty recording does not end the replay, because the next ones may be
 * valid.
 */
static int replay_inputs(const struct options *options, struct et_replay *session,
			 const struct replay_inputs *inputs, enum status *ret_status)
{
	const struct et_error *error = et_replay__error(session);
	int err = 0;

	for (size_t i = 0; i < inputs->count; i++) {
		const struct replay_input *input = &inputs->inputs[i];
		const char *path = input->path;

		err = i ? et_replay__next(session, input->fd) : 0;
		if (!err)
			err = replay_one(options, session, input->fd);
		if (err >= 0)
			continue;
		/* Its end is not written yet, so the account of the replay is not whole. */
		if (err == -ENODATA && input->grows) {
			log_err("%s is still being written: the replay ends with what it has",
				path);
			continue;
		}
		if (error->kind == ET_ERROR_INPUT || error->kind == ET_ERROR_USAGE) {
			log_err("%s %s", strcmp(path, "-") ? path : "stdin", error->message);
			*ret_status = status_of(error->kind);
		}
		/* If a filter needs data that this recording does not have, the replay ends. */
		if (error->kind != ET_ERROR_INPUT)
			break;
	}
	return err;
}

/* Read the recordings for filters that need all of them. A pipe can be read only once. */
static enum status learn_inputs(struct et_replay *session, const struct replay_inputs *inputs)
{
	for (size_t i = 0; et_replay__learns(session) && i < inputs->count; i++) {
		int err = et_replay__learn(session, inputs->inputs[i].fd);

		if (err < 0 && err != -ESPIPE) {
			log_err("cannot read %s: %s", inputs->inputs[i].path, strerror(-err));
			return STATUS_OTHER;
		}
	}
	return STATUS_OK;
}

static enum status replay_all(const struct options *options, struct et_replay *session,
			      const struct replay_inputs *inputs)
{
	const struct et_error *error = et_replay__error(session);
	struct summary summary;
	enum status status = STATUS_OK;
	int err = replay_inputs(options, session, inputs, &status);

	if (err == 0 || err == -ECANCELED) {
		int r = et_replay__stop(session);

		err = r < 0 ? r : err;
	}
	if (err < 0 && err != -ECANCELED && error->kind != ET_ERROR_INPUT &&
	    error->kind != ET_ERROR_USAGE)
		status = outcome_failed(options, error, err);

	if (status && !options->json_summary)
		return status;
	err = summary_take_replay(session, &summary);
	if (!err)
		err = outcome_summary(options, &summary);
	if (err < 0)
		log_err("the summary is not available: %s", strerror(-err));
	return err && !status ? STATUS_OTHER : status;
}

enum status replay(const struct options *options, struct et_options *opts)
{
	const struct output_how how = {
		.mode = options->mode,
		.append = options->append,
		.compressed = options->compress,
		.patience_ns = options->duration_ns,
	};
	struct log log = { .verbose = options->verbose };
	struct et_replay *session = NULL;
	struct et_error error = { 0 };
	struct privileges_report report;
	enum status status;
	struct output_file out;
	struct replay_inputs inputs;
	int err;

	status = replay_inputs_open(options, &inputs);
	if (status)
		return status;
	err = stop_install();
	if (!err)
		err = interim_install();
	if (err) {
		log_err("cannot handle signals: %s", strerror(-err));
		return STATUS_OTHER;
	}
	err = output_open(options->output, &how, &out);
	if (err < 0) {
		replay_inputs_close(&inputs);
		return outcome_unwritable(options->output, err);
	}
	if (options->compress && isatty(out.fd)) {
		replay_inputs_close(&inputs);
		log_err("--compress: compressed events are nothing for a terminal");
		return STATUS_USAGE;
	}
	format_choose(options, out.fd, opts);
	names_give(options, opts);
	opts->output_fd = out.fd;
	opts->log = log_line;
	opts->log_ctx = &log;
	err = stop_begin(options->duration_ns);
	if (!err)
		err = interim_begin(options->stats_interval_ns);
	if (err) {
		log_err("cannot start a timer: %s", strerror(-err));
		return STATUS_OTHER;
	}
	if (et_replay__open(opts, inputs.inputs[0].fd, &session, &error) < 0) {
		log_err("%s", error.message);
		return status_of(error.kind);
	}
	/* Give up privileges now, because the recording contains bytes that other users control. */
	status = give_up(NULL, &options->run_as, out.fd, -1, NULL, &report);
	if (!status) {
		give_up_log(&report, &log);
		status = learn_inputs(session, &inputs);
	}
	if (!status)
		status = replay_all(options, session, &inputs);
	et_replay__close(session);
	replay_inputs_close(&inputs);
	if (options->output && close(out.fd) < 0 && !status)
		status = outcome_unwritable(options->output, -errno);
	return status;
}
