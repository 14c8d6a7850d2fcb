/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <rdkafka.h>

#include "tools/ship/properties.h"

static char error[512];

static void check_value(const struct ship_properties *properties, const char *name,
			const char *value)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char found[256];
	size_t size = sizeof(found);

	assert_int_equal(ship_properties_apply(properties, conf, error, sizeof(error)), 0);
	assert_int_equal(rd_kafka_conf_get(conf, name, found, &size), RD_KAFKA_CONF_OK);
	assert_string_equal(found, value);
	rd_kafka_conf_destroy(conf);
}

static void test_add(void **state)
{
	struct ship_properties properties = { 0 };

	(void)state;
	assert_int_equal(ship_properties_add(&properties, "client.id=a=b", error, sizeof(error)),
			 0);
	check_value(&properties, "client.id", "a=b");
	assert_int_equal(
		ship_properties_add(&properties, "  client.id  =  c d", error, sizeof(error)), 0);
	check_value(&properties, "client.id", "c d");
	assert_true(ship_properties_has(&properties, "client.id"));
	assert_false(ship_properties_has(&properties, "client"));
	ship_properties_free(&properties);
}

static void test_refused(void **state)
{
	static const char *const lines[] = {
		"acks=1",
		"enable.idempotence=false",
		"message.timeout.ms=5000",
		" partitioner = random",
		"bootstrap.servers=a",
		"transactional.id=x",
		"queue.buffering.max.messages=1",
		"queue.buffering.max.kbytes=1",
		"statistics.interval.ms=0",
	};
	struct ship_properties properties = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		assert_int_equal(ship_properties_add(&properties, lines[i], error, sizeof(error)),
				 -EINVAL);
		assert_non_null(strstr(error, "cannot be changed"));
	}
	assert_int_equal(ship_properties_add(&properties, "no value", error, sizeof(error)),
			 -EINVAL);
	assert_int_equal(ship_properties_add(&properties, "=x", error, sizeof(error)), -EINVAL);
	assert_int_equal(properties.count, 0);
	ship_properties_free(&properties);
}

static void test_unknown(void **state)
{
	struct ship_properties properties = { 0 };
	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	(void)state;
	assert_int_equal(ship_properties_add(&properties, "no.such=1", error, sizeof(error)), 0);
	assert_int_equal(ship_properties_apply(&properties, conf, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "no.such"));
	rd_kafka_conf_destroy(conf);
	ship_properties_free(&properties);
}

/* No message has the value of a property, which can be a password in a wrong line. */
static void test_values_are_not_printed(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "security.protocol=hunter2",
		  "the value of the property security.protocol is not valid" },
		{ "socket.timeout.ms=hunter2",
		  "the value of the property socket.timeout.ms is not valid" },
		{ "socket.timeout.ms=999999",
		  "the value of the property socket.timeout.ms is not valid: see the properties of "
		  "librdkafka" },
		{ "debug=hunter2", "the value of the property debug is not valid" },
		{ "ssl.key.pasword=hunter2",
		  "there is no property ssl.key.pasword: check its name" },
		{ "sasl.oauthbearer.method=hunter2",
		  "eventstrace-ship is built without the property sasl.oauthbearer.method" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ship_properties properties = { 0 };
		rd_kafka_conf_t *conf = rd_kafka_conf_new();

		*error = '\0';
		assert_int_equal(
			ship_properties_add(&properties, cases[i].line, error, sizeof(error)), 0);
		if (ship_properties_apply(&properties, conf, error, sizeof(error)) != -EINVAL)
			fail_msg("%s is accepted", cases[i].line);
		if (!strstr(error, cases[i].message))
			fail_msg("\"%s\" is not in \"%s\"", cases[i].message, error);
		if (strstr(error, "hunter2") || strstr(error, "9999"))
			fail_msg("the value is in \"%s\"", error);
		rd_kafka_conf_destroy(conf);
		ship_properties_free(&properties);
	}
}

static void write_file(char *path, size_t size, const char *text)
{
	const char *tmp = getenv("TEST_TMPDIR");
	FILE *f;

	snprintf(path, size, "%s/properties", tmp ? tmp : "/tmp");
	f = fopen(path, "we");
	if (!f) {
		fail_msg("cannot write %s", path);
		return;
	}
	fputs(text, f);
	fclose(f);
}

static void test_file(void **state)
{
	struct ship_properties properties = { 0 };
	char path[512];

	(void)state;
	write_file(path, sizeof(path),
		   "# a comment\n\n  client.id = from a file\r\n\t# another\n"
		   "sasl.username=u");
	assert_int_equal(ship_properties_read(&properties, path, error, sizeof(error)), 0);
	assert_int_equal(properties.count, 2);
	check_value(&properties, "client.id", "from a file");
	check_value(&properties, "sasl.username", "u");
	unlink(path);
	assert_int_equal(ship_properties_read(&properties, path, error, sizeof(error)), -ENOENT);
	assert_non_null(strstr(error, path));
	write_file(path, sizeof(path), "client.id=a\nacks=0\n");
	assert_int_equal(ship_properties_read(&properties, path, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "line 2"));
	unlink(path);
	ship_properties_free(&properties);
}

/* A line that is not valid can have a password, and messages get into a journal. */
static void test_secret(void **state)
{
	static const char *const texts[] = { "sasl.password: secret\n", " =secret\n" };
	struct ship_properties properties = { 0 };
	char path[512];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		write_file(path, sizeof(path), texts[i]);
		assert_int_equal(ship_properties_read(&properties, path, error, sizeof(error)),
				 -EINVAL);
		assert_null(strstr(error, "secret"));
		assert_non_null(strstr(error, "line 1: "));
		assert_non_null(strstr(error, i ? "has no name: write PROPERTY=VALUE"
						: "has no =: write PROPERTY=VALUE"));
		unlink(path);
	}
	ship_properties_free(&properties);
}

static void test_environment(void **state)
{
	struct ship_properties properties = { 0 };

	(void)state;
	setenv("EVENTSTRACE_KAFKA_SASL_PASSWORD", "secret_A=1", 1);
	assert_int_equal(ship_properties_from_environment(&properties, error, sizeof(error)), 0);
	check_value(&properties, "sasl.password", "secret_A=1");
	setenv("EVENTSTRACE_KAFKA_ACKS", "0", 1);
	assert_int_equal(ship_properties_from_environment(&properties, error, sizeof(error)),
			 -EINVAL);
	unsetenv("EVENTSTRACE_KAFKA_SASL_PASSWORD");
	unsetenv("EVENTSTRACE_KAFKA_ACKS");
	ship_properties_free(&properties);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_values_are_not_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
