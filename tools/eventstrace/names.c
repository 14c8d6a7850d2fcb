/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/names.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/eventstrace/close_fds.h"
#include "tools/eventstrace/format.h"
#include "tools/eventstrace/privileges.h"

#define DIRECTORY "/etc"

/* A larger file is not sent. */
#define FILE_MAX (16U << 20)

static bool write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
	}
	return true;
}

/*
 * Send the file: its size as uint32_t, then its bytes. Return: false if the reader has closed the
 * pipe.
 */
static bool send_file(const char *name, int out)
{
	char path[64];
	int fd;
	bool whole = false, sent = true;
	char *text = NULL;
	uint32_t size = 0;
	struct stat st;
	ssize_t n;

	snprintf(path, sizeof(path), DIRECTORY "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < FILE_MAX)
		text = malloc((size_t)st.st_size + 1);
	while (text && size <= st.st_size &&
	       (n = read(fd, text + size, (size_t)st.st_size + 1 - size)) >= 0) {
		whole = !n;
		if (whole)
			break;
		size += (uint32_t)n;
	}
	/* If the file has grown meanwhile, inotify reports another change. */
	if (whole)
		sent = write_all(out, (const char *)&size, sizeof(size)) &&
		       write_all(out, text, size);
	free(text);
	if (fd >= 0)
		close(fd);
	return sent;
}

/* True if one of the inotify events in @buf is about the file. */
static bool is_about_file(const char *name, const char *buf, ssize_t size)
{
	struct inotify_event event;

	for (ssize_t at = 0; at + (ssize_t)sizeof(event) <= size;
	     at += (ssize_t)sizeof(event) + event.len) {
		memcpy(&event, buf + at, sizeof(event));
		if (event.mask & IN_Q_OVERFLOW)
			return true;
		if (event.len && !strcmp(buf + at + sizeof(event), name))
			return true;
	}
	return false;
}

static void serve(const char *name, int watch, int out)
{
	char buf[4096] __attribute__((aligned(8)));

	while (send_file(name, out)) {
		ssize_t n = 0;

		do {
			struct pollfd fds[] = {
				{ .fd = watch, .events = POLLIN },
				{ .fd = out }, /* POLLERR: the reader has closed the pipe */
			};

			if (poll(fds, 2, -1) < 0 && errno != EINTR)
				return;
			if (fds[1].revents)
				return;
			n = fds[0].revents ? read(watch, buf, sizeof(buf)) : 0;
		} while (n <= 0 || !is_about_file(name, buf, n));
	}
}

/*
 * Close all descriptors of the parent. Otherwise the readers of its outputs would also wait for the
 * end of this process.
 */
static bool close_others(int watch, int out)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0)
		return false;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(null, fd) < 0)
			return false;
	return close_fds_but((int[]){ 0, 1, 2, watch, out }, 5);
}

static void run_child(const struct run_as *who, const char *name, int watch, int out)
{
	/* The terminal sends some of these signals to the whole process group. */
	static const int ignored[] = { SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGPIPE };
	const struct privileges_wanted wanted = {
		.run_as = *who,
		.outputs = { -1, -1 },
		.directory = DIRECTORY,
	};
	struct privileges_report report;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	if (close_others(watch, out) && privileges_drop(&wanted, &report) == 0)
		serve(name, watch, out);
}

/*
 * Start a child that watches a file in /etc. Return: a descriptor to read from, or a negative
 * errno.
 */
static int start(const struct run_as *who, const char *name)
{
	int fds[2], watch, r;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	watch = inotify_init1(IN_CLOEXEC);
	if (watch < 0 || inotify_add_watch(watch, DIRECTORY, IN_CLOSE_WRITE | IN_MOVED_TO) < 0 ||
	    fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0)
		goto failed;
	pid = fork();
	if (pid < 0)
		goto failed;
	if (!pid) {
		run_child(who, name, watch, fds[1]);
		_exit(0);
	}
	close(watch);
	close(fds[1]);
	return fds[0];

failed:
	r = -errno;
	if (watch >= 0)
		close(watch);
	close(fds[0]);
	close(fds[1]);
	return r;
}

void names_give(const struct options *options, struct et_options *opts)
{
	if (format_is_text(opts) || options->context)
		opts->users_fd = start(&options->run_as, "passwd");
	if (options->context)
		opts->groups_fd = start(&options->run_as, "group");
}
