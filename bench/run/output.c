/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/output.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "bench/run/log_err.h"

FILE *output_open(const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		log_err("%s: %s", path, strerror(errno));
	return f;
}

int output_close(FILE *f, const char *path)
{
	bool failed = ferror(f);

	if (!fclose(f) && !failed)
		return 0;
	log_err("cannot write %s", path);
	return -EIO;
}
