/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/runfiles.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/run/embedded.h"
#include "bench/run/log_err.h"
#include "bench/work/work.h"

#define NOOP "tools/cases/noop"

static const char *const runfiles[] = {
	[BENCH_TOOL] = "tools/eventstrace/eventstrace",
	[BENCH_TOOL_BEFORE] = "bench/eventstrace_before_159",
	[BENCH_FLOOR] = "bench/floor",
};

#define PROGRAMS (sizeof(runfiles) / sizeof(*runfiles))

static const struct embedded_file *files;
static size_t file_count;

/* Paths that the signal handler removes. They are set before the handler is installed. */
static char noop_to_remove[PATH_MAX], folder_to_remove[PATH_MAX], files_to_remove[64];
static pid_t owner;

void place_embed(const struct embedded_file *embedded, size_t count)
{
	files = embedded;
	file_count = count;
}

static void remove_files(void)
{
	/* A forked child also runs the functions of atexit(3), if it calls exit(). */
	if (*files_to_remove && getpid() == owner)
		work_remove_folder(files_to_remove);
}

static void handle_signals(void);

/*
 * Write an embedded file to the folder, unless the file is already there. @ret receives the path.
 */
static int extract(const struct embedded_file *file, char ret[PATH_MAX])
{
	const char *name = strrchr(file->name, '/'), *at = file->begin;
	int fd, r = 0;

	if (!*files_to_remove) {
		char folder[] = "/tmp/eventstrace-bundle-XXXXXX";

		if (!mkdtemp(folder))
			return -errno;
		owner = getpid();
		memcpy(files_to_remove, folder, sizeof(folder));
		atexit(remove_files);
		handle_signals();
	}
	snprintf(ret, PATH_MAX, "%s%s", files_to_remove, name);
	fd = open(ret, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	if (fd < 0)
		return errno == EEXIST ? 0 : -errno;
	while (at < file->end && r == 0) {
		ssize_t n = write(fd, at, (size_t)(file->end - at));

		if (n <= 0)
			r = -errno;
		else
			at += n;
	}
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r < 0)
		unlink(ret);
	return r;
}

static int find(const char *runfile, char ret[PATH_MAX])
{
	const char *folder = getenv("TEST_SRCDIR");
	char path[2 * PATH_MAX];
	ssize_t n;

	for (size_t i = 0; i < file_count; i++)
		if (!strcmp(files[i].name, runfile))
			return extract(&files[i], ret);
	if (files)
		return -ENOENT;

	/*
	 * For a test, Bazel sets TEST_SRCDIR to the folder of runfiles. Other programs have their
	 * runfiles next to the executable.
	 */
	if (folder) {
		snprintf(path, sizeof(path), "%s/eventstrace/%s", folder, runfile);
		return realpath(path, ret) ? 0 : -errno;
	}
	n = readlink("/proc/self/exe", path, PATH_MAX);
	if (n < 0 || n == PATH_MAX)
		return -ENOENT;
	snprintf(path + n, PATH_MAX, ".runfiles/eventstrace/%s", runfile);
	return realpath(path, ret) ? 0 : -errno;
}

int place_check(void)
{
	char path[PATH_MAX];

	int r = find(NOOP, path);

	if (r == 0)
		return 0;
	if (files) {
		log_err("cannot write a program to /tmp: %s", strerror(-r));
		return r;
	}
	log_err("%s.runfiles lacks the programs that Bazel puts there: use "
		"./bazelw run //bench:stress "
		"or //bench:gate, or build //bench:bundle, which is one file, or copy that folder "
		"too",
		program_invocation_name);
	return -ENOENT;
}

int place_enter(void)
{
	const char *folder = getenv("BUILD_WORKING_DIRECTORY");

	if (!folder || chdir(folder) == 0)
		return 0;
	log_err("%s: %s", folder, strerror(errno));
	return -errno;
}

const char *place_program(enum bench_program program)
{
	static char paths[PROGRAMS][PATH_MAX];

	if (!runfiles[program])
		return NULL;
	if (!*paths[program] && find(runfiles[program], paths[program]) < 0)
		return NULL;
	return paths[program];
}

const char *place_tool(const struct runfiles *runfiles)
{
	return runfiles->tool ? runfiles->tool : place_program(BENCH_TOOL);
}

int place_file(const char *name, char *ret, size_t size)
{
	char path[PATH_MAX];
	int r = find(name, path);

	if (r < 0)
		return r;
	return snprintf(ret, size, "%s", path) < (int)size ? 0 : -ENAMETOOLONG;
}

static int copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, r = 0;
	struct stat st;

	if (in < 0 || fstat(in, &st) < 0)
		goto failed;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	if (out < 0)
		goto failed;
	while (st.st_size > 0) {
		ssize_t n = sendfile(out, in, NULL, (size_t)st.st_size);

		if (n <= 0)
			goto failed;
		st.st_size -= n;
	}
	close(in);
	return close(out) < 0 ? -errno : 0;

failed:
	r = errno ? -errno : -EIO;
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return r;
}

/* Walking a folder is not safe in a signal handler, but fork and exec are. */
static void remove_in_handler(const char *folder)
{
	if (*folder && rmdir(folder) < 0 && errno == ENOTEMPTY && fork() == 0) {
		execl("/bin/rm", "rm", "-rf", folder, NULL);
		_exit(127);
	}
}

/*
 * After SA_RESETHAND, raise() has the default effect, so the parent sees that the signal ended this
 * program.
 */
static void on_interrupt(int sig)
{
	/* A forked child keeps this handler until its exec. */
	if (getpid() == owner) {
		unlink(noop_to_remove);
		remove_in_handler(folder_to_remove);
		remove_in_handler(files_to_remove);
	}
	raise(sig);
}

static void handle_signals(void)
{
	struct sigaction act = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	owner = getpid();
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &act, NULL);
}

static void remove_when_interrupted(const char *folder, const char *noop)
{
	snprintf(folder_to_remove, sizeof(folder_to_remove), "%s", folder);
	snprintf(noop_to_remove, sizeof(noop_to_remove), "%s", noop);
	handle_signals();
}

int runfiles_init(struct runfiles *ret)
{
	struct runfiles runfiles = { .tool = NULL };
	char folder[] = "/tmp/eventstrace-bench-XXXXXX", noop[PATH_MAX];
	int r;

	r = find(NOOP, noop);
	if (r < 0)
		return r;
	if (!mkdtemp(folder))
		return -errno;
	snprintf(runfiles.noop, sizeof(runfiles.noop), "%s/noop", folder);
	remove_when_interrupted(folder, runfiles.noop);
	r = copy(noop, runfiles.noop);
	if (r < 0) {
		runfiles_done(&runfiles);
		return r;
	}
	*ret = runfiles;
	return 0;
}

void runfiles_done(const struct runfiles *runfiles)
{
	char folder[sizeof(runfiles->noop)];

	snprintf(folder, sizeof(folder), "%s", runfiles->noop);
	*strrchr(folder, '/') = '\0';
	work_remove_folder(folder);
}
