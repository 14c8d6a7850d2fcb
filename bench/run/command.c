/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/command.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/run/host_stats.h"

/* Limits in seconds. */
#define READY_S  60.0
#define SETTLE_S 4.0
#define INT_S    5.0
#define TERM_S   3.0

/*
 * Many tracers read their buffers a few times a second. A command counts as idle if, during REST_MS
 * milliseconds, it writes nothing and uses at most REST_SHARE of a CPU.
 */
#define REST_MS    300
#define REST_SHARE 0.01
#define POLL_MS    10

#define TASKS_MAX 32768

struct command {
	const struct bench_command *how;
	pid_t keeper; /* parent of all processes of the command; 0: the keeper has exited */
	int status;   /* wait status of the keeper, which exits with the shell's status */
	int out;      /* stdout and stderr of the command: an unlinked file */
	off_t begin;
};

static void sleep_ms(long ms)
{
	struct timespec ts = { .tv_nsec = ms * 1000000L };

	nanosleep(&ts, NULL);
}

/* ---- processes --------------------------------------------------------------------------- */

static pid_t shell_pid;

static void kill_shell(int sig)
{
	(void)sig;
	if (shell_pid > 0)
		kill(-shell_pid, SIGKILL);
	_exit(1);
}

/*
 * The keeper process starts the shell. It is also the subreaper: processes whose parent has exited,
 * such as daemons, become its children. It exits with the shell's status, once it has no more
 * children.
 */
static _Noreturn void keep(const char *text, pid_t workload, int out)
{
	struct sigaction on_term = { .sa_handler = kill_shell };
	char pid[16];
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), status, of_shell = 0;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGINT, SIG_IGN);
	snprintf(pid, sizeof(pid), "%d", (int)workload);
	setenv("WORKLOAD_PID", pid, 1);
	shell_pid = fork();
	if (shell_pid == 0) {
		setsid();
		signal(SIGINT, SIG_DFL);
		if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
			_exit(127);
		execl("/bin/sh", "sh", "-c", text, NULL);
		dprintf(2, "/bin/sh: %s\n", strerror(errno));
		_exit(127);
	}
	sigaction(SIGTERM, &on_term, NULL);
	for (;;) {
		pid_t gone = waitpid(-1, &status, 0);

		if (gone == shell_pid)
			of_shell = status;
		else if (gone < 0 && errno != EINTR)
			break;
	}
	_exit(WIFEXITED(of_shell) ? WEXITSTATUS(of_shell) : 128 + WTERMSIG(of_shell));
}

struct task {
	pid_t pid, ppid;
	bool ours;
	double user, system, of_children; /* seconds, in units of the kernel's clock tick */
};

/*
 * Read all processes of the machine, and mark the keeper and its descendants. Return: an array that
 * the caller frees; NULL: no memory.
 */
static struct task *tasks(pid_t keeper, size_t *ret_count)
{
	struct task *all = calloc(TASKS_MAX, sizeof(*all));
	double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
	DIR *dir = all ? opendir("/proc") : NULL;
	const struct dirent *e;
	bool found = true;
	size_t n = 0;

	while (dir && n < TASKS_MAX && (e = readdir(dir))) {
		unsigned long utime, stime;
		long cutime, cstime;
		char path[300], line[1024];
		const char *end;
		size_t len = 0;
		int ppid;
		FILE *f;

		if (!isdigit((unsigned char)*e->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		f = fopen(path, "re");
		if (f) {
			len = fread(line, 1, sizeof(line) - 1, f);
			fclose(f);
		}
		line[len] = '\0';
		/* The process's name in parentheses may contain any character, also ')'. */
		end = strrchr(line, ')');
		if (!end || sscanf(end + 1,
				   " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu "
				   "%ld %ld",
				   &ppid, &utime, &stime, &cutime, &cstime) != 5)
			continue;
		all[n++] = (struct task){ .pid = (pid_t)strtol(e->d_name, NULL, 10),
					  .ppid = ppid,
					  .user = (double)utime * tick,
					  .system = (double)stime * tick,
					  .of_children = (double)(cutime + cstime) * tick };
	}
	if (dir)
		closedir(dir);
	while (found) {
		found = false;
		for (size_t i = 0; i < n; i++) {
			bool below = all[i].pid == keeper;

			for (size_t j = 0; j < n && !below && !all[i].ours; j++)
				below = all[j].ours && all[j].pid == all[i].ppid;
			if (below && !all[i].ours)
				all[i].ours = found = true;
		}
	}
	*ret_count = n;
	return all;
}

/*
 * Send a signal to all processes of the command, including processes that left its process group.
 */
static void kill_all(const struct command *c, int sig)
{
	size_t count = 0;
	struct task *all = tasks(c->keeper, &count);

	for (size_t i = 0; all && i < count; i++)
		if (all[i].ours && all[i].pid != c->keeper)
			kill(all[i].pid, sig);
	free(all);
}

static bool has_exited(struct command *c)
{
	if (c->keeper && waitpid(c->keeper, &c->status, WNOHANG) == c->keeper)
		c->keeper = 0;
	return !c->keeper;
}

/* Return: true if all processes of the command exit within @seconds. */
static bool exits_within(struct command *c, double seconds)
{
	double deadline = now_s() + seconds;

	while (!has_exited(c)) {
		if (now_s() > deadline)
			return false;
		sleep_ms(POLL_MS);
	}
	return true;
}

/* ---- CPU time and memory ----------------------------------------------------------------- */

/*
 * CPU time of a process in seconds, from its CPU-time clock. /proc only has hundredths of a second.
 * @otherwise: the result if the process has no clock.
 */
static double exact_cpu(pid_t pid, double otherwise)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts) < 0)
		return otherwise;
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static uint64_t rss_of(pid_t pid)
{
	unsigned long long kb = 0;
	char path[64], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "VmHWM: %llu", &kb);
	if (f)
		fclose(f);
	return kb * 1024;
}

static void usage(const struct command *c, struct tracer_cpu *ret_cpu, uint64_t *ret_rss)
{
	double user = 0, system = 0, exact = 0;
	size_t count = 0;
	struct task *all = tasks(c->keeper, &count);
	uint64_t rss = 0;

	for (size_t i = 0; all && i < count; i++) {
		const struct task *t = &all[i];

		if (!t->ours)
			continue;
		/* For exited processes, only the time in hundredths of a second is known. */
		user += t->user;
		system += t->system;
		exact += t->of_children + exact_cpu(t->pid, t->user + t->system);
		if (t->pid != c->keeper)
			rss += rss_of(t->pid);
	}
	free(all);
	/* Divide the exact time in the ratio of the ticks. */
	ret_cpu->system = user + system > 0 ? exact * system / (user + system) : 0;
	ret_cpu->user = exact - ret_cpu->system;
	*ret_rss = rss;
}

void command_divide(const struct tracer_cpu *before, struct tracer_cpu *now)
{
	double sum = now->user + now->system;

	if (now->system < before->system)
		now->system = before->system;
	if (sum - now->system < before->user)
		now->system = sum - before->user;
	now->user = sum - now->system;
}

/* ---- output ------------------------------------------------------------------------------ */

static off_t out_size(const struct command *c)
{
	struct stat st;

	return fstat(c->out, &st) < 0 ? 0 : st.st_size;
}

/*
 * An unlinked file in /tmp, so that no file remains. Return: the descriptor, or a negative errno.
 */
static int open_out(void)
{
	char path[] = "/tmp/eventstrace-bench-out-XXXXXX";
	int fd = mkostemp(path, O_APPEND | O_CLOEXEC);

	if (fd >= 0)
		unlink(path);
	return fd < 0 ? -errno : fd;
}

/* Count the lines that match @pattern, from offset @from. */
static uint64_t count_lines(const struct command *c, off_t from, const char *pattern)
{
	int fd = dup(c->out);
	FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;
	uint64_t n = 0;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	regex_t re;

	if (!f || regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
		if (f)
			fclose(f);
		return 0;
	}
	/*
	 * The duplicate shares its file position with the command's stdout. The command writes with
	 * O_APPEND, so the position does not matter to it.
	 */
	if (fseeko(f, from, SEEK_SET) == 0) {
		while ((len = getline(&line, &size, f)) > 0) {
			if (line[len - 1] == '\n')
				line[len - 1] = '\0';
			n += regexec(&re, line, 0, NULL, 0) == 0;
		}
	}
	free(line);
	regfree(&re);
	fclose(f);
	return n;
}

/* The last line of the output that is not empty. Bytes that are not printable become '?'. */
static void last_line(const struct command *c, char *ret, size_t size)
{
	char text[1024];
	off_t from = out_size(c) - (off_t)(sizeof(text) - 1);
	ssize_t n = pread(c->out, text, sizeof(text) - 1, from > 0 ? from : 0);
	size_t end = n > 0 ? (size_t)n : 0, start;

	while (end && isspace((unsigned char)text[end - 1]))
		end--;
	for (start = end; start && text[start - 1] != '\n'; start--)
		if (!isprint((unsigned char)text[start - 1]))
			text[start - 1] = '?';
	snprintf(ret, size, "%.*s", (int)(end - start), end ? text + start : "");
}

__attribute__((format(printf, 4, 5))) static int refuse(const struct command *c, char *why,
							size_t size, const char *fmt, ...)
{
	char line[160];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(why, size, fmt, args);
	va_end(args);
	last_line(c, line, sizeof(line));
	if (*line && n > 0 && (size_t)n < size)
		snprintf(why + n, size - (size_t)n, ": %s", line);
	return -EOPNOTSUPP;
}

static int exited(const struct command *c, char *why, size_t size)
{
	return refuse(c, why, size, "exited with status %d",
		      WIFEXITED(c->status) ? WEXITSTATUS(c->status) : 128 + WTERMSIG(c->status));
}

/* ---- start and stop ---------------------------------------------------------------------- */

static int wait_ready(struct command *c, char *why, size_t size)
{
	double deadline = now_s() + READY_S;
	off_t seen = -1;

	while (c->how->ready_pattern) {
		off_t now = out_size(c);

		if (now != seen && count_lines(c, 0, c->how->ready_pattern))
			break;
		seen = now;
		if (has_exited(c))
			return exited(c, why, size);
		if (now_s() > deadline)
			return refuse(c, why, size, "no line matched \"%s\" in %.0f s",
				      c->how->ready_pattern, READY_S);
		sleep_ms(POLL_MS);
	}
	return exits_within(c, c->how->settle_s) ? exited(c, why, size) : 0;
}

int command_start(const struct bench_command *how, pid_t workload, char *why, size_t size,
		  struct command **ret)
{
	struct command *c = calloc(1, sizeof(*c));
	struct command_output output;
	int r;

	if (!c)
		return -ENOMEM;
	c->how = how;
	c->out = open_out();
	if (c->out < 0) {
		r = c->out;
		snprintf(why, size, "a file in /tmp: %s", strerror(-r));
		free(c);
		return r;
	}
	c->keeper = fork();
	if (c->keeper == 0)
		keep(how->text, workload, c->out);
	if (c->keeper < 0) {
		r = -errno;
		snprintf(why, size, "fork: %s", strerror(-r));
		close(c->out);
		free(c);
		return r;
	}
	r = wait_ready(c, why, size);
	if (r < 0) {
		command_stop(c, &output);
		return r;
	}
	*ret = c;
	return 0;
}

void command_begin(struct command *c)
{
	c->begin = out_size(c);
}

void command_settle(const struct command *c)
{
	double deadline = now_s() + SETTLE_S;
	struct tracer_cpu before, now;
	off_t wrote, size = out_size(c);
	uint64_t rss;

	usage(c, &now, &rss);
	do {
		before = now;
		wrote = size;
		sleep_ms(REST_MS);
		usage(c, &now, &rss);
		size = out_size(c);
	} while ((size != wrote || now.user + now.system - before.user - before.system >
					   REST_SHARE * REST_MS / 1000) &&
		 now_s() < deadline);
}

int command_usage(struct command *c, struct tracer_cpu *ret_cpu, uint64_t *ret_rss, char *why,
		  size_t size)
{
	if (has_exited(c))
		return exited(c, why, size);
	usage(c, ret_cpu, ret_rss);
	return 0;
}

void command_stop(struct command *c, struct command_output *ret)
{
	static const struct {
		int sig;
		double wait_s;
	} steps[] = { { SIGINT, INT_S }, { SIGTERM, TERM_S }, { SIGKILL, TERM_S } };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && !has_exited(c); i++) {
		kill_all(c, steps[i].sig);
		exits_within(c, steps[i].wait_s);
	}
	if (!has_exited(c)) {
		kill(c->keeper, SIGKILL);
		waitpid(c->keeper, NULL, 0);
	}
	ret->bytes = (uint64_t)(out_size(c) - c->begin);
	ret->delivered =
		c->how->count_pattern ? count_lines(c, c->begin, c->how->count_pattern) : 0;
	close(c->out);
	free(c);
}
