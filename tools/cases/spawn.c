/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spawn COUNT LENGTH: runs COUNT programs one after the other, without pauses. Each has one
 * argument of LENGTH bytes, which begins with the program's number. The account is short: the PID
 * of this process, and the PIDs of the programs in order.
 */
#include "tools/cases/account.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

int main(int argc, char **argv, char **envp)
{
	struct account_snap self;
	char *args[] = { "noop", NULL, NULL };
	const char *program;
	size_t length;
	pid_t *pids;
	int count;

	CHECK(argc == 3);
	count = (int)strtol(argv[1], NULL, 10);
	length = strtoul(argv[2], NULL, 10);
	pids = calloc((size_t)count, sizeof(*pids));
	args[1] = malloc(length + 1);
	CHECK(pids && args[1]);
	memset(args[1], 'x', length);
	args[1][length] = '\0';
	program = account_program("noop");
	account_snap(&self);

	for (int i = 0; i < count; i++) {
		char number[16];
		int status;

		snprintf(number, sizeof(number), "%08d", i);
		memcpy(args[1], number, 8);
		CHECK(posix_spawn(&pids[i], program, NULL, NULL, args, envp) == 0);
		CHECK(waitpid(pids[i], &status, 0) == pids[i] && status == 0);
	}
	printf("{\"case\":\"spawn\",\"tgid\":%u,\"pgid\":%u,\"sid\":%u,\"filename\":\"%s\","
	       "\"pids\":[",
	       self.pids.tgid, self.pids.pgid, self.pids.sid, program);
	for (int i = 0; i < count; i++)
		printf("%s%d", i ? "," : "", pids[i]);
	printf("]}\n");
	free(args[1]);
	free(pids);
	return 0;
}
