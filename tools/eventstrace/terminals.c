/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/terminals.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/*
 * Decode the kernel's new_encode_dev(): bits 8 to 19 are the major number, the others the minor
 * number.
 */
static uint64_t decode_dev(unsigned int dev)
{
	return makedev(dev >> 8 & 0xfff, (dev & 0xff) | (dev >> 12 & 0xfff00));
}

/*
 * The device of the terminal that @fd is; 0: @fd is no terminal. For /dev/tty and /dev/console,
 * TIOCGDEV returns the real terminal, but stat(2) returns these device files themselves.
 */
static uint64_t terminal_of_fd(int fd)
{
	unsigned int dev;

	return isatty(fd) && !ioctl(fd, TIOCGDEV, &dev) ? decode_dev(dev) : 0;
}

/*
 * The device of the controlling terminal, from field 7 of /proc/self/stat. The search begins at the
 * last parenthesis, because the name in field 2 can contain any character.
 */
static uint64_t controlling_terminal(void)
{
	char text[1024], *rest;
	int fd, tty_nr = 0;
	ssize_t n;

	fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	rest = strrchr(text, ')');
	for (int field = 2; rest && field < 7; field++)
		rest = strchr(rest + 1, ' ');
	if (rest)
		tty_nr = strtol(rest, NULL, 10);
	return tty_nr ? decode_dev(tty_nr) : 0;
}

static void add_pipeline(struct terminals *t, uint64_t dev)
{
	for (size_t i = 0; i < t->pipeline_count; i++) {
		if (t->pipeline[i] == dev)
			return;
	}
	if (dev)
		t->pipeline[t->pipeline_count++] = dev;
}

void terminals_find(int output_fd, struct terminals *ret)
{
	struct terminals t = { .output = terminal_of_fd(output_fd) };
	struct stat st;

	if (!fstat(output_fd, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))) {
		add_pipeline(&t, terminal_of_fd(STDIN_FILENO));
		add_pipeline(&t, terminal_of_fd(STDERR_FILENO));
		add_pipeline(&t, controlling_terminal());
		if (t.pipeline_count)
			t.pgid = ET_QUIET_OWN_PGID;
	}
	*ret = t;
}

void terminals_quiet(const struct terminals *t, struct et_options *opts)
{
	opts->quiet_ttys = &t->output;
	opts->quiet_tty_count = t->output ? 1 : 0;
	opts->quiet_pgid = t->pgid;
	opts->quiet_pgid_ttys = t->pipeline;
	opts->quiet_pgid_tty_count = t->pipeline_count;
}
