/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/sessions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define SESSIONS 1000

static int find(struct ship_sessions *sessions, unsigned int n, size_t *ret)
{
	char host[16], boot_id[16], session[16];
	const struct ship_received message = { .host = host,
					       .boot_id = boot_id,
					       .session = session };

	/* Each of the three texts differs for some. */
	snprintf(host, sizeof(host), "%u", n % 10);
	snprintf(boot_id, sizeof(boot_id), "%u", n / 10 % 10);
	snprintf(session, sizeof(session), "%u", n / 100);
	return ship_sessions_find(sessions, &message, ret);
}

static void test_numbers(void **state)
{
	struct ship_sessions sessions = { 0 };
	size_t number;

	(void)state;
	for (unsigned int n = 0; n < SESSIONS; n++) {
		assert_int_equal(find(&sessions, n, &number), 1);
		assert_int_equal(number, n);
		assert_int_equal(find(&sessions, n, &number), 0);
		assert_int_equal(number, n);
	}
	for (unsigned int n = SESSIONS; n-- > 0;) {
		assert_int_equal(find(&sessions, n, &number), 0);
		assert_int_equal(number, n);
	}
	assert_int_equal(sessions.count, SESSIONS);
	assert_string_equal(sessions.names[123].host, "3");
	assert_string_equal(sessions.names[123].boot_id, "2");
	assert_string_equal(sessions.names[123].session, "1");
	ship_sessions_free(&sessions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
