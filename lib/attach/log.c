/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <bpf/libbpf.h>

static const struct et_log *taker;
static libbpf_print_fn_t taken_from;
static enum libbpf_print_level most; /* of libbpf's levels: the last one that is passed on */

void et_log__write(const struct et_log *log, enum et_log_level level, const char *fmt, ...)
{
	char line[512];
	va_list args;

	if (!log->fn)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	log->fn(log->ctx, level, line);
}

static int print(enum libbpf_print_level level, const char *fmt, va_list args)
{
	char *text = NULL, *line, *rest;

	/*
	 * Pass all messages of libbpf as ET_LOG_DEBUG. Its warnings are mostly about BPF programs
	 * that the kernel does not support, which is expected. Opening all programs makes about
	 * 70,000 messages of libbpf's own debug level.
	 */
	if (level > most)
		return 0;
	if (vasprintf(&text, fmt, args) < 0)
		return 0;
	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (*line)
			taker->fn(taker->ctx, ET_LOG_DEBUG, line);
	free(text);
	return 0;
}

/*
 * libbpf's own print function reads the same variable. By default, that function prints no debug
 * messages.
 */
static enum libbpf_print_level level_of_environment(void)
{
	const char *level = getenv("LIBBPF_LOG_LEVEL");

	if (level && !strcasecmp(level, "warn"))
		return LIBBPF_WARN;
	if (level && !strcasecmp(level, "info"))
		return LIBBPF_INFO;
	return LIBBPF_DEBUG;
}

void et_log__take_libbpf(const struct et_log *log)
{
	taker = log;
	most = level_of_environment();
	/*
	 * If nothing gets the messages, set no print function: then libbpf does not even format
	 * them.
	 */
	taken_from = libbpf_set_print(log->fn && !log->no_debug ? print : NULL);
}

void et_log__release_libbpf(void)
{
	libbpf_set_print(taken_from);
	taker = NULL;
}
