/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel modules. To load one, the kernel must support modules, and the file must be built for
 * exactly this kernel. LIVETEST_MODULES lists such files, separated by spaces. They must not be
 * loaded yet. Guests have such files. Without files, the tests only try calls that the kernel
 * refuses.
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/livetest/suite.h"

#define FILES 6

static const char *files[FILES + 1];

static const char *const events[] = { "process-load-module", NULL };

static const struct suite_case cases[] = {
	{ .name = "load_module", .args = files },
};

__attribute__((constructor)) static void find_files(void)
{
	static char text[4096];
	const char *names = getenv("LIVETEST_MODULES");
	char *rest = text, *file;
	size_t n = 0;

	snprintf(text, sizeof(text), "%s", names ? names : "");
	while ((file = strsep(&rest, " ")) && n < FILES)
		if (*file)
			files[n++] = file;
}

SUITE("module", cases, events)
