/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spdx_test DOCUMENT: checks the bill of materials against the program. Its version is that of the
 * library. Each package has the members that SPDX 2.3 requires, and a relationship. Linked packages
 * have the relationship STATIC_LINK.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/include/eventstrace.h"

/* Packages of the build and of the tests have a relationship with the first, the tracer. */
static const char *const subjects[] = { "SPDXRef-eventstrace", "SPDXRef-eventstrace-ship" };
#define SUBJECT_COUNT (sizeof(subjects) / sizeof(*subjects))

static const char *document;

static const char *text(yyjson_val *object, const char *member)
{
	const char *s = yyjson_get_str(yyjson_obj_get(object, member));

	return s ? s : "";
}

static yyjson_doc *read_document(void)
{
	yyjson_doc *doc = yyjson_read_file(document, 0, NULL, NULL);

	assert_non_null(doc);
	return doc;
}

/* The number of relationships in which the package occurs. */
static unsigned int relationships_of(yyjson_val *all, const char *id)
{
	unsigned int n = 0;
	size_t i, max;
	yyjson_val *r;

	yyjson_arr_foreach(all, i, max, r)
	{
		n += strcmp(text(r, "spdxElementId"), id) == 0 ||
		     strcmp(text(r, "relatedSpdxElement"), id) == 0;
	}
	return n;
}

static bool is_id(const char *id)
{
	if (strncmp(id, "SPDXRef-", 8) != 0)
		return false;
	for (id += 8; *id; id++)
		if (!isalnum((unsigned char)*id) && *id != '.' && *id != '-')
			return false;
	return true;
}

static bool is_subject(const char *id)
{
	for (size_t i = 0; i < SUBJECT_COUNT; i++)
		if (strcmp(id, subjects[i]) == 0)
			return true;
	return false;
}

static void test_packages(void **state)
{
	yyjson_doc *doc = read_document();
	yyjson_val *root = yyjson_doc_get_root(doc), *p,
		   *all = yyjson_obj_get(root, "relationships");
	size_t i, max, j, max_other;
	yyjson_val *packages = yyjson_obj_get(root, "packages"), *other;

	(void)state;
	assert_string_equal(text(root, "spdxVersion"), "SPDX-2.3");
	assert_string_equal(text(root, "dataLicense"), "CC0-1.0");
	assert_true(yyjson_arr_size(packages) > 50);
	yyjson_arr_foreach(packages, i, max, p)
	{
		const char *id = text(p, "SPDXID"), *sum;
		unsigned int same = 0;

		assert_true(is_id(id));
		assert_true(*text(p, "name") && *text(p, "versionInfo"));
		assert_string_equal(text(p, "downloadLocation"), "NOASSERTION");
		assert_true(*text(p, "licenseDeclared"));
		yyjson_arr_foreach(packages, j, max_other, other)
		{
			same += strcmp(text(other, "SPDXID"), id) == 0;
		}
		assert_int_equal(same, 1);
		if (is_subject(id))
			continue;
		sum = text(yyjson_arr_get_first(yyjson_obj_get(p, "checksums")), "checksumValue");
		assert_int_equal(strspn(sum, "0123456789abcdef"), 64);
		/* A library has one for each program that contains it. */
		assert_in_range(relationships_of(all, id), 1, SUBJECT_COUNT);
	}
	yyjson_doc_free(doc);
}

/* The program @subject is linked with exactly one package of each of these names. */
static void check_linked(const char *subject, const char *const *linked)
{
	yyjson_doc *doc = read_document();
	yyjson_val *all = yyjson_obj_get(yyjson_doc_get_root(doc), "relationships"), *r;
	size_t i, max, found = 0, links = 0, wanted = 0;

	while (linked[wanted])
		wanted++;
	yyjson_arr_foreach(all, i, max, r)
	{
		const char *to = text(r, "relatedSpdxElement");

		if (strcmp(text(r, "relationshipType"), "STATIC_LINK") != 0)
			continue;
		assert_true(is_subject(text(r, "spdxElementId")));
		if (strcmp(text(r, "spdxElementId"), subject) != 0)
			continue;
		links++;
		for (size_t j = 0; j < wanted; j++)
			found +=
				strncmp(to + strlen("SPDXRef-"), linked[j], strlen(linked[j])) == 0;
	}
	assert_int_equal(found, wanted);
	assert_int_equal(links, wanted);
	yyjson_doc_free(doc);
}

static void test_linked(void **state)
{
	static const char *const tracer[] = { "libbpf",         "elfutils",  "zlib",
					      "zstd",           "libc6-dev", "libgcc-12-dev",
					      "libseccomp-dev", NULL };
	static const char *const ship[] = { "librdkafka", "libssl-dev",    "libmicrohttpd",
					    "yyjson",     "zlib",          "zstd",
					    "libc6-dev",  "libgcc-12-dev", NULL };

	(void)state;
	check_linked(subjects[0], tracer);
	check_linked(subjects[1], ship);
}

static void test_version(void **state)
{
	yyjson_doc *doc = read_document();
	yyjson_val *subject =
		yyjson_arr_get_first(yyjson_obj_get(yyjson_doc_get_root(doc), "packages"));

	(void)state;
	assert_string_equal(text(subject, "versionInfo"), et_version());
	yyjson_doc_free(doc);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packages),
		cmocka_unit_test(test_linked),
		cmocka_unit_test(test_version),
	};

	if (argc != 2)
		return 2;
	document = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
