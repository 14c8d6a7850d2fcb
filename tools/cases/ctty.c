/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes with a controlling terminal: their events contain it, with its size and modes. */
#include "tools/cases/account.h"
#include "tools/cases/pty.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
	char *const args[] = { "on a terminal", NULL };
	char *const env[] = { NULL };
	struct pty pty;
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	pty_open(&pty);
	pid = account_fork();
	if (!pid) {
		CHECK(setsid() == getpid());
		account_setsid();
		CHECK(ioctl(pty.slave, TIOCSCTTY, 0) == 0);
		pid = account_fork();
		if (!pid) {
			CHECK(execve("/nonexistent", args, env) == -1);
			account_exec_failed(ENOENT, "/nonexistent", args);
			execve(account_program("report"), args, env);
			CHECK(!"execve");
		}
		account_wait(pid, 17);
		pty_echo(&pty, 0);
		pid = account_fork();
		if (!pid) {
			/* A new session has no controlling terminal. */
			CHECK(setsid() == getpid());
			account_setsid();
			account_exit(2);
		}
		account_wait(pid, 2);
		account_exit(1);
	}
	account_wait(pid, 1);
	return account_end();
}
