/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_flood COUNT SIZE: makes COUNT writes of SIZE bytes to a terminal whose output is read. Byte n
 * of all bytes is (n * 31 + n / 251) mod 256. So a test detects missing and swapped bytes.
 */
#include "tools/cases/account.h"
#include "tools/cases/pty.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
	struct account_snap self;
	unsigned char *data;
	size_t count, size;
	struct pty pty;

	(void)envp;
	CHECK(argc == 3);
	count = strtoul(argv[1], NULL, 10);
	size = strtoul(argv[2], NULL, 10);
	data = malloc(count * size);
	CHECK(data);
	for (size_t i = 0; i < count * size; i++)
		data[i] = (unsigned char)(i * 31 + i / 251);
	pty_open(&pty);
	pty_drain(&pty);
	account_snap(&self);
	for (size_t i = 0; i < count; i++)
		CHECK(write(pty.slave, data + i * size, size) == (ssize_t)size);
	free(data);
	printf("{\"case\":\"tty_flood\",\"tgid\":%u,\"bytes\":%zu}\n", self.pids.tgid,
	       count * size);
	return 0;
}
