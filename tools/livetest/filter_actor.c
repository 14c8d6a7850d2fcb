/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/filter_actor.h"

enum act {
	ACT_FORK,  /* fork a child that calls setsid and exits */
	ACT_EXEC,  /* fork a child that executes @text */
	ACT_SPAWN, /* fork a child that is actor number @a */
	ACT_NAME,  /* set the name @text */
	ACT_USER,  /* set the real user @a and the effective user @b */
	ACT_CHDIR, /* change to the directory @text */
	ACT_EXIT,
};

struct command {
	enum act act;
	unsigned int a, b;
	char text[PATH_MAX];
};

static struct actor {
	int ours, its; /* the ends of a socket pair: the test's, and the actor's */
	pid_t pid;     /* 0: the actor does not exist */
} actors[ACTORS];

static _Noreturn void be_actor(size_t self);

/* Return: the child's number, after the child has ended. */
static pid_t have_child(const struct command *c)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (c->act == ACT_FORK)
			_exit(setsid() < 0);
		execl(c->text, c->text, (char *)NULL);
		_exit(errno == ENOENT ? 0 : 1);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid;
}

static long do_act(const struct command *c)
{
	pid_t pid;

	switch (c->act) {
	case ACT_FORK:
	case ACT_EXEC:
		return have_child(c);
	case ACT_SPAWN:
		pid = fork();
		if (pid == 0)
			be_actor(c->a);
		return pid;
	case ACT_NAME:
		return prctl(PR_SET_NAME, c->text);
	case ACT_USER:
		return setresuid(c->a, c->b, 0);
	case ACT_CHDIR:
		return chdir(c->text);
	case ACT_EXIT:
		break;
	}
	return 0;
}

static _Noreturn void be_actor(size_t self)
{
	struct command c;

	signal(SIGCHLD, SIG_IGN); /* the kernel reaps the actors that this actor spawned */
	for (size_t i = 0; i < ACTORS; i++)
		close(actors[i].ours);
	while (recv(actors[self].its, &c, sizeof(c), 0) == sizeof(c)) {
		long ret = do_act(&c);

		if (c.act == ACT_EXIT)
			break;
		send(actors[self].its, &ret, sizeof(ret), 0);
	}
	_exit(0);
}

void actor_begin(size_t i)
{
	actors[i].pid = fork();
	assert_true(actors[i].pid >= 0);
	if (!actors[i].pid)
		be_actor(i);
}

static long tell(size_t i, const struct command *c)
{
	long ret = -1;

	assert_true(actors[i].pid > 0);
	assert_int_equal(send(actors[i].ours, c, sizeof(*c), 0), sizeof(*c));
	assert_int_equal(recv(actors[i].ours, &ret, sizeof(ret), 0), sizeof(ret));
	assert_true(ret >= 0);
	return ret;
}

static pid_t act(size_t i, enum act act, const char *text)
{
	struct command c = { .act = act };

	snprintf(c.text, sizeof(c.text), "%s", text);
	return (pid_t)tell(i, &c);
}

pid_t actor_fork(size_t i)
{
	return act(i, ACT_FORK, "");
}

pid_t actor_exec(size_t i, const char *path)
{
	return act(i, ACT_EXEC, path);
}

void actor_name(size_t i, const char *comm)
{
	act(i, ACT_NAME, comm);
}

void actor_chdir(size_t i, const char *folder)
{
	act(i, ACT_CHDIR, folder);
}

pid_t actor_pid(size_t i)
{
	return actors[i].pid;
}

void actor_spawn(size_t i, size_t child)
{
	actors[child].pid = (pid_t)tell(i, &(struct command){ .act = ACT_SPAWN, .a = child });
}

void actor_user(size_t i, unsigned int real, unsigned int effective)
{
	tell(i, &(struct command){ .act = ACT_USER, .a = real, .b = effective });
}

void actor_exit(size_t i)
{
	const struct command c = { .act = ACT_EXIT };
	char path[64];

	if (!actors[i].pid)
		return;
	assert_int_equal(send(actors[i].ours, &c, sizeof(c), 0), sizeof(c));
	if (waitpid(actors[i].pid, NULL, 0) < 0) {
		snprintf(path, sizeof(path), "/proc/%d/exe", (int)actors[i].pid);
		for (int n = 0; n < 10000 && readlink(path, (char[8]){ 0 }, 8) >= 0; n++)
			usleep(1000);
	}
	actors[i].pid = 0;
}

int actors_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < ACTORS; i++) {
		int fds[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
			return -1;
		actors[i] = (struct actor){ fds[0], fds[1], 0 };
	}
	return 0;
}

int actors_close(void **state)
{
	(void)state;
	for (size_t i = 0; i < ACTORS; i++) {
		if (actors[i].pid)
			actor_exit(i);
		close(actors[i].ours);
		close(actors[i].its);
	}
	return 0;
}
