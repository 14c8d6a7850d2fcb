/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Latency of each event: a consumer on this host receives it, and compares its time with the clock.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rdkafka.h>

#include "tools/fleet/topic.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/tracer.h"
#include "tools/ship/bench/arrivals.h"
#include "tools/ship/bench/bench.h"
#include "tools/ship/bench/child.h"
#include "tools/ship/bench/load.h"
#include "tools/ship/bench/samples.h"
#include "tools/ship/bench/spool.h"

#define TOPIC      "latency"
#define PER_SECOND 1000
#define SECONDS    20

/*
 * Events of this time are not measured: connections are made, and the cluster compiles its code.
 */
#define WARM_UP_S 5

/* Nothing comes for so long: all was received. */
#define SILENCE_MS 2000

struct receiver {
	rd_kafka_t *client;
	pthread_t thread;
	atomic_bool stop;
	struct arrivals arrivals;
	int failed; /* a negative errno of the thread; 0: none */
};

static int64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Add the events of a message, lines of JSON. */
static void add_message(struct receiver *receiver, const rd_kafka_message_t *message, int64_t now)
{
	const int64_t sent_ns = rd_kafka_message_timestamp(message, NULL) * 1000000;

	if (strcmp(fleet_message_header(message, "kind"), "events") == 0 && !receiver->failed)
		receiver->failed = arrivals_add(&receiver->arrivals, message->payload, message->len,
						sent_ns, now);
}

static void *receive(void *ctx)
{
	struct receiver *receiver = ctx;
	bool silent = false;

	while (!silent || !receiver->stop) {
		rd_kafka_message_t *message = rd_kafka_consumer_poll(receiver->client, SILENCE_MS);

		silent = !message;
		if (message && !message->err)
			add_message(receiver, message, clock_ns());
		if (message)
			rd_kafka_message_destroy(message);
	}
	return NULL;
}

static int start_receiver(struct receiver *receiver, const struct fleet_cluster *cluster)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_topic_partition_list_t *parts = rd_kafka_topic_partition_list_new(1);
	char why[256] = "no memory";

	rd_kafka_conf_set(conf, "bootstrap.servers", fleet_cluster__addresses(cluster), NULL, 0);
	rd_kafka_conf_set(conf, "group.id", "latency", NULL, 0);
	rd_kafka_conf_set(conf, "enable.auto.commit", "false", NULL, 0);
	receiver->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
	if (!receiver->client) {
		fprintf(stderr, "bench: cannot make a consumer: %s\n", why);
		rd_kafka_conf_destroy(conf);
		rd_kafka_topic_partition_list_destroy(parts);
		return -EIO;
	}
	rd_kafka_poll_set_consumer(receiver->client);
	rd_kafka_topic_partition_list_add(parts, TOPIC, 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
	rd_kafka_assign(receiver->client, parts);
	rd_kafka_topic_partition_list_destroy(parts);
	return -pthread_create(&receiver->thread, NULL, receive, receiver);
}

static void stop_receiver(struct receiver *receiver)
{
	receiver->stop = true;
	pthread_join(receiver->thread, NULL);
	rd_kafka_destroy(receiver->client);
}

static void print_samples(const char *what, struct samples *samples)
{
	printf("%s: p50 %.1f ms, p99 %.1f ms, longest %.1f ms\n", what,
	       (double)samples_percentile(samples, 50) / 1e6,
	       (double)samples_percentile(samples, 99) / 1e6,
	       (double)samples_percentile(samples, 100) / 1e6);
}

/*
 * Print the figures. An event that is lost or missing would be the latest of all, so a latency with
 * losses is no figure. Return: 0 or a negative errno.
 */
static int print_arrivals(struct arrivals *arrivals)
{
	const uint64_t written = (uint64_t)PER_SECOND * SECONDS;

	if (arrivals->lost || arrivals->unreadable || arrivals->received.count != written) {
		fprintf(stderr,
			"bench: the topic has %zu of %" PRIu64 " events, %" PRIu64
			" were lost, and %" PRIu64
			" lines are no events: this is no figure; run again on a calm machine\n",
			arrivals->received.count, written, arrivals->lost, arrivals->unreadable);
		return -ENODATA;
	}
	printf("%zu events, %d a second, after %d s; lost: %" PRIu64 "\n", arrivals->received.count,
	       PER_SECOND, WARM_UP_S, arrivals->lost);
	print_samples("from the event to the producer", &arrivals->produced);
	print_samples("from the event to a consumer", &arrivals->received);
	return 0;
}

/* Record the load into @spool while the sender sends it. */
static int record_and_send(const struct bench *bench, const char *spool, const char *to)
{
	const char *flags[LOAD_FLAGS_MAX + 1], *ship[] = { bench->ship, "send", spool, to, NULL };
	char record[128], output[128];
	const struct tracer_options options = { .flags = flags };
	struct tracer_result result;
	struct tracer *tracer = NULL;
	pid_t sender;
	int r;

	load_flags(flags);
	snprintf(record, sizeof(record), "--record=%s/", spool);
	flags[LOAD_FLAGS_MAX - 1] = record;
	flags[LOAD_FLAGS_MAX] = NULL;
	snprintf(output, sizeof(output), "%s/latency.out", bench->folder);
	r = tracer_start(&options, &tracer);
	if (r < 0)
		return r;
	r = child_start(ship, output, &sender);
	if (r == 0)
		r = load_run(PER_SECOND, WARM_UP_S + SECONDS, output);
	(void)tracer_stop(tracer, SIGINT, &result);
	tracer_result_free(&result);
	if (r == 0) {
		kill(sender, SIGTERM);
		r = child_wait(sender, "eventstrace-ship", output);
	}
	(void)unlink(output);
	return r;
}

int bench_latency(const struct bench *bench)
{
	struct receiver receiver = { .arrivals.skip = (uint64_t)PER_SECOND * WARM_UP_S };
	char spool[96], to[512];
	int r = runfiles_init(1, NULL);

	if (r < 0)
		return r;
	snprintf(spool, sizeof(spool), "%s/latency", bench->folder);
	snprintf(to, sizeof(to), "kafka://%s/" TOPIC, fleet_cluster__addresses(bench->cluster));
	r = fleet_cluster__create_topic(bench->cluster, TOPIC, 1);
	if (r == 0)
		r = spool_make(spool);
	if (r < 0)
		return r;
	r = start_receiver(&receiver, bench->cluster);
	if (r == 0) {
		r = record_and_send(bench, spool, to);
		stop_receiver(&receiver);
	}
	spool_remove(spool);
	if (r == 0)
		r = receiver.failed;
	if (r == 0)
		r = print_arrivals(&receiver.arrivals);
	arrivals_free(&receiver.arrivals);
	return r;
}
