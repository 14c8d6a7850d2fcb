/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "lib/attach/load.h"

/* True for an empty line, and for lines that the verifier and libbpf add to every log. */
static bool is_noise(const char *line, size_t len)
{
	static const char *const noise[] = { "processed ", "verification time ", "stack depth ",
					     "-- BEGIN", "-- END" };

	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++)
		if (len >= strlen(noise[i]) && memcmp(line, noise[i], strlen(noise[i])) == 0)
			return true;
	return len == 0;
}

bool et_verifier_words(const char *log, char *ret, size_t size)
{
	const char *end = log + strlen(log);

	while (end > log) {
		const char *line = end;

		while (line > log && line[-1] != '\n')
			line--;
		if (!is_noise(line, (size_t)(end - line))) {
			snprintf(ret, size, "%.*s", (int)(end - line), line);
			return true;
		}
		end = line > log ? line - 1 : log;
	}
	return false;
}
