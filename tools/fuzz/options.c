/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines. The first byte of the input is the size of the buffer for an error message, less
 * 1. The other bytes are the arguments, each with a NUL at its end.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/eventstrace/options.h"
#include "tools/fuzz/require.h"

#define ARGS_MAX 64

/* --all does not include this event. */
#define EXISTS ET_EVENT_BIT(ET_EVENT_PROCESS_EXISTS)

/*
 * Split @text into arguments, which point into it. The byte after @text is a NUL. Return: their
 * number.
 */
static int split(char *text, size_t size, char *argv[ARGS_MAX + 2])
{
	int argc = 0;
	static char name[] = "eventstrace";

	argv[argc++] = name;
	for (size_t at = 0; at < size && argc <= ARGS_MAX; at += strlen(text + at) + 1)
		argv[argc++] = text + at;
	argv[argc] = NULL;
	return argc;
}

static bool is_part(const char *p, const char *text, size_t size)
{
	return !p || (p >= text && p < text + size);
}

static void check_options(const struct options *o, const char *text, size_t size)
{
	struct et_filter filters[FILTERS_MAX];

	require(is_part(o->output, text, size));
	require(is_part(o->record, text, size));
	require(o->replay_count <= REPLAYS_MAX);
	for (size_t i = 0; i < o->replay_count; i++)
		require(is_part(o->replays[i], text, size));
	require(is_part(o->env, text, size));
	require(o->redact_count <= REDACT_MAX);
	for (size_t i = 0; i < o->redact_count; i++)
		require(is_part(o->redact[i], text, size) && *o->redact[i]);
	require(o->filters.count <= FILTERS_MAX);
	filters_give(&o->filters, filters);
	for (size_t i = 0; i < o->filters.count; i++) {
		require(filters[i].kind < ET_FILTER_KINDS);
		/* A pattern has at most 31 bytes and wildcards, each with at most one backslash. */
		if (filters[i].kind == ET_FILTER_COMM)
			require(strlen(filters[i].text) <= (filters[i].pattern ? 62 : 15));
		if (filters[i].kind == ET_FILTER_PATH_PREFIX)
			require(is_part(filters[i].text, text, size) && filters[i].text);
	}
	require((o->mode & ~0777u) == 0);
	if (o->action == ACTION_HELP || o->action == ACTION_VERSION || o->action == ACTION_LICENSES)
		return;
	require(o->choice.events && !(o->choice.events & ~(event_list_all() | EXISTS)));
	require(o->choice.events != EXISTS || o->action == ACTION_REPLAY);
	require(!o->replay_count == (o->action != ACTION_REPLAY));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[ARGS_MAX + 2], *text, *message;
	size_t room;
	struct options opts;
	char before[sizeof(opts)];
	int argc, r;

	if (!size)
		return 0;
	/* Append a NUL, because the last argument may lack its own. */
	text = malloc(size);
	require(text);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	argc = split(text, size - 1, argv);

	room = data[0] + 1u;
	message = malloc(room);
	require(message);
	*message = '\0';
	memset(&opts, 0x5a, sizeof(opts));
	memset(before, 0x5a, sizeof(before));
	r = options_parse(argc, argv, &opts, message, room);
	if (r == 0) {
		check_options(&opts, text, size);
	} else {
		require(r == -EINVAL);
		require(!memcmp((const char *)&opts, before, sizeof(before)));
		require(strnlen(message, room) < room && (*message || room == 1));
	}
	free(message);
	free(text);
	return 0;
}
