/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/tracer_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/eventstrace/option_table.h"

/* The options, and texts of the help where those of the tracer are about something else. */
static const struct {
	int key;
	const char *value, *help;
} rows[] = {
	{ KEY_UNTIL, NULL, "leave out events after TIME" },
	{ KEY_PID, NULL, "only what the process PID does; several: PID,PID or again" },
	{ KEY_TREE, NULL, NULL },
	{ KEY_UID, NULL, NULL },
	{ KEY_COMM, NULL, NULL },
	{ KEY_CGROUP, NULL, NULL },
	{ KEY_PATH_PREFIX, NULL, NULL },
	{ KEY_FAILED, NULL, NULL },
	{ KEY_EXCLUDE_PID, NULL, NULL },
	{ KEY_EXCLUDE_TREE, NULL, NULL },
	{ KEY_EXCLUDE_UID, NULL, NULL },
	{ KEY_EXCLUDE_COMM, NULL, NULL },
	{ KEY_EXCLUDE_CGROUP, NULL, NULL },
	{ KEY_EXCLUDE_PATH_PREFIX, NULL, NULL },
	{ KEY_FORMAT, "json|text|auto|ecs|es-bulk|trace",
	  "how events are printed: json is the default, and auto is text on a terminal, json "
	  "elsewhere; trace only for a folder" },
	{ KEY_COLUMNS, NULL, NULL },
	{ KEY_WIDE, NULL, NULL },
	{ KEY_UTC, NULL, NULL },
	{ KEY_COLOR, "auto|always|never", NULL },
	{ KEY_FIELDS, NULL, NULL },
	{ KEY_EXCLUDE_FIELDS, NULL, NULL },
	{ KEY_NUMBERS, "number|both|string", NULL },
	{ KEY_CONTEXT, NULL, NULL },
	{ KEY_CONTEXT_PROCESSES, NULL, NULL },
	{ KEY_REDACT, NULL, NULL },
	{ KEY_REDACT_TTY, NULL, NULL },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

static const struct option_row *tracer_row(int key)
{
	const struct option_row *row = option_table;

	while (row->key != key)
		row++;
	return row;
}

int ship_tracer_option(size_t n, struct ship_option *ret)
{
	const struct option_row *row;

	if (n >= ROWS)
		return 0;
	row = tracer_row(rows[n].key);
	*ret = (struct ship_option){
		.letter = option_letter(row),
		.name = row->name,
		.value = rows[n].value ? rows[n].value : row->arg,
		.help = rows[n].help ? rows[n].help : row->doc,
	};
	return row->key;
}

int ship_tracer_options_add(struct ship_tracer_options *tracer, int key, const char *value)
{
	char **words = realloc(tracer->words, (tracer->count + 1) * sizeof(*words));
	const char *name = tracer_row(key)->name;
	char *word = NULL;

	if (!words)
		return -ENOMEM;
	tracer->words = words;
	if (asprintf(&word, "--%s%s%s", name, value ? "=" : "", value ? value : "") < 0)
		return -ENOMEM;
	words[tracer->count++] = word;
	tracer->has_format |= key == KEY_FORMAT;
	tracer->has_events |= key == KEY_EVENTS || key == KEY_FAILED;
	/* The output may choose the format. Types and times of events are in JSON. */
	if (!tracer->needs_records && key != KEY_FORMAT && key != KEY_EVENTS && key != KEY_SINCE &&
	    key != KEY_UNTIL)
		tracer->needs_records = name;
	return 0;
}

int ship_tracer_options_parse(struct ship_tracer_options *tracer, char *error, size_t size)
{
	static const char replay[] = "--replay: ";
	char **argv = calloc(tracer->count + 4, sizeof(*argv));
	int argc = 0, r;

	if (!argv) {
		snprintf(error, size, "no memory");
		return -ENOMEM;
	}
	argv[argc++] = "eventstrace";
	argv[argc++] = "--replay=-";
	if (!tracer->has_events)
		argv[argc++] = "--snapshot";
	for (size_t i = 0; i < tracer->count; i++)
		argv[argc++] = tracer->words[i];
	r = options_parse(argc, argv, &tracer->options, error, size);
	free((void *)argv);
	if (r < 0) {
		/* The user has not given this option. */
		if (strncmp(error, replay, strlen(replay)) == 0)
			memmove(error, error + strlen(replay), strlen(error + strlen(replay)) + 1);
		return r;
	}
	if (!tracer->has_format && tracer->options.format == FORMAT_AUTO)
		tracer->options.format = FORMAT_JSON;
	tracer->options.identity = true;
	return 0;
}

void ship_tracer_options_free(struct ship_tracer_options *tracer)
{
	for (size_t i = 0; i < tracer->count; i++)
		free(tracer->words[i]);
	free((void *)tracer->words);
	tracer->words = NULL;
	tracer->count = 0;
}
