/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests: one cluster for a group of tests, and for each test a spool and a file of messages.
 *
 *	int main(int argc, char **argv)
 *	{
 *		const struct CMUnitTest tests[] = {
 *			cmocka_unit_test_setup_teardown(test_password, fixture_set_up,
 *							fixture_tear_down),
 *		};
 *
 *		if (!fixture_arguments(argc, argv))
 *			return 2;
 *		return cmocka_run_group_tests(tests, fixture_start_cluster, fixture_stop_cluster);
 *	}
 */
#ifndef TOOLS_SHIP_FIXTURE_H
#define TOOLS_SHIP_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tools/fleet/cluster.h"
#include "tools/ship/spool_maker.h"

struct fixture {
	const char *program;           /* eventstrace-ship */
	struct fleet_cluster *cluster; /* of the group */
	struct spool_maker maker;      /* its folder is the spool of the test */
	char messages[512];            /* the file that programs append their output to */
};

extern struct fixture fixture;

/*
 * Read the arguments PROGRAM [FILTER], and prepare OpenSSL. FILTER selects tests by their names.
 * Return: false if the arguments are not valid.
 */
bool fixture_arguments(int argc, char **argv);

/* Of a group: start the cluster, and stop it. */
int fixture_start_cluster(void **state);
int fixture_stop_cluster(void **state);

/* Of a test: make an empty spool, and remove it. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/* Make a topic; the test fails if it cannot be made. */
void fixture_create_topic(const char *topic, int partitions);

/* kafka://ADDRESSES/TOPIC for a listener, valid until the next call. */
const char *fixture_address(enum fleet_listener listener, const char *topic);

/* Start eventstrace-ship with the words @argv, which end with NULL. Return: its PID. */
pid_t fixture_start(const char *const *argv);

/* Start "eventstrace-ship send @options SPOOL kafka://.../TOPIC". @options ends with NULL. */
pid_t fixture_send(const char *topic, const char *const *options);

/* The same for another folder than the spool. */
pid_t fixture_send_folder(const char *folder, const char *topic, const char *const *options);

#endif /* TOOLS_SHIP_FIXTURE_H */
