/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/eventstrace/printable.h"
#include "tools/eventstrace/log_err.h"

/* Keep a warning for later. Return: false if there is no memory. */
static bool hold_back(struct log *log, const char *line)
{
	char **held = reallocarray(log->held, log->held_count + 1, sizeof(*held));

	if (!held)
		return false;
	log->held = held;
	held[log->held_count] = strdup(line);
	if (!held[log->held_count])
		return false;
	log->held_count++;
	return true;
}

/* Print a message. A message of libbpf may contain many lines from the verifier. */
static void put_lines(const char *text)
{
	size_t size = strlen(text) * PRINTABLE_BYTE_MAX + 1;
	char *shown = malloc(size);

	if (!shown)
		return;
	printable(shown, size, text, true);
	if (log_err_text(shown, strlen(shown)) == 0)
		(void)log_err_text("\n", 1);
	free(shown);
}

void log_line(void *ctx, enum et_log_level level, const char *line)
{
	struct log *log = ctx;

	if (level != ET_LOG_WARNING) {
		if (log->verbose)
			put_lines(line);
		return;
	}
	if (log->verbose || !log->hold || !hold_back(log, line))
		log_err("warning: %s", line);
}

void log_release(struct log *log)
{
	for (size_t i = 0; i < log->held_count; i++)
		log_err("warning: %s", log->held[i]);
	log_drop(log);
}

void log_drop(struct log *log)
{
	for (size_t i = 0; i < log->held_count; i++)
		free(log->held[i]);
	free(log->held);
	*log = (struct log){ .verbose = log->verbose };
}
