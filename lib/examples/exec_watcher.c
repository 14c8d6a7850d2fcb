/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints process ID, user and arguments of each program that is started. Ends on Ctrl-C. */
#include <signal.h>
#include <stdio.h>

#include <eventstrace.h>

static volatile sig_atomic_t ended;

static void on_signal(int sig)
{
	(void)sig;
	ended = 1;
}

static void on_event(void *ctx, const struct et_event *event)
{
	size_t left, size;
	const char *argv = et_process_exec__argv(event, &left, NULL), *arg;

	(void)ctx;
	if (et_event__id(event) == ET_EVENT_LOST)
		printf("%llu events are lost\n", (unsigned long long)et_lost__count(event));
	if (!argv)
		return;
	printf("%u by user %u:", et_event__pids(event)->tgid, et_process_exec__creds(event)->ruid);
	while ((arg = et_strings__next(&argv, &left, &size)))
		printf(" %.*s", (int)size, arg);
	putchar('\n');
	fflush(stdout);
}

int main(void)
{
	/* No SA_RESTART: et_session__poll() then returns -EINTR when Ctrl-C is pressed. */
	const struct sigaction action = { .sa_handler = on_signal };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_session *session = NULL;
	struct et_error err = { .kind = ET_ERROR_NONE };
	int r = 0;

	opts.events = ET_EVENT_BIT(ET_EVENT_PROCESS_EXEC);
	opts.on_event = on_event;
	if (et_session__open(&opts, &session, &err) < 0) {
		fprintf(stderr, "exec_watcher: %s\n", err.message);
		return 1;
	}
	sigaction(SIGINT, &action, NULL);
	while (!ended && r >= 0)
		r = et_session__poll(session, 1000);
	et_session__stop(session);
	et_session__close(session);
	return 0;
}
