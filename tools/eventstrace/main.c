/* SPDX-License-Identifier: BSD-2-Clause */
/* eventstrace records what the processes of this host do. docs/eventstrace.md is its manual. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/include/eventstrace.h"
#include "third_party/notices.h"
#include "tools/eventstrace/command.h"
#include "tools/eventstrace/memory_limit.h"
#include "tools/eventstrace/options.h"
#include "tools/eventstrace/output.h"
#include "tools/eventstrace/probe.h"
#include "tools/eventstrace/replay.h"
#include "tools/eventstrace/run.h"
#include "tools/eventstrace/selection.h"
#include "tools/eventstrace/ship.h"
#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/status.h"

#define READER_NICE (-10)

/*
 * Check that all output was written to stdout. Return: @status, or STATUS_OUTPUT after a message.
 */
static enum status finish_stdout(enum status status)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	if (errno == EPIPE)
		log_err("output closed by its reader");
	else
		log_err("cannot write stdout: %s", strerror(errno ? errno : EIO));
	return STATUS_OUTPUT;
}

/*
 * If the reader waits for a CPU while other processes fill its rings, records are lost. So raise
 * its priority, unless a nice value was set. Failures are ignored.
 */
static void go_ahead_of_others(void)
{
	if (getpriority(PRIO_PROCESS, 0) == 0)
		(void)setpriority(PRIO_PROCESS, 0, READER_NICE);
}

/*
 * Raise the limit of descriptors. Each hook needs a descriptor, and -a has more hooks than some
 * limits allow. Failures are ignored.
 */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_filter filters[FILTERS_MAX + 2];
	struct et_error wrong = { 0 };
	struct command command = COMMAND_INIT;
	struct ship ship = SHIP_NONE;
	struct command_caller caller;
	struct options options;
	char error[1024];
	int err, status;

	command_remember(&caller);
	err = output_guard_standard_fds();
	if (err)
		return STATUS_OTHER;
	/* Writes then fail with EPIPE or EFBIG, so that this program can report the error. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);

	err = options_parse(argc, argv, &options, error, sizeof(error));
	if (err) {
		log_err("%s: see eventstrace --help", error);
		return err == -EINVAL ? STATUS_USAGE : STATUS_OTHER;
	}
	selection_give(&options, filters, &opts);
	opts.unbuffered = options.unbuffered;
	opts.max_events = options.count;
	opts.drain_timeout_ms = (unsigned int)((options.drain_timeout_ns + 999999) / 1000000);
	opts.attach = options.attach;
	opts.wakeup = options.wakeup;
	opts.latency_ms = options.latency_ms;
	opts.fair = options.fair;
	opts.limit_feedback = options.limit_feedback;
	opts.wire_format = options.wire_format;
	opts.ring_size = options.ring_size;
	opts.lifecycle_ring_size = options.lifecycle_ring_size;
	opts.bulk_ring_size = options.bulk_ring_size;
	opts.ring_shards = options.ring_shards;
	opts.memory_budget = options.memory_budget;
	/* Users take process numbers from ps, which has those of this PID namespace. */
	opts.filters_in_pidns = true;
	opts.env = options.env;
	opts.compress = options.compress;
	/* Check the options before an output file is emptied. */
	if (et_check_format(&opts, &wrong) < 0) {
		log_err("%s: see eventstrace --help", wrong.message);
		return STATUS_USAGE;
	}

	switch (options.action) {
	case ACTION_HELP:
		if (options.help)
			options_help_events(stdout, options.help);
		else
			options_help(stdout);
		return finish_stdout(STATUS_OK);
	case ACTION_VERSION:
		printf("eventstrace %s\n", et_version());
		return finish_stdout(STATUS_OK);
	case ACTION_LICENSES:
		fputs(third_party_notices, stdout);
		return finish_stdout(STATUS_OK);
	case ACTION_PROBE:
		if (!memory_limit_suffices(&options))
			return STATUS_OTHER;
		allow_descriptors();
		return finish_stdout(probe_run(&opts, &options.run_as, options.verbose, stdout));
	case ACTION_REPLAY:
		/* All segments of a folder are open at once. */
		allow_descriptors();
		return replay(&options, &opts);
	case ACTION_RUN:
		if (options.ship_to) {
			status = ship_start(&options, &ship);
			if (status)
				return status;
			filters[opts.filter_count++] = ship_filter(&ship);
		}
		/* COMMAND must not inherit the changes below, so its process is started first. */
		if (options.command) {
			status = command_start(&options, &caller, &command);
			if (status)
				return status;
			filters[opts.filter_count++] = command_filter(&command);
			opts.record_feedback = true;
		}
		if (!memory_limit_suffices(&options))
			return STATUS_OTHER;
		allow_descriptors();
		go_ahead_of_others();
		break;
	}
	status = run(&options, &opts, options.command ? &command : NULL);
	return ship_finish(&ship, status);
}
