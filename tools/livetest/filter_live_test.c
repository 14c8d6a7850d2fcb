/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters of process events: recorded events, dropped events, and their counts. */
#include "tools/livetest/filter_tests.h"
#include "tools/livetest/runfiles.h"

int main(int argc, char **argv)
{
	int failed;

	if (runfiles_init(argc, argv))
		return 1;
	failed = filter_tasks();
	failed += filter_cgroups();
	failed += filter_execs();
	return failed != 0;
}
