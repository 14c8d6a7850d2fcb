/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A soak: eventstrace records all events for an hour, while programs of many kinds run and faults
 * happen at random. At the end its memory and descriptors are what they were, and every event is
 * accounted for.
 *
 *	soak [--seconds=N] [--seed=N]
 *
 * The same seed gives the same faults in the same order; what the machine does in between differs.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <yyjson.h>

#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

/* Of the machine's two or more CPUs one is left to the reader. */
#define WORKERS 2

/* After that long everything that is allocated once has been. */
#define SETTLED_S 30

/* More than it grows by that much is a leak. */
#define GROWTH_KB (4 * 1024)

#define LINE_ARGS 4

static uint64_t seed = 1;
static unsigned int seconds = 3600;
static unsigned int failures;

__attribute__((format(printf, 1, 2))) static void fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("FAILED: ", stdout);
	vprintf(fmt, args);
	putchar('\n');
	va_end(args);
	failures++;
}

/* xorshift */
static uint64_t random_number(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static uint64_t now_ms(void)
{
	return proc_now_ns() / 1000000;
}

static void sleep_ms(uint64_t ms)
{
	uint64_t end = now_ms() + ms;

	while (now_ms() < end)
		usleep(1000);
}

/* ---- the reader ---------------------------------------------------------------------------- */

static _Atomic bool reader_stalls;
static _Atomic uint64_t events, lost_lines, lost_events, bad_lines;

static void on_line(void *ctx, const char *line, size_t len)
{
	static const char begin[] = "{\"event_type\":\"", lost[] = "{\"event_type\":\"LOST\"";
	const char *count;

	(void)ctx;
	while (atomic_load(&reader_stalls))
		usleep(1000);
	if (len < sizeof(lost) || memcmp(line, begin, sizeof(begin) - 1) != 0 ||
	    line[len - 1] != '}') {
		bad_lines += !memmem(line, len, "probes_initialized", 18);
		return;
	}
	if (memcmp(line, lost, sizeof(lost) - 1) != 0) {
		events++;
		return;
	}
	count = memmem(line, len, "\"count\":", 8);
	lost_events += count ? strtoull(count + 8, NULL, 10) : 0;
	lost_lines++;
}

/* ---- load ---------------------------------------------------------------------------------- */

/* Cases of //tools/cases, with their arguments. */
static const char *const load[][LINE_ARGS] = {
	{ "noop" },
	{ "spawn", "50", "100" },
	{ "spawn", "5", "20000" },
	{ "exec_failed" },
	{ "exec_script" },
	{ "fork" },
	{ "threads" },
	{ "vfork" },
	{ "exit_codes" },
	{ "setuid" },
	{ "setgid" },
	{ "setsid" },
	{ "memfd_create" },
	{ "shmget" },
	{ "file_create" },
	{ "file_delete" },
	{ "file_modify" },
	{ "file_rename" },
	{ "file_memory" },
	{ "tty_flood", "200", "80" },
	{ "tty_partial" },
	{ "net_connect" },
	{ "net_accept" },
	{ "net_close" },
	{ "net_attempts" },
};

#define LOADS (sizeof(load) / sizeof(load[0]))

/* In a process of its own, until it is killed. */
static void work(uint64_t x)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		const char *const *row = load[random_number(&x) % LOADS];
		const char *argv[LINE_ARGS + 1] = { runfiles_case(row[0]), row[1], row[2], row[3] };
		struct proc_options proc = { .argv = argv };
		int status;
		pid_t pid;

		/* What a case finds wrong with itself is not looked at: others are in its way. */
		if (proc_spawn(&proc, &pid) == 0)
			proc_wait(pid, 60000, &status);
		usleep(random_number(&x) % 20000);
	}
}

static pid_t start_worker(uint64_t x)
{
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		work(x);
	}
	return pid;
}

/* ---- what it takes ------------------------------------------------------------------------- */

static unsigned long rss_kb(pid_t pid)
{
	char path[64], line[256];
	unsigned long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmRSS:", 6))
			kb = strtoul(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

static unsigned int descriptors(pid_t pid)
{
	char path[64];
	unsigned int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

/* ---- faults -------------------------------------------------------------------------------- */

static void stop_for_a_while(pid_t pid, uint64_t *x)
{
	kill(pid, SIGSTOP);
	sleep_ms(100 + random_number(x) % 2000);
	kill(pid, SIGCONT);
}

static void stall_reader(pid_t pid, uint64_t *x)
{
	(void)pid;
	reader_stalls = true;
	sleep_ms(100 + random_number(x) % 3000);
	reader_stalls = false;
}

/* It can open nothing any more. Of less than it has in one poll(2) the kernel takes none. */
static void take_descriptors(pid_t pid, uint64_t *x)
{
	struct rlimit old, none;

	if (prlimit(pid, RLIMIT_NOFILE, NULL, &old) < 0)
		return;
	none = (struct rlimit){ .rlim_cur = 8, .rlim_max = old.rlim_max };
	prlimit(pid, RLIMIT_NOFILE, &none, NULL);
	sleep_ms(100 + random_number(x) % 2000);
	prlimit(pid, RLIMIT_NOFILE, &old, NULL);
}

/* Signals that change nothing. */
static void send_signals(pid_t pid, uint64_t *x)
{
	static const int signals[] = { SIGCHLD, SIGCONT, SIGPIPE, SIGURG, SIGWINCH, SIGXFSZ };

	for (uint64_t n = 1 + random_number(x) % 100; n; n--) {
		kill(pid, signals[random_number(x) % (sizeof(signals) / sizeof(signals[0]))]);
		usleep(1000);
	}
}

/* Another one comes and goes. */
static void start_another(pid_t pid, uint64_t *x)
{
	const char *argv[] = { runfiles_tool(), "-e", "process",   "-d",
			       "0.5",           "-o", "/dev/null", NULL };
	struct proc_options proc = { .argv = argv };
	int status = 0;
	pid_t other;

	(void)pid;
	(void)x;
	if (proc_spawn(&proc, &other) < 0 || proc_wait(other, 60000, &status) < 0 || status)
		fail("another eventstrace ended with 0x%x", (unsigned int)status);
}

static const struct fault {
	const char *name;
	void (*happen)(pid_t pid, uint64_t *x);
} faults[] = {
	{ "stopped", stop_for_a_while },
	{ "reader stalled", stall_reader },
	{ "descriptors taken", take_descriptors },
	{ "signals", send_signals },
	{ "another", start_another },
};

#define FAULTS (sizeof(faults) / sizeof(faults[0]))

/* ---- the end ------------------------------------------------------------------------------- */

static uint64_t number(yyjson_doc *doc, const char *path)
{
	yyjson_val *val = yyjson_doc_ptr_get(doc, path);

	if (!yyjson_is_uint(val))
		fail("the summary has no number %s", path);
	return yyjson_get_uint(val);
}

static void check_account(const struct tracer_result *result)
{
	yyjson_doc *doc = tracer_summary(result);
	uint64_t attempted, received, lost;

	if (!doc) {
		fail("it printed no summary: %s", result->err);
		return;
	}
	attempted = number(doc, "/total/attempted");
	received = number(doc, "/total/received");
	lost = number(doc, "/total/lost");
	printf("attempted %" PRIu64 ", received %" PRIu64 ", lost %" PRIu64 "\n", attempted,
	       received, lost);
	if (!yyjson_is_true(yyjson_doc_ptr_get(doc, "/accounted")))
		fail("not accounted for: %s", result->err);
	if (attempted != received + lost)
		fail("attempted is not received + lost");
	if (number(doc, "/total/written") != events)
		fail("%" PRIu64 " lines of events came, and %" PRIu64 " are told", events,
		     number(doc, "/total/written"));
	if (lost_events != lost)
		fail("LOST lines report %" PRIu64 " events", lost_events);
	if (bad_lines)
		fail("%" PRIu64 " lines are none of its own", bad_lines);
	yyjson_doc_free(doc);
}

static void parse(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "--seconds=", 10)) {
			seconds = (unsigned int)strtoul(argv[i] + 10, NULL, 10);
		} else if (!strncmp(argv[i], "--seed=", 7)) {
			seed = strtoull(argv[i] + 7, NULL, 10);
		} else {
			fprintf(stderr, "usage: soak [--seconds=N] [--seed=N]\n");
			exit(2);
		}
	}
	/* Of 0 comes nothing else. */
	seed += !seed;
}

static void throw_faults(pid_t pid, uint64_t end)
{
	unsigned int counts[FAULTS] = { 0 };
	uint64_t x = seed, told = now_ms();

	while (now_ms() < end) {
		size_t n = random_number(&x) % FAULTS;

		sleep_ms(500 + random_number(&x) % 4000);
		faults[n].happen(pid, &x);
		counts[n]++;
		if (!rss_kb(pid)) {
			fail("it ended after \"%s\"", faults[n].name);
			break;
		}
		if (now_ms() - told < 60000)
			continue;
		told = now_ms();
		printf("%5" PRIu64 " s to go: %" PRIu64 " events, %" PRIu64
		       " lost, RSS %lu KiB, %u "
		       "descriptors\n",
		       told < end ? (end - told) / 1000 : 0, events, lost_events, rss_kb(pid),
		       descriptors(pid));
		fflush(stdout);
	}
	for (size_t i = 0; i < FAULTS; i++)
		printf("%s: %u times\n", faults[i].name, counts[i]);
}

int main(int argc, char **argv)
{
	static const char *const flags[] = { "-a", "-s", "--drain-timeout=60", NULL };
	struct tracer_options opts = { .flags = flags, .on_line = on_line };
	struct tracer_result result;
	struct tracer *tracer;
	unsigned long rss, rss_end;
	unsigned int fds, fds_end;
	pid_t workers[WORKERS], pid;
	uint64_t end;

	parse(argc, argv);
	if (runfiles_init(1, argv) || tracer_start(&opts, &tracer))
		return 1;
	pid = tracer_pid(tracer);
	printf("seed %" PRIu64 ", %u s\n", seed, seconds);
	end = now_ms() + seconds * 1000ULL;
	for (int i = 0; i < WORKERS; i++)
		workers[i] = start_worker(seed + 1 + (uint64_t)i);

	/* Buffers are touched once: what counts comes behind. */
	stop_for_a_while(pid, &(uint64_t){ 1 });
	stall_reader(pid, &(uint64_t){ 2 });
	sleep_ms(SETTLED_S * 1000);
	rss = rss_kb(pid);
	fds = descriptors(pid);
	throw_faults(pid, end);

	for (int i = 0; i < WORKERS; i++) {
		kill(-workers[i], SIGKILL);
		kill(workers[i], SIGKILL);
		waitpid(workers[i], NULL, 0);
	}
	sleep_ms(2000);
	rss_end = rss_kb(pid);
	fds_end = descriptors(pid);
	printf("RSS %lu KiB, at the end %lu; descriptors %u, at the end %u\n", rss, rss_end, fds,
	       fds_end);
	if (!rss || rss_end > rss + GROWTH_KB)
		fail("its memory grew");
	if (!fds || fds_end != fds)
		fail("it has other descriptors than before");
	if (tracer_stop(tracer, SIGTERM, &result) || result.status)
		fail("it ended with status 0x%x: %s", (unsigned int)result.status, result.err);
	check_account(&result);
	tracer_result_free(&result);
	puts(failures ? "FAILED" : "passed");
	return failures != 0;
}
