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
#include "tools/ship/isolate.h"
#include "tools/ship/source_options.h"
#include "tools/ship/verify/topic.h"

enum {
	WHOLE = 0,
	FAULTY = 1,
	USAGE = 2,
};

static void print_error(FILE *err, const char *path, const char *what)
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
		print_error(err, path, strerror(-r));
	else if (!count)
		print_error(err, path, "the folder has no segment that can be read");
	return r == 0 && count && balanced ? WHOLE : FAULTY;
}

static int verify_path(const char *path, FILE *out, FILE *err)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), status;

	if (folder < 0) {
		print_error(err, path, strerror(errno));
		return FAULTY;
	}
	status = verify_folder(folder, path, out, err);
	close(folder);
	return status;
}

static int verify_topic(const struct ship_source_options *options, FILE *out, FILE *err)
{
	char error[512];
	int r = ship_isolate();

	if (r < 0) {
		print_error(err, options->from.topic, "OpenSSL cannot be prepared");
		return FAULTY;
	}
	r = ship_verify_topic(&options->from, &options->properties, out, error, sizeof(error));
	if (r >= 0)
		return r ? FAULTY : WHOLE;
	print_error(err, "verify", error);
	return r == -EINVAL ? USAGE : FAULTY;
}

int ship_verify_run(int argc, char **argv, FILE *out, FILE *err)
{
	struct ship_source_options options;
	char error[512];
	int status = WHOLE, r;

	r = ship_source_options_parse(SHIP_VERIFY, argc, argv, &options, error, sizeof(error));
	if (r < 0) {
		print_error(err, "verify", error);
		fputs("eventstrace-ship: see eventstrace-ship verify --help\n", err);
		status = r == -EINVAL ? USAGE : FAULTY;
	} else if (options.help) {
		ship_source_options_help(SHIP_VERIFY, out);
	} else if (options.folder) {
		status = verify_path(options.folder, out, err);
	} else {
		status = verify_topic(&options, out, err);
	}
	ship_source_options_free(&options);
	return status;
}
