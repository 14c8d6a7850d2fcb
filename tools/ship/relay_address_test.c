/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tools/ship/relay_address.h"

/* 107 characters. */
#define LONGEST                                               \
	"/23456789012345678901234567890123456789012345678901" \
	"2345678901234567890123456789012345678901234567890123456x"

static void test_valid(void **state)
{
	static const struct {
		const char *text;
		enum ship_relay_kind kind;
		const char *name, *port;
	} cases[] = {
		{ "unix:/run/relay.sock", SHIP_RELAY_UNIX, "/run/relay.sock", "" },
		{ "unix:relative", SHIP_RELAY_UNIX, "relative", "" },
		{ "unix:" LONGEST, SHIP_RELAY_UNIX, LONGEST, "" },
		{ "tcp:localhost:1", SHIP_RELAY_TCP, "localhost", "1" },
		{ "tcp:127.0.0.1:65535", SHIP_RELAY_TCP, "127.0.0.1", "65535" },
		{ "tcp:[::1]:5140", SHIP_RELAY_TCP, "::1", "5140" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ship_relay_address to;
		const char *why = NULL;

		assert_true(ship_relay_address_is(cases[i].text));
		assert_int_equal(ship_relay_address_parse(cases[i].text, &to, &why), 0);
		assert_null(why);
		assert_int_equal(to.kind, cases[i].kind);
		assert_string_equal(to.name, cases[i].name);
		assert_string_equal(to.port, cases[i].port);
		assert_string_equal(to.text, cases[i].text);
	}
}

static void test_invalid(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "unix:", "no path" },
		{ "unix:" LONGEST "y", "107 bytes" },
		{ "tcp:", "no port" },
		{ "tcp:host", "no port" },
		{ "tcp:host:", "no port" },
		{ "tcp:host:0", "no port" },
		{ "tcp:host:65536", "no port" },
		{ "tcp:host:1x", "no port" },
		{ "tcp:host:000001", "no port" },
		{ "tcp::1", "HOST:PORT" },
		{ "tcp:[]:1", "HOST:PORT" },
		{ "tcp:[::1:1", "HOST:PORT" },
		{ "tcp:::1:1", "brackets" },
		{ "tcp://host:1", "HOST:PORT" },
		{ "udp:host:1", "does not begin with" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ship_relay_address to = { .name = "unchanged" };
		const char *why = NULL;

		assert_int_equal(ship_relay_address_parse(cases[i].text, &to, &why), -EINVAL);
		if (!why || !strstr(why, cases[i].why))
			fail_msg("%s: %s", cases[i].text, why ? why : "no reason");
		assert_string_equal(to.name, "unchanged");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
