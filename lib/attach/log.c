/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <bpf/libbpf.h>

static const struct et_log *taker;
static libbpf_print_fn_t taken_from;
static enum libbpf_print_level most; /* messages of libbpf above this level are dropped */

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
	 * that the kernel does not support, which is expected. When the object is opened, libbpf
	 * makes about 70,000 debug messages, which LIBBPF_LOG_LEVEL can omit.
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
 * The level in the environment variable LIBBPF_LOG_LEVEL, which libbpf's own print function reads
 * too. Without the variable, the result is debug; libbpf's own default is info.
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
	 * If the messages would be dropped, set no print function. This saves libbpf the time to
	 * format them.
	 */
	taken_from = libbpf_set_print(log->fn && !log->no_debug ? print : NULL);
}

void et_log__release_libbpf(void)
{
	libbpf_set_print(taken_from);
	taker = NULL;
}
