/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions, users and groups. */
#include "tools/livetest/suite.h"

static const struct suite_case cases[] = {
	{ .name = "setsid" }, { .name = "setuid" },      { .name = "setgid" },
	{ .name = "userns" }, { .name = "exec_setuid" },
};

int main(int argc, char **argv)
{
	return suite_run(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
