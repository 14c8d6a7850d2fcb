/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/verify/topic.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "tools/eventstrace/printable.h"
#include "tools/ship/consumer.h"
#include "tools/ship/verify/ledger.h"

static void on_finding(void *ctx, const struct ledger_finding *finding)
{
	fprintf(ctx, "%s: %s\n", finding->is_fault ? "FAULT" : "note", finding->message);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Take all messages that a source has now. Return: 0 at its end, -EAGAIN, or another errno. */
static int take_source(struct ledger *ledger, struct ship_consumer *consumer, size_t source)
{
	struct ship_received message;
	int r, r2 = 0;

	while (r2 == 0 && (r = ship_consumer__next(consumer, source, &message)) == 1)
		r2 = ledger_see(ledger, &message);
	if (r2 < 0)
		return r2;
	return r == -ENODATA ? 0 : r;
}

/* Take all messages of the topic. */
static int take_all(struct ledger *ledger, struct ship_consumer *consumer)
{
	const size_t sources = ship_consumer__sources(consumer);
	size_t waiting = sources;

	for (size_t i = 0; i < sources; i++)
		ledger_begin_partition(ledger, (int32_t)i, ship_consumer__first(consumer, i));
	while (waiting) {
		waiting = 0;
		for (size_t i = 0; i < sources; i++) {
			int r = take_source(ledger, consumer, i);

			if (r < 0 && r != -EAGAIN)
				return r;
			waiting += r == -EAGAIN;
		}
		if (waiting)
			ship_consumer__wait(consumer, -1, 1000);
	}
	return 0;
}

static void print_session(FILE *out, const struct ledger_session *session)
{
	char line[512], safe[2048], rejected[48] = "";

	if (session->rejected)
		snprintf(rejected, sizeof(rejected), " + rejected %" PRIu64, session->rejected);
	snprintf(line, sizeof(line),
		 "host %s, boot %s, session %s: attempted %" PRIu64 " %s received %" PRIu64
		 " + lost %" PRIu64 "%s; duplicates %" PRIu64 "; faults %" PRIu64 "; %s",
		 *session->host ? session->host : "unknown",
		 *session->boot_id ? session->boot_id : "unknown",
		 *session->session ? session->session : "unknown", session->attempted,
		 ledger_adds_up(session) ? "=" : "is NOT", session->received, session->lost,
		 rejected, session->duplicates, session->faults,
		 session->ended ? "ended" : "not ended");
	printable(safe, sizeof(safe), line, false);
	fprintf(out, "%s\n", safe);
}

/* Print all sessions. Return: false if one does not add up, or there is none. */
static bool print_sessions(FILE *out, const struct ledger *ledger)
{
	struct ledger_session session;
	bool whole = true;
	size_t count = 0;

	for (; ledger_session(ledger, count, &session); count++) {
		print_session(out, &session);
		whole &= ledger_adds_up(&session);
	}
	return whole && count;
}

int ship_verify_topic(const struct ship_destination *from, const struct ship_properties *properties,
		      FILE *out, char *error, size_t size)
{
	const struct ship_consumer_options options = {
		.from = from,
		.properties = properties,
		.stop_fd = -1,
	};
	struct ship_consumer *consumer = NULL;
	struct ledger *ledger = NULL;
	int r = ledger_new(on_finding, out, &ledger);

	if (r < 0) {
		snprintf(error, size, "no memory");
		return r;
	}
	r = ship_consumer__open(&options, &consumer, error, size);
	if (r == 0) {
		r = take_all(ledger, consumer);
		if (r == 0)
			r = ledger_finish(ledger, now_ms());
		if (r < 0)
			snprintf(error, size, "%s",
				 r == -ENOMEM ? "no memory" : ship_consumer__error(consumer));
	}
	if (r >= 0) {
		if (!print_sessions(out, ledger))
			r = 1;
		r = r > 0;
	}
	ship_consumer__close(consumer);
	ledger_free(ledger);
	return r;
}
