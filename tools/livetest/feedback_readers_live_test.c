/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace does not record writes of processes that read its output, or of another eventstrace:
 * each such event would cause the next. All other events of these processes are recorded.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"

/* Largest number of events without a loop. A loop causes thousands in the same time. */
#define EVENTS_MAX 300

#define READY "probes_initialized"

/* If the first argument of this program is WRITE, it writes to the file in its second argument. */
#define WRITE "write-to"

/* Time in ms in which eventstrace starts even on a busy machine, before scaling. */
#define START_MS 90000

static char dir[96];

/* ---- readers ----------------------------------------------------------------------------- */

struct reader {
	pid_t pid;
	const char *name; /* the name that the process sets */
	char path[128];   /* the file that it writes to */
	int fd;           /* the descriptor that it reads from */
	bool acts;        /* does one operation of each other kind, once */
	bool relays;      /* writes into a pipe; another process copies from it to `path` */
	bool starts;      /* starts a program for each line */
	bool busy;        /* starts programs all the time, independent of the lines */
	bool reacts;      /* starts REACTIONS programs for each program of the test */
	bool forks;       /* has a child that writes and then executes a program that writes */
};

/*
 * Programs that the reader starts for each program of the test. So more than a quarter of all
 * events are always of the reader.
 */
#define REACTIONS 5

static void start_one(void)
{
	const char *const argv[] = { runfiles_case("noop"), NULL };
	pid_t pid = fork();

	if (!pid) {
		execv(argv[0], (char *const *)argv);
		_exit(97);
	}
	waitpid(pid, NULL, 0);
}

static void act(void)
{
	const struct sockaddr_in nobody = {
		.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	char from[160], to[160];
	int fd;

	start_one();
	snprintf(from, sizeof(from), "%s/acted", dir);
	snprintf(to, sizeof(to), "%s/acted-to", dir);
	close(open(from, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	if (chmod(from, 0640) || rename(from, to) || unlink(to))
		_exit(96);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		_exit(96);
	(void)!connect(fd, (const struct sockaddr *)&nobody, sizeof(nobody));
	close(fd);
}

/* Copy until the end of @from, as cat(1). */
static void copy(int from, int to)
{
	static char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, (size_t)n) != n)
			_exit(93);
	_exit(0);
}

/* Start a process that copies from a pipe to @out. Return: the writing end of the pipe. */
static int relay_to(int out)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		_exit(92);
	pid = fork();
	if (pid < 0)
		_exit(91);
	if (!pid) {
		prctl(PR_SET_NAME, "farther");
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (dup2(ends[0], STDIN_FILENO) < 0)
			_exit(90);
		close(ends[0]);
		close(ends[1]);
		copy(STDIN_FILENO, out);
	}
	close(ends[0]);
	close(out);
	return ends[1];
}

static void be_busy(void)
{
	pid_t parent = getpid();

	/* The child inherits the descriptors, so it is a reader too. */
	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		start_one();
	_exit(0);
}

static void write_to(const char *path)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, "x", 1) != 1)
		_exit(89);
	close(fd);
}

/* Start a child that holds the pipe until it executes this program. */
static void be_forked(int fd)
{
	char before[160], after[160];
	char *const argv[] = { "executed", WRITE, after, NULL };

	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "forked");
	if (fcntl(fd, F_SETFD, FD_CLOEXEC))
		_exit(88);
	snprintf(before, sizeof(before), "%s/before", dir);
	snprintf(after, sizeof(after), "%s/after", dir);
	/*
	 * The first writes are recorded. Then eventstrace finds the child among the readers, and
	 * omits its writes.
	 */
	for (int i = 0; i < 60; i++) {
		write_to(before);
		usleep(100 * 1000);
	}
	execv("/proc/self/exe", argv);
	_exit(87);
}

/* Start REACTIONS programs for each program of the test in @lines, which has @n bytes. */
static void react(const char *lines, size_t n)
{
	static const char exec[] = "\"argv\":[\"noop-of-others\"]";
	const char *end = lines + n;

	while ((lines = memmem(lines, (size_t)(end - lines), exec, sizeof(exec) - 1))) {
		lines += sizeof(exec) - 1;
		for (int i = 0; i < REACTIONS; i++)
			start_one();
	}
}

static void be_reader(const struct reader *r, int from)
{
	static char buf[65536];
	bool acts = r->acts, forks = r->forks;
	ssize_t n;
	int out;

	prctl(PR_SET_NAME, r->name);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (from != r->fd && (dup2(from, r->fd) < 0 || close(from)))
		_exit(95);
	out = open(r->path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (r->relays)
		out = relay_to(out);
	if (r->busy)
		be_busy();
	/* Read little at a time, as a shell that reads lines. */
	while ((n = read(r->fd, buf, r->starts ? 1024 : sizeof(buf))) > 0) {
		if (write(out, buf, (size_t)n) != n)
			_exit(94);
		if (acts && memmem(buf, (size_t)n, READY, strlen(READY))) {
			acts = false;
			act();
		}
		if (forks && memmem(buf, (size_t)n, READY, strlen(READY))) {
			forks = false;
			be_forked(r->fd);
		}
		if (r->reacts)
			react(buf, (size_t)n);
		for (ssize_t i = 0; r->starts && i < n; i++)
			if (buf[i] == '\n')
				start_one();
	}
	close(out);
	if (r->relays)
		wait(NULL);
	_exit(0);
}

/* ---- eventstrace ------------------------------------------------------------------------- */

struct traced {
	pid_t pid;
	int err; /* descriptor of a file */
};

static int new_file(void)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/err-XXXXXX", dir);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	unlink(path);
	return fd;
}

/* If a test fails, its processes end with it. */
static int die_with_parent(void *ctx)
{
	(void)ctx;
	return prctl(PR_SET_PDEATHSIG, SIGKILL) ? errno : 0;
}

static void start(struct traced *t, int out, const char *const *flags)
{
	/* Flags that select another kind of hooks. */
	const char *more = getenv("LIVETEST_FLAGS");
	char *words = strdup(more ? more : ""), *rest = words, *word;
	const char *argv[24] = { runfiles_tool(), "-u", "-s" };
	struct proc_options proc = { .argv = argv, .out = out, .prepare = die_with_parent };
	char tree[32];
	size_t n = 3;

	assert_non_null(words);
	while (n < 12 && (word = strsep(&rest, " ")))
		if (*word)
			argv[n++] = word;

	/* Exclude the events of other processes. */
	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	argv[n++] = tree;
	for (; *flags; flags++)
		argv[n++] = *flags;
	t->err = new_file();
	proc.err = t->err;
	assert_int_equal(proc_spawn(&proc, &t->pid), 0);
	free(words);
}

static void start_read(struct traced *t, struct reader *r, bool socket, const char *const *flags)
{
	static int number;
	int ends[2];

	if (socket)
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	else
		assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	snprintf(r->path, sizeof(r->path), "%s/read-%d", dir, ++number);
	r->pid = fork();
	assert_true(r->pid >= 0);
	if (!r->pid) {
		close(ends[1]);
		be_reader(r, ends[0]);
	}
	start(t, ends[1], flags);
	close(ends[0]);
	close(ends[1]);
}

static char *text_of(int fd)
{
	struct stat st;
	char *text;

	assert_int_equal(fstat(fd, &st), 0);
	text = calloc(1, (size_t)st.st_size + 1);
	assert_non_null(text);
	assert_int_equal(pread(fd, text, (size_t)st.st_size, 0), st.st_size);
	return text;
}

static char *text_at(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;

	if (fd < 0)
		return calloc(1, 1);
	text = text_of(fd);
	close(fd);
	return text;
}

static size_t size_at(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (size_t)st.st_size;
}

static size_t lines_at(const char *path)
{
	char *text = text_at(path), *at = text;
	size_t n = 0;

	for (; (at = strchr(at, '\n')); at++)
		n++;
	free(text);
	return n;
}

static void wait_ready(const char *path, const struct traced *t)
{
	for (int i = 0; i < proc_scaled_ms(START_MS) / 50; i++) {
		char *text = text_at(path);
		bool ready = strstr(text, READY);

		free(text);
		if (ready)
			return;
		assert_int_equal(waitpid(t->pid, NULL, WNOHANG), 0);
		usleep(50 * 1000);
	}
	fail_msg("it did not start: %s", text_of(t->err));
}

/* Number of lines that contain @type and, behind it, @comm. */
static size_t lines_with(const char *text, const char *type, const char *comm)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, type)); at++) {
		const char *end = strchr(at, '\n'), *found = strstr(at, comm);

		n += found && (!end || found < end);
	}
	return n;
}

/* Wait until the file @path has at least @count lines with @type and @words. */
static void wait_for(const char *path, const char *type, const char *words, size_t count)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(START_MS) * 1000000;
	size_t found = 0;

	while (found < count) {
		char *text = text_at(path);

		found = lines_with(text, type, words);
		free(text);
		if (found < count && proc_now_ns() > end)
			fail_msg("%zu lines with %s and %s, not %zu, of %zu lines", found, type,
				 words, count, lines_at(path));
		usleep(20 * 1000);
	}
}

/* Start a program, whose exec is printed. */
static void trigger(void)
{
	const char *const argv[] = { "noop-of-others", NULL };
	struct proc_options proc = { .argv = argv };
	int status;
	pid_t pid;

	proc.program_fd = open(runfiles_case("noop"), O_PATH | O_CLOEXEC);
	assert_true(proc.program_fd > 0);
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	close(proc.program_fd);
	assert_int_equal(proc_wait(pid, 10000, &status), 0);
	assert_int_equal(status, 0);
}

/* Start a program, and wait until its exec, the @count-th of all, is in the file @path. */
static void trigger_and_wait(const char *path, size_t count)
{
	trigger();
	wait_for(path, "PROCESS_EXEC", "\"noop-of-others\"", count);
}

/* Start three programs, one after the other. Each waits until the event before is in @path. */
static void watch(const char *path)
{
	for (size_t i = 1; i <= 3; i++)
		trigger_and_wait(path, i);
}

static void stop(struct traced *t)
{
	int status;

	assert_int_equal(kill(t->pid, SIGTERM), 0);
	assert_int_equal(proc_wait(t->pid, 30000, &status), 0);
	assert_int_equal(status, 0);
}

static void wait_reader(struct reader *r)
{
	int status;

	assert_int_equal(proc_wait(r->pid, 30000, &status), 0);
	assert_int_equal(status, 0);
}

/* Number of events of @pid that were omitted, by the summary. */
static uint64_t left_out(const struct traced *t, pid_t pid, const char *comm)
{
	char *text = text_of(t->err), *line;
	yyjson_val *list, *row;
	uint64_t n = 0;
	yyjson_doc *doc;
	size_t i, max;

	line = strstr(text, "{\"events\":");
	assert_non_null(line);
	line[strcspn(line, "\n")] = '\0';
	doc = yyjson_read(line, strlen(line), 0);
	assert_non_null(doc);
	list = yyjson_obj_get(yyjson_doc_get_root(doc), "left_out");
	yyjson_arr_foreach(list, i, max, row)
	{
		if (yyjson_get_int(yyjson_obj_get(row, "pid")) != pid)
			continue;
		assert_string_equal(yyjson_get_str(yyjson_obj_get(row, "comm")), comm);
		n = yyjson_get_uint(yyjson_obj_get(row, "events"));
	}
	yyjson_doc_free(doc);
	free(text);
	return n;
}

/* ---- tests ------------------------------------------------------------------------------- */

static void check_reader(bool socket, int fd, bool acts)
{
	static const char *const all[] = { "-i", "-a", NULL };
	static const char *const some[] = { "-i", "-e", "exec,file-modify", NULL };
	struct reader r = { .name = "reader", .fd = fd, .acts = acts };
	struct traced t;
	size_t lines;
	char *text;

	start_read(&t, &r, socket, acts ? all : some);
	wait_ready(r.path, &t);
	watch(r.path);
	lines = lines_at(r.path);
	stop(&t);
	wait_reader(&r);
	if (lines > EVENTS_MAX)
		fail_msg("%zu events", lines);
	assert_true(left_out(&t, r.pid, "reader") > 0);
	text = text_at(r.path);
	assert_true(lines_with(text, "PROCESS_EXEC", "\"noop-of-others\"") >= 3);
	assert_int_equal(lines_with(text, "CONTENT", "\"comm\":\"reader\""), 0);
	if (acts) {
		assert_true(lines_with(text, "PROCESS_FORK", "\"comm\":\"reader\"") >= 1);
		assert_int_equal(lines_with(text, "PROCESS_EXEC", "noop\"],"), 1);
		assert_int_equal(lines_with(text, "FILE_CREATE", "/acted\""), 1);
		assert_int_equal(lines_with(text, "FILE_MODIFY", "PERMISSIONS"), 1);
		assert_int_equal(lines_with(text, "FILE_RENAME", "/acted-to\""), 1);
		assert_int_equal(lines_with(text, "FILE_DELETE", "/acted-to\""), 1);
		assert_int_equal(
			lines_with(text, "NETWORK_CONNECTION_ATTEMPTED", "\"comm\":\"reader\""), 1);
	}
	free(text);
	close(t.err);
}

static void test_pipe(void **state)
{
	(void)state;
	check_reader(false, STDIN_FILENO, false);
}

static void test_socket(void **state)
{
	(void)state;
	check_reader(true, STDIN_FILENO, false);
}

/* eventstrace omits only the writes of a process that reads the pipe. */
static void test_all_else_is_told(void **state)
{
	(void)state;
	check_reader(false, STDIN_FILENO, true);
}

static void test_other_descriptor(void **state)
{
	(void)state;
	check_reader(false, 77, false);
}

/* The output is a recording, which is not text. */
static void test_recording(void **state)
{
	static const char *const flags[] = { "-e", "exec,file-modify", "--record=-", NULL };
	struct reader r = { .name = "reader", .fd = STDIN_FILENO };
	struct traced t;
	size_t size;

	(void)state;
	start_read(&t, &r, false, flags);
	/* The recording begins after the hooks were attached. */
	for (int i = 0; i < proc_scaled_ms(START_MS) / 50 && !size_at(r.path); i++)
		usleep(50 * 1000);
	/* Only the size shows a loop, so give a loop time to grow. */
	for (int i = 0; i < 3; i++) {
		trigger();
		usleep(500 * 1000);
	}
	size = size_at(r.path);
	stop(&t);
	wait_reader(&r);
	assert_true(size > 0);
	if (size > 1024 * EVENTS_MAX)
		fail_msg("%zu bytes", size);
	assert_true(left_out(&t, r.pid, "reader") > 0);
	close(t.err);
}

/* The outputs of both tracers are files. */
static void test_two_tracers(void **state)
{
	char paths[2][128];
	const char *flags[2][6];
	struct traced t[2];
	size_t lines[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		snprintf(paths[i], sizeof(paths[i]), "%s/tracer-%d", dir, i);
		flags[i][0] = "-i";
		flags[i][1] = "-e";
		flags[i][2] = "exec,file-modify";
		flags[i][3] = "-o";
		flags[i][4] = paths[i];
		flags[i][5] = NULL;
		start(&t[i], 0, flags[i]);
	}
	for (int i = 0; i < 2; i++)
		wait_ready(paths[i], &t[i]);
	watch(paths[0]);
	wait_for(paths[1], "PROCESS_EXEC", "\"noop-of-others\"", 3);
	for (int i = 0; i < 2; i++)
		lines[i] = lines_at(paths[i]);
	stop(&t[0]);
	stop(&t[1]);
	for (int i = 0; i < 2; i++) {
		char *text = text_at(paths[i]);

		if (lines[i] > EVENTS_MAX)
			fail_msg("%zu events", lines[i]);
		assert_true(lines_with(text, "PROCESS_EXEC", "\"noop-of-others\"") >= 3);
		assert_int_equal(lines_with(text, "CONTENT", "\"comm\":\"eventstrace\""), 0);
		assert_true(left_out(&t[i], t[!i].pid, "eventstrace") > 0);
		free(text);
		close(t[i].err);
	}
}

/* The output of each tracer has a reader, which writes. */
static void test_two_pipelines(void **state)
{
	static const char *const flags[] = { "-i", "-e", "exec,file-modify", NULL };
	struct reader r[2] = {
		{ .name = "reader-a", .fd = STDIN_FILENO },
		{ .name = "reader-b", .fd = 88 },
	};
	struct traced t[2];
	size_t lines[2];
	char *text;

	(void)state;
	for (int i = 0; i < 2; i++) {
		start_read(&t[i], &r[i], false, flags);
		wait_ready(r[i].path, &t[i]);
	}
	watch(r[0].path);
	wait_for(r[1].path, "PROCESS_EXEC", "\"noop-of-others\"", 3);
	for (int i = 0; i < 2; i++)
		lines[i] = lines_at(r[i].path);
	stop(&t[0]);
	stop(&t[1]);
	for (int i = 0; i < 2; i++) {
		wait_reader(&r[i]);
		if (lines[i] > 2 * EVENTS_MAX)
			fail_msg("%zu events", lines[i]);
		text = text_at(r[i].path);
		assert_int_equal(lines_with(text, "CONTENT", "\"comm\":\"reader-"), 0);
		free(text);
		assert_true(left_out(&t[i], r[!i].pid, r[!i].name) > 0);
		close(t[i].err);
	}
}

/* ---- loops ------------------------------------------------------------------------------- */

/*
 * Wait until the records that are already in the rings and pipes were printed: until few lines come
 * in half a second.
 */
static void wait_for_few(const char *path)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(START_MS) * 1000000;
	size_t before, lines = lines_at(path);

	do {
		if (proc_now_ns() > end)
			fail_msg("the loop does not end in %zu lines", lines);
		before = lines;
		usleep(500 * 1000);
		lines = lines_at(path);
	} while (lines - before > EVENTS_MAX / 8);
}

/*
 * Check that one warning reports the loop, that its events are limited, and that all events of the
 * test are recorded.
 */
static void check_loop(struct reader *r, const char *name)
{
	static const char *const flags[] = { "-i", "-e", "process,file-modify", "--limit-feedback",
					     NULL };
	struct traced t;
	char *text = NULL, *at = NULL;
	size_t before, lines, of_others = 0;

	start_read(&t, r, false, flags);
	wait_ready(r->path, &t);
	trigger();
	for (int i = 0; i < proc_scaled_ms(40000) / 100; i++) {
		text = text_of(t.err);
		at = strstr(text, "the output feeds back");
		if (at)
			break;
		free(text);
		text = NULL;
		usleep(100 * 1000);
	}
	if (!at)
		fail_msg("no loop is noticed in %zu lines", lines_at(r->path));
	if (!strstr(at, name))
		fail_msg("it is not of %s: %s", name, at);
	assert_null(strstr(at + 1, "the output feeds back"));
	free(text);
	wait_for_few(r->path);
	before = lines_at(r->path);
	for (int i = 0; i < 20; i++) {
		trigger();
		usleep(100 * 1000);
	}
	lines = lines_at(r->path) - before;
	stop(&t);
	kill(r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
	if (lines > EVENTS_MAX)
		fail_msg("%zu lines in 2 s", lines);
	text = text_of(t.err);
	at = strstr(text, "the output feeds back");
	assert_non_null(at);
	/* There is no second warning. */
	assert_null(strstr(at + 1, "the output feeds back"));
	free(text);
	/* No event of the programs that the test started is omitted. */
	text = text_at(r->path);
	of_others = lines_with(text, "PROCESS_EXEC", "\"argv\":[\"noop-of-others\"]");
	free(text);
	assert_int_equal(of_others, 21);
	close(t.err);
}

/* eventstrace | relay | farther > file */
static void test_two_hops(void **state)
{
	struct reader r = { .name = "relay", .fd = STDIN_FILENO, .relays = true };

	(void)state;
	check_loop(&r, "(farther), which reads it through a pipe");
	assert_true(size_at(r.path) > 0);
}

/* eventstrace | while read line; do noop; done */
static void test_program_for_each_line(void **state)
{
	struct reader r = { .name = "starter", .fd = STDIN_FILENO, .starts = true };

	(void)state;
	/* An emulator starts too few programs in a second for a loop. */
	if (proc_scaled_ms(1) > 1)
		skip();
	check_loop(&r, "(starter), which reads it,");
}

/* A reader starts many programs, but none because of the output: there is no loop. */
static void test_no_loop(void **state)
{
	static const char *const flags[] = { "-i", "-e", "process", NULL };
	struct reader r = { .name = "starter", .fd = STDIN_FILENO, .busy = true };
	struct traced t;
	size_t lines;
	char *text;

	(void)state;
	start_read(&t, &r, false, flags);
	wait_ready(r.path, &t);
	usleep(6000 * 1000);
	lines = lines_at(r.path);
	stop(&t);
	wait_reader(&r);
	assert_true(lines > 1000);
	text = text_of(t.err);
	assert_null(strstr(text, "the output feeds back"));
	free(text);
	assert_int_equal(left_out(&t, r.pid, r.name), 0);
	close(t.err);
}

/*
 * A reader starts several programs for each program of the test, and none for its own programs.
 * Without output, its events stop. But its own events cause no further events, so there is no loop.
 */
static void test_programs_for_others(void **state)
{
	static const char *const flags[] = { "-i", "-e", "process", "--limit-feedback", NULL };
	struct reader r = { .name = "reactor", .fd = STDIN_FILENO, .reacts = true };
	struct traced t;
	size_t lines;
	char *text;

	(void)state;
	start_read(&t, &r, false, flags);
	wait_ready(r.path, &t);
	for (int i = 0; i < 150; i++) {
		trigger();
		usleep(60 * 1000);
	}
	/*
	 * Lines were held back during the trials. Wait for them, and for the programs that they
	 * cause.
	 */
	wait_for(r.path, "PROCESS_EXEC", "noop\"],", 150 * REACTIONS);
	lines = lines_at(r.path);
	stop(&t);
	wait_reader(&r);
	text = text_of(t.err);
	if (strstr(text, "the output feeds back"))
		fail_msg("it is taken for a loop after %zu lines: %s", lines, text);
	free(text);
	text = text_at(r.path);
	assert_int_equal(lines_with(text, "PROCESS_EXEC", "noop\"],"), 150 * REACTIONS);
	free(text);
	assert_int_equal(left_out(&t, r.pid, r.name), 0);
	close(t.err);
}

/* A child inherits the pipe, so it is a reader. It is no reader after it has executed a program. */
static void test_child_of_reader(void **state)
{
	static const char *const flags[] = { "-i", "-e", "process,file-modify", NULL };
	struct reader r = { .name = "reader", .fd = 77, .forks = true };
	struct traced t;
	char *text, *at;
	pid_t child;

	(void)state;
	start_read(&t, &r, false, flags);
	wait_ready(r.path, &t);
	wait_for(r.path, "\"FILE_MODIFY\"", "/after\"", 1);
	stop(&t);
	wait_reader(&r);
	text = text_at(r.path);
	at = strstr(text, "\"argv\":[\"executed\",");
	assert_non_null(at);
	while (at > text && at[-1] != '\n')
		at--;
	at = strstr(at, "\"tgid\":");
	assert_non_null(at);
	child = (pid_t)strtol(at + strlen("\"tgid\":"), NULL, 10);
	/* Until the exec, the child was a reader: some of its writes were omitted. */
	assert_true(left_out(&t, child, "forked") > 0);
	/* After the exec, the child was no reader: its write is recorded. */
	assert_int_equal(lines_with(text, "\"FILE_MODIFY\"", "/after\""), 1);
	free(text);
	close(t.err);
}

#define KILLED 9

/* Start several tracers at the same time, and kill them. */
static void kill_tracers(void)
{
	static const char *const flags[] = { "-i", "-e", "setsid", NULL };
	struct reader readers[KILLED];
	struct traced tracers[KILLED];

	for (int i = 0; i < KILLED; i++) {
		readers[i] = (struct reader){ .name = "reader", .fd = STDIN_FILENO };
		start_read(&tracers[i], &readers[i], false, flags);
	}
	for (int i = 0; i < KILLED; i++)
		wait_ready(readers[i].path, &tracers[i]);
	for (int i = 0; i < KILLED; i++)
		assert_int_equal(kill(tracers[i].pid, SIGKILL), 0);
	for (int i = 0; i < KILLED; i++) {
		char *text;
		int status;

		assert_int_equal(proc_wait(tracers[i].pid, 10000, &status), 0);
		wait_reader(&readers[i]);
		text = text_of(tracers[i].err);
		assert_null(strstr(text, "do not know each other"));
		free(text);
		close(tracers[i].err);
	}
}

/*
 * A killed tracer leaves its row in the table of tracers, which has 16 rows. Later tracers reuse
 * the rows.
 */
static void test_killed(void **state)
{
	(void)state;
	kill_tracers();
	kill_tracers();
}

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/feedback-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char path[160];

	(void)state;
	snprintf(path, sizeof(path), "%s/before", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/after", dir);
	unlink(path);
	for (int i = 0; i < 64; i++) {
		snprintf(path, sizeof(path), "%s/read-%d", dir, i);
		unlink(path);
		snprintf(path, sizeof(path), "%s/tracer-%d", dir, i);
		unlink(path);
	}
	return rmdir(dir);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_all_else_is_told),
		cmocka_unit_test(test_other_descriptor),
		cmocka_unit_test(test_recording),
		cmocka_unit_test(test_two_tracers),
		cmocka_unit_test(test_two_pipelines),
		cmocka_unit_test(test_two_hops),
		cmocka_unit_test(test_program_for_each_line),
		cmocka_unit_test(test_no_loop),
		cmocka_unit_test(test_programs_for_others),
		cmocka_unit_test(test_child_of_reader),
		cmocka_unit_test(test_killed),
	};

	if (argc == 3 && !strcmp(argv[1], WRITE)) {
		write_to(argv[2]);
		return 0;
	}
	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
