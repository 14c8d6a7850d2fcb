/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints a line of JSON for each program that is started, until an error. The comment at the top of
 * eventstrace.h shows this code.
 */
#include <stdio.h>
#include <unistd.h>

#include <eventstrace.h>

static int fail(const char *message)
{
	fprintf(stderr, "json_lines: %s\n", message);
	return 1;
}

int main(void)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_session *s = NULL;
	struct et_error err = { 0 };

	opts.events = ET_EVENT_BIT(et_event_by_flag("process-exec")->id);
	opts.output_fd = STDOUT_FILENO;
	if (et_session__open(&opts, &s, &err) < 0)
		return fail(err.message);
	while (et_session__poll(s, -1) >= 0)
		;
	et_session__close(s);
	return 0;
}
