/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the notices of the libraries that are linked into the program:
 *
 *	notices_test PROGRAM THIRD-PARTY-NOTICES SPDX.JSON LINKED-REPOSITORIES
 *
 * PROGRAM --licenses must print the file. The file must name each package that is linked according
 * to the bill of materials, and each external repository whose library the build links.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/include/eventstrace.h"

static const char *program, *name, *spdx, *repositories;
static char *notices;

static char *read_all(FILE *f)
{
	char *text = NULL;
	size_t size = 0;

	if (!f)
		fail_msg("a file or a program cannot be opened");
	assert_true(getdelim(&text, &size, '\0', f) > 0);
	return text;
}

static char *read_path(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = read_all(f);

	fclose(f);
	return text;
}

/*
 * Return: the two lines for the package in the introduction: its purpose and its licence. The
 * caller frees them.
 */
static char *entry_of(const char *package)
{
	char start[128], *entry;
	size_t first;

	snprintf(start, sizeof(start), "\n  %s", package);
	entry = strstr(notices, start);
	if (!entry)
		fail_msg("the notices do not name %s", package);
	entry++;
	first = strcspn(entry, "\n") + 1;
	return strndup(entry, first + strcspn(entry + first, "\n"));
}

static void test_option_prints_file(void **state)
{
	char command[4096], *printed;
	FILE *f;

	(void)state;
	snprintf(command, sizeof(command), "'%s' --licenses", program);
	f = popen(command, "re"); /* NOLINT(cert-env33-c) */
	printed = read_all(f);
	assert_int_equal(pclose(f), 0);
	assert_string_equal(printed, notices);
	free(printed);
}

static void test_version(void **state)
{
	char start[64];

	(void)state;
	snprintf(start, sizeof(start), "%s %s: ", name, et_version());
	assert_memory_equal(notices, start, strlen(start));
}

/* Each linked package has an entry with its version, and a section with its copyright notices. */
static void test_bill_of_materials(void **state)
{
	yyjson_doc *doc = yyjson_read_file(spdx, 0, NULL, NULL);
	yyjson_val *root = yyjson_doc_get_root(doc), *relation, *package;
	size_t i, j, max, packages, found = 0;
	char subject[64];

	(void)state;
	assert_non_null(doc);
	snprintf(subject, sizeof(subject), "SPDXRef-%s", name);
	yyjson_arr_foreach(yyjson_obj_get(root, "relationships"), i, max, relation)
	{
		yyjson_val *id = yyjson_obj_get(relation, "relatedSpdxElement");

		if (!yyjson_equals_str(yyjson_obj_get(relation, "relationshipType"),
				       "STATIC_LINK") ||
		    !yyjson_equals_str(yyjson_obj_get(relation, "spdxElementId"), subject))
			continue;
		yyjson_arr_foreach(yyjson_obj_get(root, "packages"), j, packages, package)
		{
			char entry[256], section[300], *at;

			if (!yyjson_equals(yyjson_obj_get(package, "SPDXID"), id))
				continue;
			snprintf(entry, sizeof(entry),
				 "%s %s: ", yyjson_get_str(yyjson_obj_get(package, "name")),
				 yyjson_get_str(yyjson_obj_get(package, "versionInfo")));
			free(entry_of(entry));
			snprintf(section, sizeof(section), "=\n%s", entry);
			at = strstr(notices, section);
			if (!at || !strcasestr(at, "copyright") || !strstr(at, "\n====="))
				fail_msg("%s has no section", entry);
			found++;
		}
	}
	assert_true(found >= 6);
	yyjson_doc_free(doc);
}

static void test_linked_repositories(void **state)
{
	char *text = read_path(repositories), *rest = NULL;
	unsigned int found = 0;

	(void)state;
	for (char *linked = strtok_r(text, "\n", &rest); linked;
	     linked = strtok_r(NULL, "\n", &rest)) {
		/* The repository of OpenSSL has another name than its package. */
		free(entry_of(strcmp(linked, "openssl") == 0 ? "libssl-dev" : linked));
		found++;
	}
	/* libbpf, elfutils, zlib, libseccomp; librdkafka, openssl, zlib, zstd. */
	assert_true(found >= 4);
	free(text);
}

/* The file contains each licence text that an entry names. */
static void test_texts(void **state)
{
	static const struct {
		const char *program, *section, *words;
	} texts[] = {
		{ NULL, "\nText of LGPL-2.1\n",
		  "You must cause the whole of the work to be licensed" },
		{ "eventstrace", "\nText of LGPL-3.0\n",
		  "Convey the Minimal Corresponding Source" },
		{ NULL, "\nText of GPL-2.0\n", "GNU GENERAL PUBLIC LICENSE" },
		{ NULL, "\nText of GPL-3.0\n", "Installation Information" },
		{ NULL, "\nlibgcc-12-dev ", "GCC RUNTIME LIBRARY EXCEPTION" },
		{ "eventstrace", "\nlibbpf ", "Redistributions in binary form must reproduce" },
		{ "eventstrace", "\nelfutils ", "Red Hat, Inc." },
		{ "eventstrace-ship", "\nText of Apache-2.0\n", "Grant of Patent License" },
		{ "eventstrace-ship", "\nlibrdkafka ", "LZ4" },
		{ "eventstrace-ship", "\nlibssl-dev ", "The OpenSSL Project Authors" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		const char *at = strstr(notices, texts[i].section), *rule;

		if (texts[i].program && strcmp(texts[i].program, name) != 0)
			continue;
		if (!at)
			fail_msg("there is no section%s", texts[i].section);
		at = strstr(at, "=====");
		assert_non_null(at);
		rule = strstr(at, texts[i].words);
		if (!rule)
			fail_msg("the section%slacks: %s", texts[i].section, texts[i].words);
	}
}

/* The tracer uses libelf under the LGPL: under the GPL, the whole binary would be a GPL work. */
static void test_chosen(void **state)
{
	char *libelf;

	(void)state;
	if (strcmp(name, "eventstrace") != 0)
		return;
	libelf = entry_of("elfutils");
	assert_non_null(strstr(libelf, "    LGPL-3.0-or-later ("));
	assert_non_null(strstr(libelf, "text: LGPL-3.0, GPL-3.0"));
	free(libelf);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_option_prints_file),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_bill_of_materials),
		cmocka_unit_test(test_linked_repositories),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_chosen),
	};

	if (argc != 5)
		return 2;
	program = argv[1];
	name = strrchr(program, '/') ? strrchr(program, '/') + 1 : program;
	notices = read_path(argv[2]);
	spdx = argv[3];
	repositories = argv[4];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
