/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/fleet/temporary.h"
#include "tools/ship/isolate.h"
#include "tools/ship/ship_process.h"

struct fixture fixture;

bool fixture_arguments(int argc, char **argv)
{
	if (argc < 2 || ship_isolate() < 0)
		return false;
	fixture.program = argv[1];
	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
	return true;
}

int fixture_start_cluster(void **state)
{
	(void)state;
	return fleet_temporary__start(getenv("TEST_TMPDIR"), &fixture.cluster);
}

int fixture_stop_cluster(void **state)
{
	(void)state;
	fleet_cluster__stop(fixture.cluster);
	fixture.cluster = NULL;
	return 0;
}

int fixture_set_up(void **state)
{
	(void)state;
	spool_maker_init(&fixture.maker);
	snprintf(fixture.messages, sizeof(fixture.messages), "%s.messages", fixture.maker.folder);
	return 0;
}

int fixture_tear_down(void **state)
{
	(void)state;
	spool_maker_remove(&fixture.maker);
	unlink(fixture.messages);
	return 0;
}

void fixture_create_topic(const char *topic, int partitions)
{
	assert_int_equal(fleet_cluster__create_topic(fixture.cluster, topic, partitions), 0);
}

const char *fixture_address(enum fleet_listener listener, const char *topic)
{
	static char address[512];

	snprintf(address, sizeof(address), "kafka://%s/%s",
		 fleet_cluster__addresses_of(fixture.cluster, listener), topic);
	return address;
}

pid_t fixture_start(const char *const *argv)
{
	const struct ship_process process = { .program = fixture.program,
					      .messages = fixture.messages };

	return ship_process_start_words(&process, argv);
}

pid_t fixture_send_folder(const char *folder, const char *topic, const char *const *options)
{
	const struct ship_process process = {
		.program = fixture.program,
		.options = options,
		.folder = folder,
		.destination = fixture_address(FLEET_PLAINTEXT, topic),
		.messages = fixture.messages,
	};

	return ship_process_start(&process);
}

pid_t fixture_send(const char *topic, const char *const *options)
{
	return fixture_send_folder(fixture.maker.folder, topic, options);
}
