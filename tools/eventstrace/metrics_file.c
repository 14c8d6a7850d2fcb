/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/metrics_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/metrics.h"
#include "tools/eventstrace/outcome.h"
#include "tools/eventstrace/summary.h"

#define NS             1000000000ULL
#define NORMAL_SECONDS 15

static uint64_t now_ns(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

enum status metrics_file_open(const char *path, uint64_t interval_ns, struct metrics_file *ret)
{
	struct metrics_file metrics = METRICS_FILE_NONE;
	int err = output_find(path, &metrics.file);

	if (err < 0)
		return outcome_unwritable(path, err);
	metrics.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (metrics.timer < 0) {
		err = -errno;
		close(metrics.file.folder);
		return outcome_unwritable(path, err);
	}
	metrics.interval_ns = interval_ns ? interval_ns : NORMAL_SECONDS * NS;
	*ret = metrics;
	return STATUS_OK;
}

static int put(const struct metrics_file *metrics, struct et_session *session, bool running)
{
	struct summary summary;
	char *text = NULL;
	size_t size;
	FILE *out;
	int err = summary_take(session, &summary);

	if (err < 0)
		return err;
	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	summary.running = running;
	metrics_print(&summary, metrics->start_ns, now_ns(), out);
	if (fclose(out))
		err = -ENOMEM;
	else
		err = output_replace(&metrics->file, METRICS_MODE, text, size);
	free(text);
	return err;
}

enum status metrics_file_begin(struct metrics_file *metrics, struct et_session *session)
{
	const struct timespec interval = { .tv_sec = (time_t)(metrics->interval_ns / NS),
					   .tv_nsec = (long)(metrics->interval_ns % NS) };
	const struct itimerspec every = { .it_interval = interval, .it_value = interval };
	int err;

	if (metrics->timer < 0)
		return STATUS_OK;
	metrics->start_ns = now_ns();
	err = put(metrics, session, true);
	if (!err && timerfd_settime(metrics->timer, 0, &every, NULL) < 0)
		err = -errno;
	return err ? outcome_unwritable(metrics->file.path, err) : STATUS_OK;
}

void metrics_file_tick(struct metrics_file *metrics, struct et_session *session)
{
	uint64_t expired;
	int err;

	if (metrics->timer < 0 ||
	    read(metrics->timer, &expired, sizeof(expired)) != sizeof(expired))
		return;
	err = put(metrics, session, true);
	if (err && err != metrics->err)
		log_err("cannot write %s: %s: the next attempt follows in %.3g s",
			metrics->file.path, output_strerror(err),
			(double)metrics->interval_ns / (double)NS);
	metrics->err = err;
}

enum status metrics_file_end(struct metrics_file *metrics, struct et_session *session)
{
	int err;

	if (metrics->timer < 0)
		return STATUS_OK;
	err = put(metrics, session, false);
	return err ? outcome_unwritable(metrics->file.path, err) : STATUS_OK;
}
