/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/verify/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "lib/segments/verify.h"
#include "tools/eventstrace/printable.h"

enum {
	WHOLE = 0,
	FAULTY = 1,
	USAGE = 2,
};

static const char help[] =
	"usage: eventstrace-ship verify DIR\n"
	"\n"
	"Verifies the segments that eventstrace --record=DIR/ has written: for each host, boot and\n"
	"session, attempted events must be received plus lost ones. Prints each gap, duplicate and\n"
	"damage, then a line for each session. It works while segments are written and sent.\n"
	"\n"
	"The exit status is 0 if each counted event is there or reported as lost, and otherwise 1.\n";

static void say(FILE *err, const char *path, const char *what)
{
	char safe[512];

	printable(safe, sizeof(safe), path, false);
	fprintf(err, "eventstrace-ship: %s: %s\n", safe, what);
}

static void on_finding(void *ctx, const struct et_finding *finding)
{
	fprintf(ctx, "%s: %s\n", finding->is_fault ? "FAULT" : "note", finding->message);
}

static const char *or_unknown(const char *text)
{
	return *text ? text : "unknown";
}

static void print_session(FILE *out, const struct et_verified *session)
{
	const uint64_t sum = session->received + session->lost;

	fprintf(out,
		"host %s, boot %s, session %s: %" PRIu64 " segments; attempted %" PRIu64
		" %s received %" PRIu64 " + lost %" PRIu64 "; duplicates %" PRIu64
		"; faults %" PRIu64 "\n",
		or_unknown(session->host), or_unknown(session->boot_id),
		or_unknown(session->session), (uint64_t)session->segments,
		(uint64_t)session->attempted, session->attempted == sum ? "=" : "is NOT",
		(uint64_t)session->received, (uint64_t)session->lost, (uint64_t)session->duplicates,
		(uint64_t)session->faults);
}

static int verify_folder(int folder, const char *path, FILE *out, FILE *err)
{
	struct et_verify *verify = NULL;
	struct et_verified session;
	bool balanced = true;
	size_t count = 0;
	int r = et_verify_new(on_finding, out, &verify);

	if (r == 0)
		r = et_verify_folder(verify, folder);
	while (r >= 0 && et_verify_session(verify, count, &session)) {
		print_session(out, &session);
		balanced &= session.attempted == session.received + session.lost;
		count++;
	}
	et_verify_free(verify);
	if (r < 0)
		say(err, path, strerror(-r));
	else if (!count)
		say(err, path, "the folder has no segment that can be read");
	return r == 0 && count && balanced ? WHOLE : FAULTY;
}

int ship_verify_run(int argc, char **argv, FILE *out, FILE *err)
{
	int folder, status;

	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		fputs(help, out);
		return WHOLE;
	}
	if (argc != 2 || argv[1][0] == '-') {
		fputs("eventstrace-ship: verify needs a folder of segments: see eventstrace-ship "
		      "verify --help\n",
		      err);
		return USAGE;
	}
	folder = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		say(err, argv[1], strerror(errno));
		return FAULTY;
	}
	status = verify_folder(folder, argv[1], out, err);
	close(folder);
	return status;
}
