/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/interim.h"

#include <errno.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <unistd.h>

/*
 * The timer of the interval. A signal makes the timer expire at once, and then again after each
 * interval. timerfd_settime(2) is safe in a signal handler, because it is only a system call.
 */
static int timer_fd = -1;
static struct itimerspec every;

static void on_signal(int sig)
{
	struct itimerspec now = every;
	int saved = errno;

	(void)sig;
	now.it_value.tv_sec = 0;
	now.it_value.tv_nsec = 1;
	timerfd_settime(timer_fd, 0, &now, NULL);
	errno = saved;
}

int interim_install(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (timer_fd < 0)
		return -errno;
	sigemptyset(&sa.sa_mask);
	if (sigaction(SIGUSR1, &sa, NULL) < 0)
		return -errno;
	/* The parent may have blocked SIGUSR1. */
	sigaddset(&sa.sa_mask, SIGUSR1);
	return sigprocmask(SIG_UNBLOCK, &sa.sa_mask, NULL) < 0 ? -errno : 0;
}

void interim_at_resize(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGUSR1);
	(void)sigaction(SIGWINCH, &sa, NULL);
}

int interim_begin(uint64_t interval_ns)
{
	struct itimerspec first = { .it_interval.tv_sec = (time_t)(interval_ns / 1000000000),
				    .it_interval.tv_nsec = (long)(interval_ns % 1000000000) };

	if (!interval_ns)
		return 0;
	first.it_value = first.it_interval;
	every = first;
	return timerfd_settime(timer_fd, 0, &first, NULL) < 0 ? -errno : 0;
}

int interim_fd(void)
{
	return timer_fd;
}

bool interim_take(void)
{
	uint64_t expired;

	return read(timer_fd, &expired, sizeof(expired)) == sizeof(expired);
}
