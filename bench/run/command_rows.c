/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/command_rows.h"

#include <errno.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/run/log_err.h"
#include "bench/work/bench.h"

#define ROWS_MAX     32
#define ROW_NAME_MAX 32
#define ORDER        1000
#define SETTLE_S     2.0
#define SETTLE_MAX   60.0

static struct command_row {
	char name[ROW_NAME_MAX + 1];
	struct bench_command command;
	struct bench_row row;
	bool has_settle;
} rows[ROWS_MAX];
static size_t count;

static bool name_is_valid(const char *name, size_t len)
{
	/* These characters have no meaning in CSV, HTML and the shell. */
	return len && len <= ROW_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") >=
		       len;
}

static int add(const char *text)
{
	size_t len = strcspn(text, "=");
	struct command_row *row = &rows[count];

	if (count == ROWS_MAX) {
		log_err("--tracer: at most %d rows", ROWS_MAX);
		return -EINVAL;
	}
	if (!name_is_valid(text, len) || !text[len] || !text[len + 1]) {
		log_err("--tracer=%s: must be NAME=COMMAND; NAME has 1 to %d letters, digits, -, _ "
			"or .",
			text, ROW_NAME_MAX);
		return -EINVAL;
	}
	snprintf(row->name, sizeof(row->name), "%.*s", (int)len, text);
	for (size_t i = 0; i < count; i++)
		len = strcmp(rows[i].name, row->name) ? len : 0;
	if (!len || bench_row_named(row->name)) {
		log_err("--tracer=%s: there is a row %s already", text, row->name);
		return -EINVAL;
	}
	row->command.text = strchr(text, '=') + 1;
	row->row = (struct bench_row){
		.name = row->name,
		.doc = row->command.text,
		.order = ORDER + (int)count,
		.program = BENCH_COMMAND,
		.command = &row->command,
	};
	count++;
	return 0;
}

static int check_pattern(const char *option, const char *text)
{
	char why[128];
	regex_t re;
	int r = regcomp(&re, text, REG_EXTENDED | REG_NOSUB);

	if (r == 0) {
		regfree(&re);
		return 0;
	}
	regerror(r, &re, why, sizeof(why));
	log_err("--%s=%s: not an extended regular expression: %s", option, text, why);
	return -EINVAL;
}

int command_rows_set(enum command_option option, const char *text)
{
	static const char *const names[] = {
		[COMMAND_READY] = "ready-pattern",
		[COMMAND_SETTLE] = "settle",
		[COMMAND_COUNT] = "count-pattern",
	};
	struct command_row *last;
	char *end;

	if (option == COMMAND_TRACER)
		return add(text);
	if (!count) {
		log_err("--%s belongs to the --tracer before it, and there is none", names[option]);
		return -EINVAL;
	}
	last = &rows[count - 1];
	if (option == COMMAND_SETTLE) {
		last->command.settle_s = strtod(text, &end);
		last->has_settle = true;
		if (end != text && !*end && last->command.settle_s >= 0 &&
		    last->command.settle_s <= SETTLE_MAX)
			return 0;
		log_err("--settle=%s: must be a number of seconds from 0 to %g", text, SETTLE_MAX);
		return -EINVAL;
	}
	if (check_pattern(names[option], text) < 0)
		return -EINVAL;
	if (option == COMMAND_READY)
		last->command.ready_pattern = text;
	else
		last->command.count_pattern = text;
	return 0;
}

void command_rows_register(void)
{
	for (size_t i = 0; i < count; i++) {
		struct command_row *row = &rows[i];

		if (!row->has_settle && !row->command.ready_pattern)
			row->command.settle_s = SETTLE_S;
		bench_register_row(&row->row);
	}
}

const char *command_rows_name(size_t i)
{
	return i < count ? rows[i].name : NULL;
}
