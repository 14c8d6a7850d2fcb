/* SPDX-License-Identifier: BSD-2-Clause */
/* CPU time for an event, in rounds: --output=FILE alone, then recorder and sender. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/livetest/runfiles.h"
#include "tools/ship/bench/bench.h"
#include "tools/ship/bench/child.h"
#include "tools/ship/bench/load.h"
#include "tools/ship/bench/samples.h"
#include "tools/ship/bench/spool.h"

#define TOPIC   "cost"
#define ROUNDS  3
#define SECONDS 3

/* The longest start of the tracer. */
#define READY_MS 20000

/* After the load: the sender sends the last events. */
#define SETTLE_US 300000

static const unsigned int rates[] = { 1000, 10000 };

/* What a round costs: CPU time in ns for an event. */
struct costs {
	struct samples file, recorder, sender;
};

/* Run the load. Add what the programs take meanwhile; @sender 0: there is none. */
static int measure(struct samples *of_tracer, struct samples *of_sender, pid_t tracer, pid_t sender,
		   unsigned int rate, const char *messages)
{
	const double events = (double)rate * SECONDS;
	double tracer_s, sender_s = 0;
	/* Connections are made, and the first pages are touched. */
	int r = load_run(rate, 1, messages);

	usleep(SETTLE_US);
	tracer_s = child_cpu_s(tracer);
	if (sender)
		sender_s = child_cpu_s(sender);
	if (r == 0)
		r = load_run(rate, SECONDS, messages);
	usleep(SETTLE_US);
	(void)samples_add(of_tracer, (int64_t)((child_cpu_s(tracer) - tracer_s) * 1e9 / events));
	if (sender)
		(void)samples_add(of_sender,
				  (int64_t)((child_cpu_s(sender) - sender_s) * 1e9 / events));
	return r;
}

/*
 * Start the tracer with @output, and wait until it is ready: its first line, of -i, is then in the
 * file @first.
 */
static int start_tracer(const char *output, const char *first, const char *messages, pid_t *ret)
{
	const char *argv[LOAD_FLAGS_MAX + 4] = { runfiles_tool(), "-i", output };
	struct stat st;
	int r;

	load_flags(argv + 3);
	r = child_start(argv, messages, ret);
	for (int i = 0; i < READY_MS / 10 && r == 0; i++) {
		if (stat(first, &st) == 0 && st.st_size > 0)
			return 0;
		usleep(10000);
	}
	if (r < 0)
		return r;
	kill(*ret, SIGKILL);
	(void)child_wait(*ret, "eventstrace", messages);
	return -ETIMEDOUT;
}

/* One turn of the tracer with @output; with the sender, if @ship is its command line. */
static int run_once(const char *output, const char *first, const char *const *ship,
		    const char *messages, struct samples *of_tracer, struct samples *of_sender,
		    unsigned int rate)
{
	pid_t tracer, sender = 0;
	int r, ended;

	(void)unlink(messages);
	r = start_tracer(output, first, messages, &tracer);
	if (r < 0)
		return r;
	if (ship)
		r = child_start(ship, messages, &sender);
	if (r == 0)
		r = measure(of_tracer, of_sender, tracer, sender, rate, messages);
	kill(tracer, SIGINT);
	ended = child_wait(tracer, "eventstrace", messages);
	if (r == 0)
		r = ended;
	if (sender) {
		kill(sender, SIGTERM);
		ended = child_wait(sender, "eventstrace-ship", messages);
		if (r == 0)
			r = ended;
	}
	return r;
}

static int run_round(const struct bench *bench, struct costs *costs, unsigned int rate)
{
	char spool[96], file[96], messages[96], output[128], record[128], to[512];
	const char *ship[] = { bench->ship, "send", spool, to, NULL };
	int r;

	snprintf(spool, sizeof(spool), "%s/cost", bench->folder);
	snprintf(file, sizeof(file), "%s/cost.json", bench->folder);
	snprintf(messages, sizeof(messages), "%s/cost.out", bench->folder);
	snprintf(output, sizeof(output), "--output=%s", file);
	snprintf(record, sizeof(record), "--record=%s/", spool);
	snprintf(to, sizeof(to), "kafka://%s/" TOPIC, fleet_cluster__addresses(bench->cluster));
	r = spool_make(spool);
	if (r == 0)
		r = run_once(output, file, NULL, messages, &costs->file, NULL, rate);
	if (r == 0)
		r = run_once(record, messages, ship, messages, &costs->recorder, &costs->sender,
			     rate);
	unlink(file);
	unlink(messages);
	spool_remove(spool);
	return r;
}

int bench_cost(const struct bench *bench)
{
	int r = runfiles_init(1, NULL);

	if (r == 0)
		r = fleet_cluster__create_topic(bench->cluster, TOPIC, 1);
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates) && r == 0; i++) {
		struct costs costs = { 0 };

		for (int round = 0; round < ROUNDS && r == 0; round++)
			r = run_round(bench, &costs, rates[i]);
		if (r == 0)
			printf("%u events a second, CPU time for an event, median of %d rounds: "
			       "--output=FILE %.1f us; --record=DIR/ %.1f us, send %.1f us\n",
			       rates[i], ROUNDS, (double)samples_percentile(&costs.file, 50) / 1e3,
			       (double)samples_percentile(&costs.recorder, 50) / 1e3,
			       (double)samples_percentile(&costs.sender, 50) / 1e3);
		samples_free(&costs.file);
		samples_free(&costs.recorder);
		samples_free(&costs.sender);
	}
	return r;
}
