/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the sink: file descriptors that take few bytes at once, take bytes only later, or take no
 * bytes; compression; SIGPIPE; a change of descriptor.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <zstd.h>

#include "lib/sink/sink.h"

#define EVENT_MAX 1000

static struct et_sink *new_sink(int fd, bool unbuffered)
{
	struct et_sink *sink = NULL;

	assert_int_equal(et_fd_sink_new(fd, EVENT_MAX, unbuffered, &sink), 0);
	assert_non_null(sink);
	return sink;
}

/* Flush the sink. Unlike et_sink_flush(), wait until the output's reader takes the bytes. */
static int flush_all(struct et_sink *sink)
{
	int r;

	while ((r = et_sink_flush(sink)) == -EAGAIN)
		(void)et_sink_wait(sink, -1);
	return r;
}

static int put(struct et_sink *sink, const char *line)
{
	size_t n = strlen(line);
	char *buf;
	int r;

	while ((r = et_sink_reserve(sink, EVENT_MAX, &buf)) == -EAGAIN)
		(void)et_sink_wait(sink, -1);
	if (r < 0)
		return r;
	memcpy(buf, line, n);
	return et_sink_commit(sink, n);
}

/* Make line number @n: eight hexadecimal digits of @n, lowest first, and n % 300 letters. */
static void make_line(char *line, unsigned int n)
{
	size_t len = 0;

	for (unsigned int v = n, i = 0; i < 8; i++, v >>= 4)
		line[len++] = "0123456789abcdef"[v & 15];
	memset(line + len, 'a' + n % 26, n % 300);
	len += n % 300;
	line[len++] = '\n';
	line[len] = '\0';
}

static void sleep_us(long us)
{
	struct timespec t = { .tv_nsec = us * 1000 };

	nanosleep(&t, NULL);
}

/* Read all bytes from @fd in small pieces. Exit with 0 if they are the lines 0 to @lines - 1. */
static void check_reader(int fd, unsigned int lines)
{
	size_t have = 0, want = 0;
	char line[400], buf[777];
	unsigned int n = 0;
	ssize_t got;

	make_line(line, n);
	want = strlen(line);
	while ((got = read(fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < got; i++) {
			if (n == lines || buf[i] != line[have])
				_exit(1);
			if (++have < want)
				continue;
			make_line(line, ++n);
			want = strlen(line);
			have = 0;
		}
		if (n % 64 == 0)
			sleep_us(200);
	}
	_exit(n == lines && !have ? 0 : 2);
}

static pid_t start_reader(int fds[2], unsigned int lines)
{
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(fds[1]);
		check_reader(fds[0], lines);
	}
	close(fds[0]);
	return pid;
}

static void finish_reader(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Add @lines lines, more than the sink's buffer holds. Return: the length of all lines in bytes. */
static uint64_t put_lines(struct et_sink *sink, unsigned int lines)
{
	uint64_t bytes = 0;
	char line[400];

	for (unsigned int n = 0; n < lines; n++) {
		make_line(line, n);
		bytes += strlen(line);
		assert_int_equal(put(sink, line), 0);
	}
	return bytes;
}

static void test_buffered(void **state)
{
	const unsigned int lines = 5000;
	struct et_sink *sink;
	uint64_t bytes;
	int fds[2];
	pid_t pid;

	(void)state;
	pid = start_reader(fds, lines);
	sink = new_sink(fds[1], false);
	assert_true(sink->cap >= EVENT_MAX + 64 * 1024);
	bytes = put_lines(sink, lines);
	/* The sink writes only when its buffer is full. */
	assert_true(sink->written > 0);
	assert_true(sink->written < bytes);
	assert_int_equal(sink->written + et_sink_pending(sink), bytes);
	assert_int_equal(flush_all(sink), 0);
	assert_int_equal(et_sink_pending(sink), 0);
	assert_int_equal(sink->written, bytes);
	assert_int_equal(sink->lines, lines);
	assert_int_equal(sink->partial, 0);
	et_sink_free(sink);
	close(fds[1]);
	finish_reader(pid);
}

/* The pipe is non-blocking and nearly full: write(2) writes a part, or fails with EAGAIN. */
static void test_non_blocking(void **state)
{
	const unsigned int lines = 10000;
	struct et_sink *sink;
	uint64_t bytes;
	int fds[2];
	pid_t pid;

	(void)state;
	pid = start_reader(fds, lines);
	assert_int_equal(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	sink = new_sink(fds[1], false);
	bytes = put_lines(sink, lines);
	assert_int_equal(flush_all(sink), 0);
	assert_int_equal(sink->written, bytes);
	assert_int_equal(sink->lines, lines);
	et_sink_free(sink);
	close(fds[1]);
	finish_reader(pid);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static void run_with_signals(int flags)
{
	const struct itimerval often = { { 0, 500 }, { 0, 500 } }, never = { { 0, 0 }, { 0, 0 } };
	const struct sigaction handler = { .sa_handler = on_alarm };
	const unsigned int lines = 10000;
	struct sigaction old;
	struct et_sink *sink;
	uint64_t bytes;
	int fds[2];
	pid_t pid;

	pid = start_reader(fds, lines);
	assert_int_equal(fcntl(fds[1], F_SETFL, flags), 0);
	sink = new_sink(fds[1], false);
	alarms = 0;
	assert_int_equal(sigaction(SIGALRM, &handler, &old), 0);
	setitimer(ITIMER_REAL, &often, NULL);
	bytes = put_lines(sink, lines);
	assert_int_equal(flush_all(sink), 0);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_true(alarms > 10);
	assert_int_equal(sink->written, bytes);
	et_sink_free(sink);
	close(fds[1]);
	finish_reader(pid);
	sigaction(SIGALRM, &old, NULL);
}

static void test_signals(void **state)
{
	(void)state;
	run_with_signals(0);
	run_with_signals(O_NONBLOCK);
}

static void test_unbuffered(void **state)
{
	struct et_sink *sink;
	char buf[100];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	sink = new_sink(fds[1], true);
	assert_int_equal(put(sink, "one\n"), 0);
	assert_int_equal(et_sink_pending(sink), 0);
	assert_int_equal(read(fds[0], buf, sizeof(buf)), 4);
	assert_memory_equal(buf, "one\n", 4);
	assert_int_equal(put(sink, "two\n"), 0);
	assert_int_equal(read(fds[0], buf, sizeof(buf)), 4);
	assert_memory_equal(buf, "two\n", 4);
	assert_int_equal(sink->lines, 2);
	et_sink_free(sink);
	close(fds[0]);
	close(fds[1]);
}

/*
 * The reader of a pipe, terminal or socket reads nothing. The sink must not wait for it, even if
 * writes to @fd block.
 */
static void check_stalled(int fd, int reader)
{
	char back[4096], line[400];
	struct et_sink *sink = new_sink(fd, false);
	uint64_t bytes = 0;
	int r = 0, flags = fcntl(fd, F_GETFL);

	for (unsigned int n = 0; n < 1000000 && r == 0; n++) {
		char *buf;

		r = et_sink_reserve(sink, EVENT_MAX, &buf);
		if (r < 0)
			break;
		make_line(line, n);
		memcpy(buf, line, strlen(line));
		bytes += strlen(line);
		assert_int_equal(et_sink_commit(sink, strlen(line)), 0);
	}
	assert_int_equal(r, -EAGAIN);
	assert_int_equal(et_sink_wait(sink, 0), 0);
	assert_int_equal(et_sink_flush(sink), -EAGAIN);
	assert_int_equal(sink->written + et_sink_pending(sink), bytes);
	/* The sink has not changed the file status flags, which other processes may share. */
	assert_int_equal(fcntl(fd, F_GETFL), flags);
	assert_int_equal(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
	while (et_sink_flush(sink) == -EAGAIN) {
		while (read(reader, back, sizeof(back)) > 0)
			;
		assert_int_equal(et_sink_wait(sink, 10000), 1);
	}
	assert_int_equal(sink->written, bytes);
	et_sink_free(sink);
	close(fd);
	close(reader);
}

static void test_stalled(void **state)
{
	int fds[2], master, slave;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	check_stalled(fds[1], fds[0]);
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	check_stalled(fds[1], fds[0]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	check_stalled(fds[1], fds[0]);
	master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	check_stalled(slave, master);
}

static void test_reader_gone(void **state)
{
	struct et_sink *sink;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	sink = new_sink(fds[1], false);
	assert_int_equal(put(sink, "nobody\n"), 0);
	assert_int_equal(et_sink_flush(sink), -EPIPE);
	assert_int_equal(sink->written, 0);
	assert_int_equal(sink->lines, 0);
	/* The sink keeps the bytes, and a second flush fails again. */
	assert_int_equal(et_sink_pending(sink), 7);
	assert_int_equal(et_sink_flush(sink), -EPIPE);
	et_sink_free(sink);

	sink = new_sink(fds[1], true);
	assert_int_equal(put(sink, "nobody\n"), -EPIPE);
	et_sink_free(sink);
	close(fds[1]);
}

static void expect_pipe_error(bool unbuffered)
{
	struct et_sink *sink;
	int fds[2];

	assert_int_equal(pipe2(fds, unbuffered ? O_NONBLOCK : 0), 0);
	close(fds[0]);
	sink = new_sink(fds[1], unbuffered);
	(void)put(sink, "nobody\n");
	assert_int_equal(et_sink_flush(sink), -EPIPE);
	et_sink_free(sink);
	close(fds[1]);
}

static bool is_pending(int sig)
{
	sigset_t set;

	assert_int_equal(sigpending(&set), 0);
	return sigismember(&set, sig) == 1;
}

/* Runs in a child process, because it changes how the process handles SIGPIPE. */
static void write_with_default_sigpipe(void)
{
	sigset_t set, old;

	signal(SIGPIPE, SIG_DFL);
	expect_pipe_error(false);
	expect_pipe_error(true);
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &set), 0);
	assert_int_equal(sigismember(&set, SIGPIPE), 0);

	/*
	 * A SIGPIPE that was pending before the write stays pending, and the signal mask is
	 * unchanged.
	 */
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	assert_int_equal(sigprocmask(SIG_BLOCK, &set, &old), 0);
	expect_pipe_error(false);
	assert_false(is_pending(SIGPIPE));
	raise(SIGPIPE);
	expect_pipe_error(false);
	assert_true(is_pending(SIGPIPE));
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &set), 0);
	assert_int_equal(sigismember(&set, SIGPIPE), 1);
	_exit(0);
}

static void test_sigpipe(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (!pid)
		write_with_default_sigpipe();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void test_device_full(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct et_sink *sink;
	int r = 0;

	(void)state;
	assert_true(fd >= 0);
	sink = new_sink(fd, false);
	/*
	 * et_sink_reserve() fails when the buffer has no room for another event and cannot be
	 * written.
	 */
	for (unsigned int n = 0; n < 1000000 && r == 0; n++)
		r = put(sink, "a line of twenty one\n");
	assert_int_equal(r, -ENOSPC);
	assert_true(et_sink_pending(sink) > sink->cap - EVENT_MAX);
	assert_int_equal(sink->written, 0);
	et_sink_free(sink);
	close(fd);
}

/*
 * The file cannot become larger than 1,000 bytes. The sink counts the written bytes of the
 * incomplete line. When the file may grow again, the sink writes the rest of this line.
 */
static void test_partial_line(void **state)
{
	char path[] = "/tmp/fd_test.XXXXXX", line[401], all[2000], back[2001];
	struct rlimit tight = { 1000, RLIM_INFINITY };
	int fd = mkstemp(path);
	struct et_sink *sink;
	struct rlimit old;

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);

	sink = new_sink(fd, false);
	for (size_t i = 0; i < 5; i++) {
		memset(line, (int)('a' + i), 399);
		line[399] = '\n';
		line[400] = '\0';
		memcpy(&all[i * 400], line, 400);
		assert_int_equal(put(sink, line), 0);
	}
	assert_int_equal(et_sink_flush(sink), -EFBIG);
	assert_int_equal(sink->written, 1000);
	assert_int_equal(sink->lines, 2);
	assert_int_equal(sink->partial, 200);
	assert_int_equal(et_sink_pending(sink), 1000);
	assert_int_equal(et_sink_flush(sink), -EFBIG);
	assert_int_equal(sink->partial, 200);
	/* Allow the file to grow by 100 bytes, which is a part of this line. */
	tight.rlim_cur = 1100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(et_sink_flush(sink), -EFBIG);
	assert_int_equal(sink->written, 1100);
	assert_int_equal(sink->lines, 2);
	assert_int_equal(sink->partial, 300);

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(et_sink_flush(sink), 0);
	assert_int_equal(sink->written, 2000);
	assert_int_equal(sink->lines, 5);
	assert_int_equal(sink->partial, 0);
	assert_int_equal(pread(fd, back, sizeof(back), 0), 2000);
	assert_memory_equal(back, all, 2000);
	et_sink_free(sink);
	close(fd);
}

/*
 * Decompress all complete frames, and the beginning of an incomplete last frame. Return: the text,
 * which the caller frees.
 */
static char *decompress(const char *bytes, size_t size, size_t *ret_frames)
{
	const size_t room = 1 << 22;
	ZSTD_DCtx *ctx = ZSTD_createDCtx();
	ZSTD_inBuffer in = { .src = bytes, .size = size };
	ZSTD_outBuffer out = { .dst = malloc(room), .size = room - 1 };

	assert_true(ctx && out.dst);
	*ret_frames = 0;
	while (in.pos < in.size) {
		size_t r = ZSTD_decompressStream(ctx, &out, &in);

		if (ZSTD_isError(r))
			fail_msg("%s", ZSTD_getErrorName(r));
		*ret_frames += r == 0;
	}
	((char *)out.dst)[out.pos] = '\0';
	ZSTD_freeDCtx(ctx);
	return out.dst;
}

/*
 * Each flush writes one frame. If the file is cut, all complete frames before the cut can be
 * decompressed.
 */
static void test_compressed(void **state)
{
	char path[] = "/tmp/fd_test.XXXXXX", line[400], bytes[20000];
	int fd = mkstemp(path);
	struct et_sink *sink = new_sink(fd, false);
	size_t ends[5], size, plain = 0, frames;

	(void)state;
	unlink(path);
	assert_int_equal(et_fd_sink_compress(sink), 0);
	assert_true(et_fd_sink_is_compressed(sink));
	assert_int_equal(et_sink_flush(sink), 0);
	for (unsigned int i = 0; i < 5; i++) {
		for (unsigned int n = 0; n < 20; n++) {
			make_line(line, 20 * i + n);
			plain += strlen(line);
			assert_int_equal(put(sink, line), 0);
		}
		assert_int_equal(et_sink_flush(sink), 0);
		assert_int_equal(sink->lines, 20 * i + 20);
		ends[i] = sink->written;
	}
	assert_true(sink->written < plain / 2);
	size = sink->written;
	assert_int_equal(pread(fd, bytes, sizeof(bytes), 0), size);
	for (size_t cut = 0; cut <= size; cut++) {
		char *text = decompress(bytes, cut, &frames);
		const char *at = text;
		unsigned int whole = 0;

		while (whole < 5 && ends[whole] <= cut)
			whole++;
		assert_int_equal(frames, whole);
		for (unsigned int n = 0; n < 20 * whole; n++) {
			make_line(line, n);
			assert_memory_equal(at, line, strlen(line));
			at += strlen(line);
		}
		free(text);
	}
	et_sink_free(sink);
	close(fd);
}

/*
 * The pipe takes only a part of a frame. Lines that are added before the rest is written get into
 * the next frame.
 */
static void test_compressed_stalled(void **state)
{
	static char bytes[1 << 20];
	struct et_sink *sink;
	char line[1000], *text;
	size_t size = 0, frames;
	unsigned int state_of_random = 1, lines = 0;
	ssize_t n;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(fcntl(fds[1], F_SETPIPE_SZ, 4096), 4096);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	sink = new_sink(fds[1], false);
	assert_int_equal(et_fd_sink_compress(sink), 0);
	for (unsigned int round = 0; round < 20; round++) {
		for (unsigned int i = 0; i < 3; i++, lines++) {
			/* Random characters hardly become smaller, so the frames fill the pipe. */
			for (size_t at = 0; at < 900; at++) {
				state_of_random = state_of_random * 1103515245 + 12345;
				line[at] = (char)(' ' + (state_of_random >> 16) % 90);
			}
			line[900] = '\n';
			line[901] = '\0';
			assert_int_equal(put(sink, line), 0);
		}
		assert_in_range(et_sink_flush(sink) + EAGAIN, 0, EAGAIN);
		if (round % 3 == 0) {
			n = read(fds[0], bytes + size, 1000);
			size += n > 0 ? (size_t)n : 0;
		}
	}
	assert_true(sink->lines < lines);
	assert_true(et_sink_pending(sink) > 0);
	while (et_sink_flush(sink) == -EAGAIN)
		while ((n = read(fds[0], bytes + size, 4096)) > 0)
			size += (size_t)n;
	while ((n = read(fds[0], bytes + size, 4096)) > 0)
		size += (size_t)n;
	assert_int_equal(sink->lines, lines);
	assert_int_equal(sink->written, size);
	text = decompress(bytes, size, &frames);
	assert_true(frames > 2);
	assert_int_equal(strlen(text), 901 * lines);
	free(text);
	et_sink_free(sink);
	close(fds[0]);
	close(fds[1]);
}

/*
 * Lines count as written only when their frame is complete. The next flush continues an incomplete
 * frame.
 */
static void test_compressed_full(void **state)
{
	char path[] = "/tmp/fd_test.XXXXXX", line[400], bytes[4096], *text;
	struct rlimit tight = { 50, RLIM_INFINITY }, old;
	int fd = mkstemp(path);
	struct et_sink *sink = new_sink(fd, false);
	size_t frames;

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(et_fd_sink_compress(sink), 0);
	for (unsigned int n = 0; n < 9; n++) {
		make_line(line, n);
		assert_int_equal(put(sink, line), 0);
	}
	assert_int_equal(et_sink_flush(sink), -EFBIG);
	assert_int_equal(sink->written, 50);
	assert_int_equal(sink->lines, 0);
	make_line(line, 9);
	assert_int_equal(put(sink, line), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(et_sink_flush(sink), 0);
	assert_int_equal(sink->lines, 10);
	assert_int_equal(pread(fd, bytes, sizeof(bytes), 0), sink->written);
	text = decompress(bytes, sink->written, &frames);
	assert_int_equal(frames, 2);
	assert_memory_equal(strrchr(text, '9') - 1, "\n9", 2);
	free(text);
	et_sink_free(sink);
	close(fd);
}

static void test_bad_descriptor(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct et_sink *sink = new_sink(fd, true);

	(void)state;
	assert_int_equal(put(sink, "x\n"), -EBADF);
	et_sink_free(sink);
	close(fd);
}

static void test_nowhere(void **state)
{
	struct et_sink *sink = new_sink(-1, false);

	(void)state;
	assert_int_equal(put(sink, "one\n"), 0);
	assert_int_equal(put(sink, "two\n"), 0);
	assert_int_equal(sink->written, 0);
	assert_int_equal(et_sink_flush(sink), 0);
	assert_int_equal(sink->written, 8);
	assert_int_equal(sink->lines, 2);
	et_sink_free(sink);
}

/*
 * The sink changes from a pipe to a file, and then to another pipe. The sink had opened the first
 * pipe a second time, for itself.
 */
static void test_set_fd(void **state)
{
	char found[8] = "";
	int first[2], second[2], file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct et_sink *sink;

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(pipe(first), 0);
	assert_int_equal(pipe(second), 0);
	sink = new_sink(first[1], false);
	assert_int_equal(put(sink, "one\n"), 0);
	assert_int_equal(et_sink_flush(sink), 0);
	et_fd_sink_set_fd(sink, file);
	/*
	 * The sink has closed its descriptor of the first pipe, so the pipe's reader reads the end
	 * of file.
	 */
	close(first[1]);
	assert_int_equal(read(first[0], found, sizeof(found)), 4);
	assert_int_equal(read(first[0], found, sizeof(found)), 0);
	assert_int_equal(put(sink, "two\n"), 0);
	assert_int_equal(et_sink_flush(sink), 0);
	et_fd_sink_set_fd(sink, second[1]);
	assert_int_equal(pread(file, found, sizeof(found), 0), 4);
	assert_memory_equal(found, "two\n", 4);
	assert_int_equal(put(sink, "six\n"), 0);
	assert_int_equal(et_sink_flush(sink), 0);
	assert_int_equal(read(second[0], found, sizeof(found)), 4);
	assert_memory_equal(found, "six\n", 4);
	assert_int_equal(sink->written, 12);
	assert_int_equal(sink->lines, 3);
	et_sink_free(sink);
	close(first[0]);
	close(second[0]);
	close(second[1]);
	close(file);
}

static void test_reserve(void **state)
{
	struct et_sink *sink = new_sink(-1, false);
	char *buf = NULL, *again = NULL;

	(void)state;
	assert_int_equal(et_sink_reserve(sink, sink->cap + 1, &buf), -EMSGSIZE);
	assert_null(buf);
	assert_int_equal(et_sink_reserve(sink, sink->cap, &buf), 0);
	/* Without et_sink_commit(), et_sink_reserve() returns the same room again. */
	assert_int_equal(et_sink_reserve(sink, 1, &again), 0);
	assert_ptr_equal(buf, again);
	assert_int_equal(et_sink_pending(sink), 0);
	et_sink_free(sink);
	et_sink_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buffered),
		cmocka_unit_test(test_non_blocking),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_unbuffered),
		cmocka_unit_test(test_reader_gone),
		cmocka_unit_test(test_device_full),
		cmocka_unit_test(test_partial_line),
		cmocka_unit_test(test_bad_descriptor),
		cmocka_unit_test(test_nowhere),
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_stalled),
		cmocka_unit_test(test_sigpipe),
		cmocka_unit_test(test_set_fd),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_compressed_stalled),
		cmocka_unit_test(test_compressed_full),
	};

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
