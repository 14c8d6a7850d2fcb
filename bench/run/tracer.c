/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <yyjson.h>

#include "bench/run/host_stats.h"
#include "bench/run/log_err.h"

#define READY_S  300.0 /* minutes, for an emulated kernel on a busy host */
#define STOP_S   60.0
#define SETTLE_S 2.0

/* While the tracer starts, its messages gather for GATHER_MS in a pipe of PIPE_SIZE bytes. */
#define GATHER_MS 5
#define PIPE_SIZE (1 << 20)

/* Words of the line that tells that all hooks are attached. */
#define READY " hooks: "

/* The exit status of eventstrace if the kernel supports no requested event. */
#define CANNOT_ATTACH 4

/* The tracer counts as idle if it uses at most REST_SHARE of a CPU during REST_MS milliseconds. */
#define REST_MS    50
#define REST_SHARE 0.01

struct tracer {
	pid_t pid;
	int err; /* read end of a pipe from the tracer's stderr */
	char *text;
	size_t len, size;
	size_t looked; /* is_ready() has read the lines before this offset */
};

static void sleep_ms(long ms)
{
	struct timespec ts = { .tv_nsec = ms * 1000000L };

	nanosleep(&ts, NULL);
}

/*
 * Read the tracer's stderr until a deadline. Return: 1 if data came; 0 at the end of file;
 * -ETIMEDOUT, or another negative errno.
 */
static int hear(struct tracer *t, double deadline)
{
	struct pollfd p = { .fd = t->err, .events = POLLIN };
	double left = deadline - now_s();
	ssize_t n;

	n = poll(&p, 1, left > 0 ? (int)(left * 1000) + 1 : 0);
	if (n == 0)
		return -ETIMEDOUT;
	if (t->size - t->len < 4096) {
		size_t size = t->size * 2 + 65536;
		char *text = realloc(t->text, size);

		if (!text)
			return -ENOMEM;
		t->text = text;
		t->size = size;
	}
	n = read(t->err, t->text + t->len, t->size - t->len - 1);
	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	t->len += (size_t)n;
	t->text[t->len] = '\0';
	return n > 0;
}

/* Reads each line once: with -v, builds before 0.2.0 print megabytes of libbpf's messages first. */
static bool is_ready(struct tracer *t)
{
	const char *line, *end;

	while (t->text && (end = strchr(line = t->text + t->looked, '\n'))) {
		t->looked = (size_t)(end + 1 - t->text);
		if (memmem(line, (size_t)(end - line), READY, strlen(READY)))
			return true;
	}
	return false;
}

/* Return: the end of the tracer's output. The beginning may be long messages of libbpf. */
static const char *last_words(const struct tracer *t)
{
	size_t len = t->len;

	if (!len)
		return "";
	return len > 400 ? t->text + len - 400 : t->text;
}

static _Noreturn void become(const char *const *argv, int err)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(err, 2) < 0)
		_exit(127);
	/* With -v, libbpf's debug messages would take most of the time of the start. */
	if (setenv("LIBBPF_LOG_LEVEL", "warn", 1) < 0)
		_exit(127);
	/* The working directory must be the same on every machine. */
	if (chdir("/") < 0)
		_exit(127);
	execv(argv[0], (char *const *)argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/*
 * Like fork(), but into a new PID namespace, in which the tracer has no ancestors. eventstrace does
 * not record its ancestors, and its BPF programs contain each of them. So without the namespace,
 * the figures would depend on the number of nested shells.
 */
static pid_t fork_alone(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
}

static void forget(struct tracer *t)
{
	close(t->err);
	free(t->text);
	free(t);
}

/* The last line of the tracer's output that is not empty. */
static void last_line(const struct tracer *t, char *ret, size_t size)
{
	size_t end = t->len, start;

	while (end && t->text[end - 1] == '\n')
		end--;
	for (start = end; start && t->text[start - 1] != '\n'; start--)
		;
	snprintf(ret, size, "%.*s", (int)(end - start), end ? t->text + start : "");
}

int tracer_start(const char *const *argv, char *why, size_t size, struct tracer **ret)
{
	struct tracer *t = calloc(1, sizeof(*t));
	double deadline = now_s() + READY_S;
	int fds[2], status, r = 1;

	if (!t)
		return -ENOMEM;
	if (pipe2(fds, O_CLOEXEC) < 0) {
		free(t);
		return -errno;
	}
	t->err = fds[0];
	t->pid = fork_alone();
	if (t->pid == 0)
		become(argv, fds[1]);
	close(fds[1]);
	/* Without effect if the user's pipes may not be so large. */
	fcntl(t->err, F_SETPIPE_SZ, PIPE_SIZE);
	if (t->pid < 0) {
		r = -errno;
		forget(t);
		return r;
	}
	/* A read for each of thousands of lines would take the CPU that the tracer needs. */
	while (r > 0 && !is_ready(t)) {
		sleep_ms(GATHER_MS);
		r = hear(t, deadline);
	}
	if (r > 0) {
		*ret = t;
		return 0;
	}
	if (r < 0)
		kill(t->pid, SIGKILL);
	if (waitpid(t->pid, &status, 0) == t->pid && r == 0)
		r = WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_ATTACH ? -EOPNOTSUPP
									      : -ECHILD;
	last_line(t, why, size);
	forget(t);
	return r;
}

pid_t tracer_pid(const struct tracer *t)
{
	return t->pid;
}

static double cpu_s(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts) < 0)
		return 0;
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void tracer_settle(const struct tracer *t)
{
	double deadline = now_s() + SETTLE_S, before, now = cpu_s(t->pid);

	do {
		before = now;
		sleep_ms(REST_MS);
		now = cpu_s(t->pid);
	} while (now - before > REST_SHARE * REST_MS / 1000 && now_s() < deadline);
}

static int stop_and_ask(const struct tracer *t, struct rusage *ret)
{
	int status;

	if (kill(t->pid, SIGSTOP) < 0)
		return -errno;
	if (wait4(t->pid, &status, WUNTRACED, ret) != t->pid || !WIFSTOPPED(status))
		return -ECHILD;
	return 0;
}

int tracer_pause(const struct tracer *t)
{
	struct rusage usage;

	return stop_and_ask(t, &usage);
}

int tracer_resume(const struct tracer *t)
{
	return kill(t->pid, SIGCONT) < 0 ? -errno : 0;
}

/*
 * wait4(2) has CPU times in microseconds, /proc only in hundredths of a second. With WUNTRACED,
 * wait4(2) also returns the usage of a child that is stopped. The tracer is idle here, so stopping
 * it changes no figure.
 */
int tracer_cpu(const struct tracer *t, struct tracer_cpu *ret)
{
	struct rusage usage = { 0 };
	int r;

	r = stop_and_ask(t, &usage);
	if (r == 0)
		r = tracer_resume(t);
	if (r < 0)
		return r;
	ret->user = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
	ret->system = (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
	return 0;
}

int tracer_rss(const struct tracer *t, uint64_t *ret)
{
	unsigned long long kb;
	char path[64], line[128];
	int r = -EBADMSG;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)t->pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "VmHWM: %llu", &kb) != 1)
			continue;
		*ret = kb * 1024;
		r = 0;
	}
	fclose(f);
	return r;
}

static uint64_t count_of(yyjson_val *object, const char *name, int *r)
{
	yyjson_val *val = yyjson_obj_get(object, name);

	if (!yyjson_is_uint(val))
		*r = -EBADMSG;
	return yyjson_get_uint(val);
}

/* Parse the summary as JSON: the last line that begins with '{'. */
static int read_account(const struct tracer *t, struct tracer_account *ret)
{
	struct tracer_account a = { 0 };
	yyjson_val *root, *total, *locked;
	const char *line = t->text;
	yyjson_doc *doc;
	int r = 0;

	for (const char *at = t->text; at; at = strchr(at, '\n')) {
		if (*at == '\n')
			at++;
		if (*at == '{')
			line = at;
	}
	doc = line ? yyjson_read(line, strcspn(line, "\n"), 0) : NULL;
	root = yyjson_doc_get_root(doc);
	total = yyjson_obj_get(root, "total");
	locked = yyjson_obj_get(root, "locked");
	a.attempted = count_of(total, "attempted", &r);
	a.sent = count_of(total, "sent", &r);
	a.received = count_of(total, "received", &r);
	a.lost = count_of(total, "lost", &r);
	a.bytes = count_of(total, "bytes", &r);
	a.wakeups = count_of(root, "wakeups", &r);
	a.locked_rings = count_of(locked, "rings", &r);
	a.locked_scratch = count_of(locked, "scratch", &r);
	a.locked_maps = count_of(locked, "maps", &r);
	yyjson_doc_free(doc);
	if (r == 0)
		*ret = a;
	return r;
}

int tracer_stop(struct tracer *t, struct tracer_account *ret)
{
	double deadline = now_s() + STOP_S;
	int status = 0, r = 1;

	kill(t->pid, SIGTERM);
	while (r > 0)
		r = hear(t, deadline);
	if (r < 0)
		kill(t->pid, SIGKILL);
	if (waitpid(t->pid, &status, 0) != t->pid)
		r = -errno;
	else if (r == 0 && status)
		r = -ECHILD;
	if (r == 0)
		r = read_account(t, ret);
	if (r < 0)
		log_err("the tracer failed at its end: %s, wait status 0x%x\n%s", strerror(-r),
			(unsigned int)status, last_words(t));
	forget(t);
	return r;
}
