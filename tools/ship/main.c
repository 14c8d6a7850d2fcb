/* SPDX-License-Identifier: BSD-2-Clause */
/* eventstrace-ship takes recorded events to other hosts. docs/fleet.md is its manual. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "third_party/notices.h"
#include "tools/ship/log.h"
#include "tools/ship/read/read.h"
#include "tools/ship/send.h"
#include "tools/ship/status.h"
#include "tools/ship/verify/verify.h"

static enum ship_status verify(int argc, char **argv)
{
	return (enum ship_status)ship_verify_run(argc, argv, stdout, stderr);
}

static enum ship_status read_events(int argc, char **argv)
{
	return (enum ship_status)ship_read_run(argc, argv, stdout);
}

static const struct command {
	const char *name;
	enum ship_status (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "send", ship_send, "send the segments of a folder to Apache Kafka or a relay" },
	{ "read", read_events, "print the events of a topic or of a folder of segments" },
	{ "verify", verify, "check that a topic or a folder of segments accounts for every event" },
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

/*
 * Check that all output has reached stdout; a failure is an error like any other. A command that
 * ends with SHIP_OUTPUT has reported it.
 */
static enum ship_status finish_stdout(enum ship_status status)
{
	errno = 0;
	if ((!fflush(stdout) && !ferror(stdout)) || status == SHIP_OUTPUT)
		return status;
	ship_log("cannot write stdout: %s", strerror(errno ? errno : EIO));
	return SHIP_OUTPUT;
}

static enum ship_status help(void)
{
	puts("usage: eventstrace-ship COMMAND [ARGUMENT]...\n\nCommands:");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].help);
	puts("\n\"eventstrace-ship COMMAND --help\" describes a command.\n"
	     "--version prints the version, --licenses the licences of all libraries in it.");
	return finish_stdout(SHIP_OK);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	/* Failed writes return an error. */
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return finish_stdout(commands[i].run(argc - 1, argv + 1));
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return help();
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		printf("eventstrace-ship %d.%d.%d\n", ET_VERSION_MAJOR, ET_VERSION_MINOR,
		       ET_VERSION_PATCH);
		return finish_stdout(SHIP_OK);
	}
	if (strcmp(name, "--licenses") == 0) {
		fputs(third_party_notices, stdout);
		return finish_stdout(SHIP_OK);
	}
	if (*name)
		ship_log("no command is called \"%s\": see eventstrace-ship --help", name);
	else
		ship_log("a command is needed: see eventstrace-ship --help");
	return SHIP_USAGE;
}
