/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel modules. Loading one takes a kernel that can have any, and a module of that very kernel:
 * LIVETEST_MODULES names such files, apart by spaces, of which none is loaded. In a virtual machine
 * there are some; where it names none, calls that are refused are all there is to be tested.
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
