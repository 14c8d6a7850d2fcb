/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/stop.h"

#include <errno.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/*
 * A second SIGINT within this time after the first signal counts as the same one. timeout(1) and
 * some shells signal the process and then its whole group.
 */
#define SAME_SIGNAL_NS 200000000LL

/*
 * One timer serves both purposes. It expires at the end of the duration, and a signal sets it to
 * expire now. A handler may call timerfd_settime(), which is only a system call.
 */
static int timer_fd = -1;
static volatile sig_atomic_t begun;
static volatile sig_atomic_t stopping;
static struct timespec stopped_at;

/* The pipe for signals; -1: none. */
static volatile sig_atomic_t forward_fd = -1;
static volatile sig_atomic_t forwarded;
static struct timespec forwarded_at;

static const struct itimerspec now = { .it_value.tv_nsec = 1 };

static int64_t since(const struct timespec *then)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (ts.tv_sec - then->tv_sec) * 1000000000LL + ts.tv_nsec - then->tv_nsec;
}

/*
 * kill(1) with a process group reaches COMMAND twice: directly, and through this process. Send a
 * signal only once if it comes several times.
 */
static void forward(int sig, const siginfo_t *info)
{
	const char byte = (char)sig;

	/* Of the terminal. */
	if (info->si_code == SI_KERNEL)
		return;
	if (forwarded == sig && since(&forwarded_at) < SAME_SIGNAL_NS)
		return;
	clock_gettime(CLOCK_MONOTONIC, &forwarded_at);
	forwarded = sig;
	(void)!write(forward_fd, &byte, 1);
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	if (!begun) {
		static const char early[] =
			"eventstrace: stopped by a signal before recording began\n";

		(void)!write(STDERR_FILENO, early, sizeof(early) - 1);
		_exit(forward_fd < 0 ? 0 : 128 + sig);
	}
	if (forward_fd >= 0) {
		forward(sig, info);
	} else if (!stopping) {
		clock_gettime(CLOCK_MONOTONIC, &stopped_at);
		stopping = 1;
		timerfd_settime(timer_fd, 0, &now, NULL);
	} else if (sig == SIGINT && since(&stopped_at) > SAME_SIGNAL_NS) {
		/*
		 * The signal is blocked until the handler returns, and then has its default effect.
		 */
		signal(SIGINT, SIG_DFL);
		raise(SIGINT);
	}
	errno = saved;
}

int stop_install(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO }, old;
	sigset_t unblock;

	timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (timer_fd < 0)
		return -errno;
	sigemptyset(&unblock);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		sigaddset(&sa.sa_mask, signals[i]);
		sigaddset(&unblock, signals[i]);
	}
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		if (signals[i] == SIGHUP && !sigaction(SIGHUP, NULL, &old) &&
		    old.sa_handler == SIG_IGN)
			continue;
		if (sigaction(signals[i], &sa, NULL) < 0)
			return -errno;
	}
	/* The parent may have blocked them. */
	if (sigprocmask(SIG_UNBLOCK, &unblock, NULL) < 0)
		return -errno;
	return 0;
}

void stop_forward(int fd)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	if (fd < 0)
		sa = (struct sigaction){ .sa_handler = SIG_DFL };
	forward_fd = fd;
	sigaction(SIGQUIT, &sa, NULL);
}

int stop_begin(uint64_t duration_ns)
{
	struct itimerspec end = {
		.it_value.tv_sec = duration_ns / 1000000000,
		.it_value.tv_nsec = duration_ns % 1000000000,
	};

	/*
	 * All zero disarms the timer, which is right. Set it first: a signal then moves it to now.
	 */
	if (timerfd_settime(timer_fd, 0, &end, NULL) < 0)
		return -errno;
	begun = 1;
	return 0;
}

bool stop_signalled(void)
{
	return stopping;
}

int stop_fd(void)
{
	return timer_fd;
}
