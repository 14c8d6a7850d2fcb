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
	if (counts.output.reconnects)
		ship_log("%" PRIu64 " connections ended: %" PRIu64
			 " events may be there twice, at most %" PRIu64 " may be missing",
			 counts.output.reconnects, counts.output.maybe_twice,
			 counts.output.maybe_missing);
}

static enum ship_status run(struct ship_sender *sender, int stop_fd, unsigned int drain_timeout_ms)
{
	int r = ship_sender__run(sender, stop_fd);

	if (r == 0)
		r = ship_sender__drain(sender, drain_timeout_ms);
	if (r < 0)
		ship_log("%s", ship_sender__error(sender));
	report(sender);
	if (r == 0)
		return SHIP_OK;
	return r == -EIO ? SHIP_OUTPUT : SHIP_OTHER;
}

static enum ship_status send_folder(const struct ship_options *options)
{
	const struct ship_sender_options how = {
		.folder = options->folder,
		.to = options->to,
		.relay = options->relay,
		.properties = &options->properties,
		.host = options->host,
		.once = options->once,
		.max_line = options->max_line,
		.one_event = options->one_event,
		.as_records = options->as_records,
	};
	struct ship_sender *sender = NULL;
	enum ship_status status;
	char error[512];
	int stop_fd = ship_stop_fd(), r;

	if (stop_fd < 0) {
		ship_log("cannot handle signals: %s", strerror(-stop_fd));
		return SHIP_OTHER;
	}
	r = ship_isolate();
	if (r < 0) {
		ship_log("OpenSSL cannot be prepared");
		close(stop_fd);
		return SHIP_OTHER;
	}
	r = ship_sender__open(&how, &sender, error, sizeof(error));
	if (r < 0) {
		ship_log("%s", error);
		close(stop_fd);
		return r == -EINVAL ? SHIP_USAGE : SHIP_OTHER;
	}
	status = run(sender, stop_fd, options->drain_timeout_ms);
	ship_sender__close(sender);
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
