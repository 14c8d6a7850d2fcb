/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/give_up.h"

#include <errno.h>
#include <stdio.h>

#include "tools/eventstrace/log_err.h"

static int read_map(void *session)
{
	struct et_event_stats stats;

	return et_session__event_stats(session, &stats, 1);
}

enum status give_up(struct et_session *session, const struct run_as *who, int events, int record,
		    const struct privileges_files *files, struct privileges_report *ret)
{
	const struct privileges_wanted wanted = {
		.read_map = session ? read_map : NULL,
		.ctx = session,
		.run_as = *who,
		.outputs = { events, record },
		.files = files ? *files : (struct privileges_files){ .count = 0 },
	};
	int err = privileges_drop(&wanted, ret);

	if (err == 0)
		return STATUS_OK;
	log_err("%s", ret->lines[ret->count - 1]);
	return err == -EPERM ? STATUS_PRIVILEGE : STATUS_OTHER;
}

void give_up_log(const struct privileges_report *report, struct log *log)
{
	for (size_t i = 0; i < report->count; i++) {
		char line[sizeof(report->lines[i]) + 16];

		snprintf(line, sizeof(line), "given up: %s", report->lines[i]);
		log_line(log, ET_LOG_INFO, line);
	}
}
