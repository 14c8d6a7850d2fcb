/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/send.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/ship/isolate.h"
#include "tools/ship/log.h"
#include "tools/ship/options.h"
#include "tools/ship/report.h"
#include "tools/ship/sender.h"
#include "tools/ship/stop_fd.h"

static void report(const struct ship_sender *sender)
{
	const struct ship_sender_counts counts = ship_sender__counts(sender);

	ship_log("%" PRIu64 " events in %" PRIu64 " messages: %" PRIu64 " acknowledged, %" PRIu64
		 " not; %" PRIu64 " segments done; %" PRIu64 " records rejected",
		 counts.events, counts.output.produced, counts.output.acknowledged, counts.waiting,
		 counts.segments, counts.rejected);
	if (counts.cut)
		ship_log("%" PRIu64
			 " events were cut, because their lines were longer than --max-line",
			 counts.cut);
	if (counts.output.closed + counts.output.failed)
		ship_log("%" PRIu64 " connections ended: %" PRIu64
			 " events may be there twice, at most %" PRIu64 " may be missing",
			 counts.output.closed + counts.output.failed, counts.output.maybe_twice,
			 counts.output.maybe_missing);
}

static enum ship_status run(struct ship_sender *sender, struct ship_report *figures, int stop_fd,
			    unsigned int drain_timeout_ms)
{
	int written = ship_report__begin(figures, sender);
	int r = written < 0 ? 0 : ship_sender__run(sender, stop_fd);

	if (r == 0 && written == 0)
		r = ship_sender__drain(sender, drain_timeout_ms);
	if (written == 0)
		written = ship_report__end(figures);
	if (r < 0)
		ship_log("%s", ship_sender__error(sender));
	report(sender);
	if (r == 0)
		return written < 0 ? SHIP_OUTPUT : SHIP_OK;
	return ship_sender__is_refused(sender) ? SHIP_OUTPUT : SHIP_OTHER;
}

static void run_report(void *ctx)
{
	ship_report__run(ctx);
}

static enum ship_status send_with(const struct ship_options *options, struct ship_report *figures,
				  int stop_fd)
{
	const struct ship_sender_options how = {
		.folder = options->folder,
		.to = options->to,
		.relay = options->relay,
		.properties = &options->properties,
		.host = options->host,
		.run_fd = ship_report__fd(figures),
		.run = run_report,
		.run_ctx = figures,
		.once = options->once,
		.max_line = options->max_line,
		.one_event = options->one_event,
		.as_records = options->as_records,
	};
	struct ship_sender *sender = NULL;
	enum ship_status status;
	char error[512];
	int r = ship_sender__open(&how, &sender, error, sizeof(error));

	if (r < 0) {
		ship_log("%s", error);
		return r == -EINVAL ? SHIP_USAGE : SHIP_OTHER;
	}
	status = run(sender, figures, stop_fd, options->drain_timeout_ms);
	ship_sender__close(sender);
	return status;
}

static enum ship_status send_folder(const struct ship_options *options)
{
	const struct ship_report_options how = {
		.stats = options->stats,
		.interval_ns = options->stats_interval_ns,
		.metrics = options->metrics,
	};
	struct ship_report *figures = NULL;
	enum ship_status status;
	char error[512];
	enum ship_status failure = SHIP_OTHER;
	int stop_fd = ship_stop_fd(), r;

	if (stop_fd < 0) {
		ship_log("cannot handle signals: %s", strerror(-stop_fd));
		return SHIP_OTHER;
	}
	r = ship_isolate();
	if (r < 0) {
		snprintf(error, sizeof(error), "OpenSSL cannot be prepared");
	} else {
		r = ship_report__open(&how, &figures, error, sizeof(error));
		/* Then it is nearly always the address. */
		failure = options->metrics ? SHIP_OUTPUT : SHIP_OTHER;
	}
	if (r == 0) {
		status = send_with(options, figures, stop_fd);
	} else {
		ship_log("%s", error);
		status = failure;
	}
	ship_report__close(figures);
	close(stop_fd);
	return status;
}

enum ship_status ship_send(int argc, char **argv)
{
	enum ship_status status = SHIP_OK;
	struct ship_options options;
	char error[512];
	int r = ship_options_parse(argc, argv, &options, error, sizeof(error));

	if (r < 0) {
		ship_log("%s: see eventstrace-ship send --help", error);
		status = r == -EINVAL ? SHIP_USAGE : SHIP_OTHER;
	} else if (options.help) {
		ship_options_help(stdout);
	} else {
		status = send_folder(&options);
	}
	ship_options_free(&options);
	return status;
}
