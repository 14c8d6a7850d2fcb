/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/vmtest/faults.h"

#include <stdbool.h>
#include <string.h>

/* Number of lines to print of each fault. They contain its address and call trace. */
#define SHOWN 30

static const char *const signs[] = {
	"WARNING: ", /* WARN() */
	"BUG: ",     /* also messages of KASAN and of lock debugging */
	"kernel BUG at ",
	"Oops: ",
	"Kernel panic",
	"general protection fault",
	"Unable to handle kernel",
	"verifier bug",           /* the BPF verifier found a fault of its own */
	"blocked for more than ", /* a hung task */
	"detected stalls",        /* RCU stalls */
	"self-detected stall",
	"soft lockup",
	"refcount_t: ",
	"UBSAN: ",
	"scheduling while atomic",
	"sleeping function called from",
};

static bool is_fault(const char *line, size_t len)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (memmem(line, len, signs[i], strlen(signs[i])))
			return true;
	return false;
}

size_t faults_find(const char *console, FILE *out)
{
	size_t found = 0;
	int show = 0;

	while (*console) {
		size_t len = strcspn(console, "\n");

		if (is_fault(console, len)) {
			found++;
			show = SHOWN;
		}
		if (show && out) {
			fprintf(out, "%.*s\n", (int)len, console);
			show--;
		}
		console += len + (console[len] == '\n');
	}
	return found;
}
