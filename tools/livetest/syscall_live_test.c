/* SPDX-License-Identifier: BSD-2-Clause */
/* Files in memory, shared memory, tracing others: process events that are single system calls. */
#include "tools/livetest/suite.h"

static const char *const events[] = {
	"process-memfd-create",
	"process-shmget",
	"process-ptrace",
	NULL,
};

static const struct suite_case cases[] = {
	{ .name = "memfd_create" },
	{ .name = "shmget" },
	{ .name = "ptrace" },
	{ .name = "exec_memfd" },
};

int main(int argc, char **argv)
{
	return suite_run_with(events, cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
