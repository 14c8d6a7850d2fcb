/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text from processes must not control the terminal on which --summary, --format=tree or --top is
 * printed. lib/encode/text_test.c tests the same for --format=text. The optional argument is the
 * number of random events:
 *
 *	./bazelw run //tools/eventstrace:hostile_text_test -- 1000000
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/decode.h"
#include "lib/encode/hostile_events.h"
#include "lib/encode/terminal.h"
#include "tools/eventstrace/activity.h"
#include "tools/eventstrace/top.h"
#include "tools/eventstrace/tree.h"

/* Number of events between outputs. It is small, so that each name is among the printed rows. */
#define EVENTS 40

static unsigned long hostile_events = 20000;

static struct et_record rec;
static struct terminal terminal;
static char text[sizeof(terminal.plain)];

/* begin() opens a buffer for output. end() shows the buffer on the terminal and checks it. */
static FILE *begin(void)
{
	FILE *out = fmemopen(text, sizeof(text), "w");

	assert_non_null(out);
	return out;
}

static void end(FILE *out, unsigned int allowed)
{
	const long size = ftell(out);

	assert_true(size > 0 && (size_t)size < sizeof(text));
	assert_int_equal(fclose(out), 0);
	terminal_show(&terminal, text, (size_t)size, allowed | TERMINAL_LINES);
}

/* Make a random event. Only 8 processes cause the events, so each process has many events. */
static void next(struct et_event *ret)
{
	hostile_event(&rec);
	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), ret), 0);
	if (rec.hdr.type == ET_PROCESS_FORK) {
		struct et_process_fork *fork_ = (struct et_process_fork *)rec.bytes;

		fork_->parent_pids.tgid = 1 + hostile_noise() % 8;
		fork_->child_pids.tgid = 1 + hostile_noise() % 8;
		fork_->parent_pids.start_time_ns = fork_->child_pids.start_time_ns = 1;
	} else {
		/* All other event types begin with the members of et_process_exec. */
		struct et_process_exec *any = (struct et_process_exec *)rec.bytes;

		any->pids.tgid = 1 + hostile_noise() % 8;
		any->pids.start_time_ns = 1;
	}
}

static void show_activity(const struct activity *a)
{
	const struct activity_times times = { .known = true };
	FILE *out = begin();

	assert_int_equal(activity_print(a, ~0ULL, 1, &times, out), 0);
	end(out, 0);
}

static void show_tree(const struct tree *t)
{
	FILE *out = begin();

	/* The output is empty if no process was seen. */
	tree_print(t, 1, out);
	if (!ftell(out))
		fputc('\n', out);
	end(out, 0);
}

static void show_top(struct top *t)
{
	const struct top_sample sample = { .now_ns = 1 };
	struct top_view view = {
		.columns = hostile_noise() % 4 ? 1 + hostile_noise() % 200 : 0,
		.rows = hostile_noise() % 2 ? 1 + hostile_noise() % 100 : 0,
		.ascii = hostile_noise() % 4 == 0,
		.paint = hostile_noise() % 2,
	};
	static char plain[sizeof(text)];
	size_t plain_size;
	FILE *out;

	top_step(t, &sample);
	out = begin();
	top_print(t, &view, out);
	end(out, (view.paint ? TERMINAL_SCREENS : 0) | (view.ascii ? TERMINAL_ASCII : 0));
	assert_true(!view.columns || terminal.widest <= view.columns);
	assert_true(!view.rows || !view.paint || terminal.lines < (view.rows > 1 ? view.rows : 2));
	plain_size = terminal.plain_len;
	memcpy(plain, terminal.plain, plain_size);

	/* Colours must not change the text. */
	view.color = true;
	out = begin();
	top_print(t, &view, out);
	end(out, TERMINAL_COLORS | (view.paint ? TERMINAL_SCREENS : 0) |
			 (view.ascii ? TERMINAL_ASCII : 0));
	assert_int_equal(terminal.plain_len, plain_size);
	assert_memory_equal(terminal.plain, plain, plain_size);
}

static void hostile_processes(void **state)
{
	struct top *top = top_new();

	(void)state;
	assert_non_null(top);
	for (unsigned long shown = 0; shown < hostile_events; shown += EVENTS) {
		struct activity *activity = activity_new();
		struct tree *tree = tree_new();

		assert_true(activity && tree);
		for (int i = 0; i < EVENTS; i++) {
			struct et_event event = { .hdr = NULL };

			next(&event);
			activity_event(activity, &event);
			tree_event(tree, &event);
			top_event(top, &event);
		}
		show_activity(activity);
		show_tree(tree);
		show_top(top);
		activity_free(activity);
		tree_free(tree);
	}
	assert_true(terminal.sequences > hostile_events / EVENTS);
	top_free(top);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_processes),
	};

	if (argc > 1)
		hostile_events = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
