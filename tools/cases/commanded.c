/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Not a case: the program that the tests command*_live_test use as COMMAND.
 *
 *	commanded exit N	exit with N
 *	commanded later N	exit with N after a second
 *	commanded raise N	end by signal N
 *	commanded pause		print "ready", and wait for a signal
 *	commanded take N	the same, but at signal N print "taken" and exit with 5
 *	commanded write N	write N lines to standard output
 *	commanded orphan MS	exit at once; a child exits after MS milliseconds
 *	commanded leave MS	close standard output, and exit after MS milliseconds
 *	commanded repeat N PROGRAM	execute PROGRAM N times, one after the other
 *	commanded surroundings	print what a process inherits
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void put(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(99);
}

static void on_signal(int sig)
{
	(void)sig;
	put("taken\n");
	_exit(5);
}

static void put_status(void)
{
	static const char *const names[] = {
		"Cap",    "NoNewPrivs", "Seccomp:", "SigBlk", "SigIgn",
		"SigCgt", "Uid",        "Gid",      "Groups", "Umask"
	};
	FILE *f = fopen("/proc/self/status", "re");
	char line[4096];

	if (!f) {
		printf("no status: %s\n", strerror(errno));
		return;
	}
	while (fgets(line, sizeof(line), f))
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (!strncmp(line, names[i], strlen(names[i])))
				fputs(line, stdout);
	fclose(f);
}

static void put_limits(void)
{
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		struct rlimit limit;

		if (!getrlimit(i, &limit))
			printf("limit %d: %llu %llu\n", i, (unsigned long long)limit.rlim_cur,
			       (unsigned long long)limit.rlim_max);
	}
}

static void put_descriptors(void)
{
	for (int fd = 0; fd < 100; fd++) {
		struct stat st;

		if (!fstat(fd, &st))
			printf("descriptor %d: %o\n", fd, st.st_mode & S_IFMT);
	}
}

/* No system call reports Landlock. Only refused calls show it. */
static void put_attempts(void)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);

	printf("open: %s\n", fd < 0 ? strerror(errno) : "done");
	close(fd);
	printf("signal: %s\n", kill(getppid(), 0) < 0 ? strerror(errno) : "done");
}

static void put_surroundings(void)
{
	static const char *const variables[] = { "HOME", "USER", "LOGNAME" };

	put_descriptors();
	put_status();
	put_limits();
	put_attempts();
	printf("nice %d, dumpable %d, death signal, subreaper:", getpriority(PRIO_PROCESS, 0),
	       prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
	for (int i = 0; i < 2; i++) {
		int value = -1;

		prctl(i ? PR_GET_CHILD_SUBREAPER : PR_GET_PDEATHSIG, &value, 0, 0, 0);
		printf(" %d", value);
	}
	printf(", securebits %d, keepcaps %d\n", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0),
	       prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0));
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = getenv(variables[i]);

		printf("%s=%s\n", variables[i], value ? value : "(none)");
	}
}

static int repeat(int count, char *program)
{
	for (int i = 0; i < count; i++) {
		char *argv[] = { program, NULL };
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			execv(program, argv);
			_exit(98);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			return 97;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int n = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;

	if (!strcmp(what, "exit"))
		return n;
	if (!strcmp(what, "later")) {
		usleep(1000000);
		return n;
	}
	if (!strcmp(what, "raise")) {
		raise(n);
		return 98;
	}
	if (!strcmp(what, "take"))
		signal(n, on_signal);
	if (!strcmp(what, "take") || !strcmp(what, "pause")) {
		put("ready\n");
		/* If the test fails, no other process ends this one. */
		alarm(300);
		for (;;)
			pause();
	}
	if (!strcmp(what, "write"))
		for (int i = 0; i < n; i++)
			put("written\n");
	if (!strcmp(what, "orphan") && fork() == 0)
		usleep((useconds_t)n * 1000);
	if (!strcmp(what, "leave")) {
		put("left\n");
		close(STDOUT_FILENO);
		usleep((useconds_t)n * 1000);
	}
	if (!strcmp(what, "repeat") && argc > 3)
		return repeat(n, argv[3]);
	if (!strcmp(what, "surroundings"))
		put_surroundings();
	return 0;
}
