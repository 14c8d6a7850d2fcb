/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* ptsname_r */
#include "tools/eventstrace/terminals.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* Make a pseudo-terminal. Return: its slave; @ret_dev receives the slave's device number. */
static int open_pty(int *ret_master, uint64_t *ret_dev)
{
	char name[64];
	struct stat st;
	int slave;

	*ret_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*ret_master >= 0);
	assert_int_equal(grantpt(*ret_master), 0);
	assert_int_equal(unlockpt(*ret_master), 0);
	assert_int_equal(ptsname_r(*ret_master, name, sizeof(name)), 0);
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	assert_int_equal(stat(name, &st), 0);
	*ret_dev = st.st_rdev;
	return slave;
}

static void output_is_a_terminal(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct terminals t;
	uint64_t dev;
	int master, slave = open_pty(&master, &dev);

	(void)state;
	terminals_find(slave, &t);
	assert_int_equal(t.output, dev);
	assert_int_equal(t.pgid, 0);
	terminals_quiet(&t, &opts);
	assert_int_equal(opts.quiet_tty_count, 1);
	assert_int_equal(opts.quiet_ttys[0], dev);
	assert_int_equal(opts.quiet_pgid, 0);
	close(slave);
	close(master);
}

static void output_is_a_file(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct terminals t;
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	terminals_find(fd, &t);
	assert_int_equal(t.output, 0);
	assert_int_equal(t.pgid, 0);
	terminals_quiet(&t, &opts);
	assert_int_equal(opts.quiet_tty_count, 0);
	assert_int_equal(opts.quiet_pgid, 0);
	close(fd);
}

/*
 * Runs in a child whose controlling terminal is @slave. stdin is no terminal; stderr is the
 * terminal if @with_stderr is set.
 */
static int pipeline_in_child(int slave, uint64_t dev, int with_stderr)
{
	struct terminals t;
	int null = open("/dev/null", O_RDWR), fds[2], tty;

	if (slave < 0 || null < 0 || pipe(fds) || setsid() < 0 || ioctl(slave, TIOCSCTTY, 0))
		return 1;
	dup2(null, STDIN_FILENO);
	dup2(with_stderr ? slave : null, STDERR_FILENO);
	terminals_find(fds[1], &t);
	if (t.output || t.pgid != ET_QUIET_OWN_PGID)
		return 2;
	/* The terminal is found twice, but stored once. */
	if (t.pipeline_count != 1 || t.pipeline[0] != dev)
		return 3;
	/* /dev/tty is device 5:0; the result is the terminal behind it. */
	tty = open("/dev/tty", O_WRONLY);
	terminals_find(tty, &t);
	return t.output == dev ? 0 : 4;
}

static void output_is_a_pipe(void **state)
{
	(void)state;
	for (int with_stderr = 0; with_stderr < 2; with_stderr++) {
		uint64_t dev;
		int status, master, slave = open_pty(&master, &dev);
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (!pid)
			_exit(pipeline_in_child(slave, dev, with_stderr));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		close(slave);
		close(master);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_is_a_terminal),
		cmocka_unit_test(output_is_a_file),
		cmocka_unit_test(output_is_a_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
