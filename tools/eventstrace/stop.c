/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/stop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/*
 * Time in ns after a signal in which a SIGINT counts as the same signal. timeout(1) and some shells
 * first signal the process and then its whole group.
 */
#define SAME_SIGNAL_NS 200000000LL

/*
 * The timer expires at the end of the duration. A signal makes it expire at once.
 * timerfd_settime(2) is safe in a signal handler, because it is only a system call.
 */
static int timer_fd = -1;
static volatile sig_atomic_t begun;
static volatile sig_atomic_t stopping;
static struct timespec stopped_at;

/* The pipe to which signals are forwarded; -1: none. */
static volatile sig_atomic_t forward_fd = -1;
static volatile sig_atomic_t forwarded;
static struct timespec forwarded_at;

/* A timer that expires when files must be reopened; -1: SIGHUP stops the program. */
static int reopen_fd = -1;
static bool hangup_ignored;
static bool is_terminal[STDERR_FILENO + 1];

static const struct itimerspec now = { .it_value.tv_nsec = 1 };

static int64_t since(const struct timespec *then)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (ts.tv_sec - then->tv_sec) * 1000000000LL + ts.tv_nsec - then->tv_nsec;
}

/*
 * Forward a signal to COMMAND's keeper. kill(1) of a process group reaches COMMAND twice: directly,
 * and through this process. So a signal that comes several times is forwarded once.
 */
static void forward(int sig, const siginfo_t *info)
{
	const char byte = (char)sig;

	/* A signal of the terminal has reached the whole process group. */
	if (info->si_code == SI_KERNEL)
		return;
	if (forwarded == sig && since(&forwarded_at) < SAME_SIGNAL_NS)
		return;
	clock_gettime(CLOCK_MONOTONIC, &forwarded_at);
	forwarded = sig;
	(void)!write(forward_fd, &byte, 1);
}

/*
 * True if SIGHUP is a hang-up of the terminal. A shell passes such a signal on to its jobs, so the
 * sender does not show this. The kernel marks the terminal before it sends the signal, so poll(2)
 * shows it.
 */
static bool is_hung_up(const siginfo_t *info)
{
	if (info->si_code == SI_KERNEL)
		return true;
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		struct pollfd pfd = { .fd = fd };

		if (is_terminal[fd] && poll(&pfd, 1, 0) > 0 && pfd.revents & POLLHUP)
			return true;
	}
	return false;
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	int saved = errno;
	bool hung_up = sig == SIGHUP && reopen_fd >= 0 && is_hung_up(info);

	(void)context;
	if (sig == SIGHUP && reopen_fd >= 0 && (!hung_up || hangup_ignored)) {
		if (!hung_up)
			timerfd_settime(reopen_fd, 0, &now, NULL);
		errno = saved;
		return;
	}
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
		/* SIGINT is blocked until the handler returns. Then it has its default effect. */
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
	/* The parent may have blocked these signals. */
	if (sigprocmask(SIG_UNBLOCK, &unblock, NULL) < 0)
		return -errno;
	return 0;
}

int stop_reopen_at_hangup(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO }, old;
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0 || sigaction(SIGHUP, NULL, &old) < 0)
		return -errno;
	for (int i = 0; i <= STDERR_FILENO; i++)
		is_terminal[i] = isatty(i);
	hangup_ignored = old.sa_handler == SIG_IGN;
	reopen_fd = fd;
	sigaddset(&sa.sa_mask, SIGINT);
	sigaddset(&sa.sa_mask, SIGTERM);
	return sigaction(SIGHUP, &sa, NULL) < 0 ? -errno : 0;
}

int stop_reopen_fd(void)
{
	return reopen_fd;
}

bool stop_reopen_take(void)
{
	uint64_t expired;

	return read(reopen_fd, &expired, sizeof(expired)) == sizeof(expired);
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
	 * If the duration is 0, this disarms the timer. `begun` is set afterwards, so that this
	 * call does not undo the expiry that a signal requests.
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
