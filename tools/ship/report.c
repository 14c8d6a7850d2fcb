/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/output.h"
#include "tools/ship/figures.h"
#include "tools/ship/log.h"
#include "tools/ship/metrics_server.h"

#define NS 1000000000ULL

/* The file of metrics is written that often without --stats-interval. */
#define FILE_NS (15 * NS)

#define PROGRESS_NS NS

/* The server looks that often for connections that are idle. */
#define SERVER_NS (5 * NS)

/* Other users read the file, such as the node exporter: it has counts alone. */
#define FILE_MODE 0644

/* Work that is repeated. */
enum job {
	JOB_LINE,
	JOB_PROGRESS,
	JOB_FILE,
	JOB_SERVER,
	JOBS,
};

struct ship_report {
	struct ship_report_options options;
	struct ship_sender *sender;
	uint64_t start_ns; /* CLOCK_REALTIME */
	int epoll_fd;
	int timers[JOBS];        /* -1: not wanted */
	struct output_file file; /* of the metrics */
	bool has_file;
	int file_error; /* of the last attempt to write it */
	struct ship_metrics_server *server;
};

static uint64_t now_ns(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

/* ---- what is reported ---------------------------------------------------------------------- */

static void print_metrics(void *ctx, FILE *out)
{
	const struct ship_report *report = ctx;
	const struct ship_figures figures = ship_sender__figures(report->sender);

	char version[32];

	snprintf(version, sizeof(version), "%d.%d.%d", ET_VERSION_MAJOR, ET_VERSION_MINOR,
		 ET_VERSION_PATCH);
	ship_figures_metrics(&figures, version, report->start_ns, out);
}

static int write_file(const struct ship_report *report)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int r;

	if (!out)
		return -ENOMEM;
	print_metrics((void *)(uintptr_t)report, out);
	r = fclose(out) ? -ENOMEM : output_replace(&report->file, FILE_MODE, text, size);
	free(text);
	return r;
}

static void log_file_error(const struct ship_report *report, int r)
{
	ship_log("cannot write the metrics to %s: %s", report->options.metrics, output_strerror(r));
}

/* Write the file. A failure is reported once, until another reason or success follows. */
static void run_file(struct ship_report *report)
{
	int r = write_file(report);

	if (r < 0 && r != report->file_error)
		log_file_error(report, r);
	report->file_error = r;
}

static void run_line(const struct ship_report *report, enum job job)
{
	const struct ship_figures figures = ship_sender__figures(report->sender);
	char text[512];

	ship_figures_line(&figures, text, sizeof(text));
	if (job == JOB_PROGRESS)
		ship_log_progress(text);
	else
		ship_log("%s", text);
}

/* ---- when ---------------------------------------------------------------------------------- */

static int watch(struct ship_report *report, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return epoll_ctl(report->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int add_timer(struct ship_report *report, enum job job, uint64_t interval_ns)
{
	const struct timespec interval = { .tv_sec = (time_t)(interval_ns / NS),
					   .tv_nsec = (long)(interval_ns % NS) };
	const struct itimerspec every = { .it_interval = interval, .it_value = interval };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	report->timers[job] = fd;
	if (fd < 0 || timerfd_settime(fd, 0, &every, NULL) < 0)
		return -errno;
	return watch(report, fd);
}

static bool is_due(const struct ship_report *report, enum job job)
{
	uint64_t expired;

	return report->timers[job] >= 0 &&
	       read(report->timers[job], &expired, sizeof(expired)) == sizeof(expired);
}

static int open_metrics(struct ship_report *report, char *error, size_t size)
{
	const char *metrics = report->options.metrics;
	int r;

	if (ship_metrics_is_address(metrics)) {
		r = ship_metrics_server__open(metrics, print_metrics, report, &report->server,
					      error, size);
		if (r == 0)
			r = watch(report, ship_metrics_server__fd(report->server));
		return r < 0 ? r : add_timer(report, JOB_SERVER, SERVER_NS);
	}
	r = output_find(metrics, &report->file);
	if (r < 0) {
		snprintf(error, size, "cannot write the metrics to %s: %s", metrics,
			 output_strerror(r));
		return r;
	}
	report->has_file = true;
	return add_timer(report, JOB_FILE,
			 report->options.interval_ns ? report->options.interval_ns : FILE_NS);
}

int ship_report__open(const struct ship_report_options *options, struct ship_report **ret,
		      char *error, size_t size)
{
	struct ship_report *report = calloc(1, sizeof(*report));
	int r = 0;

	if (!report) {
		snprintf(error, size, "no memory");
		return -ENOMEM;
	}
	report->options = *options;
	report->start_ns = now_ns();
	for (int job = 0; job < JOBS; job++)
		report->timers[job] = -1;
	snprintf(error, size, "cannot prepare the reports");
	report->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (report->epoll_fd < 0)
		r = -errno;
	if (r == 0 && options->interval_ns)
		r = add_timer(report, JOB_LINE, options->interval_ns);
	if (r == 0 && !options->interval_ns && isatty(STDERR_FILENO))
		r = add_timer(report, JOB_PROGRESS, PROGRESS_NS);
	if (r == 0 && options->metrics)
		r = open_metrics(report, error, size);
	if (r < 0) {
		ship_report__close(report);
		return r;
	}
	*ret = report;
	return 0;
}

int ship_report__begin(struct ship_report *report, struct ship_sender *sender)
{
	int r;

	report->sender = sender;
	r = report->has_file ? write_file(report) : 0;
	if (r < 0)
		log_file_error(report, r);
	return r;
}

int ship_report__fd(const struct ship_report *report)
{
	return report->epoll_fd;
}

void ship_report__run(struct ship_report *report)
{
	if (is_due(report, JOB_LINE))
		run_line(report, JOB_LINE);
	if (is_due(report, JOB_PROGRESS))
		run_line(report, JOB_PROGRESS);
	if (is_due(report, JOB_FILE))
		run_file(report);
	(void)is_due(report, JOB_SERVER);
	if (report->server)
		ship_metrics_server__run(report->server);
}

int ship_report__end(struct ship_report *report)
{
	const struct ship_figures figures = ship_sender__figures(report->sender);
	int r = report->has_file ? write_file(report) : 0;

	ship_log_progress("");
	if (r < 0)
		log_file_error(report, r);
	if (report->options.stats)
		ship_figures_json(&figures, stderr);
	return r;
}

void ship_report__close(struct ship_report *report)
{
	if (!report)
		return;
	ship_metrics_server__close(report->server);
	for (int job = 0; job < JOBS; job++)
		if (report->timers[job] >= 0)
			close(report->timers[job]);
	if (report->has_file)
		close(report->file.folder);
	if (report->epoll_fd >= 0)
		close(report->epoll_fd);
	free(report);
}
