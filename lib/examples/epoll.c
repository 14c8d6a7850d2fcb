/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An example of a program with its own event loop, which waits for events, a timer and signals:
 *
 *	epoll SECONDS > events.json
 *
 * It prints a line on standard error when it begins. It writes the events of processes to standard
 * output, and does other work every 100 ms. This work continues even if the reader of standard
 * output reads nothing. At the end it prints on standard error the longest time between two runs of
 * this work.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <eventstrace.h>

struct loop {
	int epoll;
	int signals;
	int timer;
	unsigned int ticks; /* number of timer ticks, one each 100 ms, until the program ends */
	uint64_t worked_at; /* CLOCK_MONOTONIC time of the last call of work(), in milliseconds */
	uint64_t longest;   /* longest time between two calls of work(), in milliseconds */
	struct et_session *session;
};

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void watch(const struct loop *loop, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
		perror("epoll_ctl");
		exit(1);
	}
}

static void open_loop(struct loop *loop)
{
	const struct itimerspec often = { { 0, 100000000 }, { 0, 100000000 } };
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->signals = signalfd(-1, &ends, SFD_CLOEXEC);
	loop->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	timerfd_settime(loop->timer, 0, &often, NULL);
	watch(loop, et_session__fd(loop->session));
	watch(loop, loop->signals);
	watch(loop, loop->timer);
}

/*
 * The other work of this program, done at each tick of the timer. Return: 0 when the program must
 * end.
 */
static int work(struct loop *loop)
{
	uint64_t now = now_ms(), expired = 0;

	if (read(loop->timer, &expired, sizeof(expired)) < 0)
		return 0;
	if (now - loop->worked_at > loop->longest)
		loop->longest = now - loop->worked_at;
	loop->worked_at = now;
	loop->ticks = expired < loop->ticks ? loop->ticks - (unsigned int)expired : 0;
	return loop->ticks != 0;
}

static void run(struct loop *loop)
{
	struct epoll_event event;
	int r;

	/*
	 * Read events once after et_session__open(): events that came before epoll watched the
	 * descriptor do not wake epoll_wait().
	 */
	r = et_session__poll(loop->session, 0);
	while (r >= 0) {
		if (epoll_wait(loop->epoll, &event, 1, -1) < 1)
			continue;
		if (event.data.fd == loop->signals)
			break;
		if (event.data.fd == loop->timer) {
			if (!work(loop))
				break;
			continue;
		}
		r = et_session__poll(loop->session, 0);
		if (r == -EINTR)
			r = 0;
	}
}

int main(int argc, char **argv)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_error err = { .kind = ET_ERROR_NONE };
	struct loop loop = { 0 };
	const struct et_event_info *infos;
	size_t count;
	int r;

	infos = et_event_infos(&count);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(infos[i].category, "process"))
			opts.events |= ET_EVENT_BIT(infos[i].id);
	opts.output_fd = STDOUT_FILENO;
	if (et_session__open(&opts, &loop.session, &err) < 0) {
		fprintf(stderr, "epoll: %s\n", err.message);
		return 1;
	}
	fputs("epoll: recording\n", stderr);
	loop.ticks = argc > 1 ? 10 * (unsigned int)atoi(argv[1]) : UINT32_MAX;
	loop.worked_at = now_ms();
	open_loop(&loop);
	run(&loop);
	r = et_session__stop(loop.session);
	fprintf(stderr, "epoll: at most %llu ms without other work; the end: %s\n",
		(unsigned long long)loop.longest, r < 0 ? strerror(-r) : "all is written");
	et_session__close(loop.session);
	return 0;
}
