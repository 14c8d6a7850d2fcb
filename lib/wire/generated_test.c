/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Compares the committed files with the files that the schema table generates now.
 *
 * Arguments: the paths of abi.golden, of docs/events.md and of eventstrace_events.h.
 */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/wire/gen.h"
#include "lib/wire/wire.h"

static const char *abi_path, *docs_path, *events_path;

/* Return the text of the file at @path, NUL-terminated; the caller frees it. */
static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!f)
		fail_msg("cannot open %s", path);
	if (getdelim(&text, &size, '\0', f) < 0)
		fail_msg("%s is empty", path);
	fclose(f);
	return text;
}

static char *generate(void (*gen)(FILE *))
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	gen(f);
	assert_int_equal(fclose(f), 0);
	return text;
}

/* Fail the test if the files differ: print the first different line, and @advice. */
static void compare(const char *path, const char *committed, const char *now, const char *advice)
{
	unsigned int line = 1;
	size_t start = 0, i = 0;

	for (; committed[i] && committed[i] == now[i]; i++) {
		if (committed[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	if (!committed[i] && !now[i])
		return;
	fail_msg("%s line %u is\n  %.*s\nbut the schema gives\n  %.*s\n%s", path, line,
		 (int)strcspn(committed + start, "\n"), committed + start,
		 (int)strcspn(now + start, "\n"), now + start, advice);
}

/*
 * Return the length of the first three words of a line, with the space after them: "event 3
 * PROCESS_EXIT ", "var 3 ARGV " or "value 2 FILE_TYPE_DIR ".
 */
static size_t id_len(const char *line)
{
	size_t n = 0;

	for (int words = 0; words < 3 && line[n] && line[n] != '\n'; words++) {
		n += strcspn(line + n, " \n");
		n += line[n] == ' ';
	}
	return n;
}

/*
 * True for a line of abi.golden about a layout of an earlier generation. Such a line must never
 * change.
 */
static bool is_old_layout(const char *line)
{
	return !strncmp(line, "layout ", 7) && strtoul(line + 7, NULL, 10) < ET_GENERATION;
}

/*
 * Check that the generated abi.golden still has the IDs and the earlier layouts of the committed
 * one.
 */
static void check_ids(const char *committed, const char *now)
{
	const char *next;

	for (const char *line = committed; *line; line = next) {
		char *id, *found;

		next = line + strcspn(line, "\n");
		next += *next == '\n';
		if (strncmp(line, "event ", 6) != 0 && strncmp(line, "var ", 4) != 0 &&
		    strncmp(line, "value ", 6) != 0 && !is_old_layout(line))
			continue;
		id = strndup(line, is_old_layout(line) ? (size_t)(next - line) : id_len(line));
		assert_non_null(id);
		found = strstr(now, id);
		if (!found || found == now || found[-1] != '\n')
			fail_msg("\"%s\" is gone. Ids and layouts are never changed or used "
				 "again: append new ones.",
				 id);
		free(id);
	}
}

static void test_abi(void **state)
{
	char *committed = read_file(abi_path), *now = generate(et_gen_abi);

	(void)state;
	check_ids(committed, now);
	compare(abi_path, committed, now,
		"If only new rows were appended, as docs/adding-an-event.md says, write it anew:\n"
		"  ./bazelw run //lib/wire:gen -- abi > lib/wire/abi.golden\n");
	free(committed);
	free(now);
}

static void test_docs(void **state)
{
	char *committed = read_file(docs_path), *now = generate(et_gen_docs);

	(void)state;
	compare(docs_path, committed, now,
		"Write it anew:\n  ./bazelw run //lib/wire:gen -- docs > docs/events.md\n");
	free(committed);
	free(now);
}

static void test_events(void **state)
{
	char *committed = read_file(events_path), *now = generate(et_gen_events);

	(void)state;
	compare(events_path, committed, now,
		"Write it anew:\n"
		"  ./bazelw run //lib/wire:gen -- events > lib/include/eventstrace_events.h\n");
	free(committed);
	free(now);
}

/* Check that no line of the generated header has more than 100 columns, the limit of all files. */
static void test_events_fit(void **state)
{
	char *now = generate(et_gen_events);

	(void)state;
	for (char *line = strtok(now, "\n"); line; line = strtok(NULL, "\n")) {
		size_t tabs = strspn(line, "\t");

		if (strlen(line) + 7 * tabs > 100)
			fail_msg("longer than 100 columns:\n%s", line);
	}
	free(now);
}

/*
 * The generated docs/events.md has each event, option, struct, enum, value and field of the schema.
 */
static void test_docs_are_whole(void **state)
{
	char *now = generate(et_gen_docs);

	(void)state;
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	assert_non_null(strstr(now, "\n### " #NAME "\n\n`--" flag "`. " doc "\n"));
#define ET_STRUCT_BEGIN(name, doc) assert_non_null(strstr(now, "\n### " #name "\n\n" doc "\n"));
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) \
	assert_non_null(strstr(now, "\n### " #NAME "\n\n" doc "\n"));
#define ET_ENUM_BEGIN(NAME, name, doc) assert_non_null(strstr(now, "\n### " #name "\n\n" doc "\n"));
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) \
	assert_non_null(strstr(now, "\n| `" #NAME "` | " doc " |\n"));
#define ET_FIELD(owner, KIND, name, doc) assert_non_null(strstr(now, "\n| `" #name "` | "));
#define ET_ENUM(owner, enum_, name, doc) \
	assert_non_null(strstr(now, "\n| `" #name "` | string: [" #enum_ "](#" #enum_ ") | " doc));
#define ET_SUB(owner, type, name, doc) \
	assert_non_null(strstr(now, "\n| `" #name "` | [" #type "](#" #type ") | " doc " |\n"));
#define ET_VAR(owner, NAME, name, doc) assert_non_null(strstr(now, "\n| `" #name "` | "));
#include "lib/wire/schema.def"
	free(now);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_abi),
		cmocka_unit_test(test_docs),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_fit),
		cmocka_unit_test(test_docs_are_whole),
	};

	if (argc != 4) {
		fprintf(stderr, "usage: %s abi.golden events.md eventstrace_events.h\n", argv[0]);
		return 2;
	}
	abi_path = argv[1];
	docs_path = argv[2];
	events_path = argv[3];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
