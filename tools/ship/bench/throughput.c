/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Throughput from segments on disk to a topic, in rounds: eventstrace-ship, rdkafka_performance of
 * the same librdkafka, and Kafka's ProducerPerformance. All send the same number of messages of the
 * same size, without compression, with acks=all and idempotent. The first two are timed from the
 * start to the end of their process. ProducerPerformance has its own figure, without its start.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/fleet/runfiles.h"
#include "tools/fleet/topic.h"
#include "tools/ship/bench/bench.h"
#include "tools/ship/bench/child.h"
#include "tools/ship/bench/samples.h"
#include "tools/ship/bench/spool.h"

#define ROUNDS         3
#define SEGMENTS       5
#define SEGMENT_EVENTS "20000"

/* The header of a message without a host: as long as those that the sender makes here. */
#define HEADERS                                                                                    \
	"-H", "host=", "-H", "boot_id=", "-H", "session=", "-H", "kind=events", "-H", "segment=1", \
		"-H", "first_seq=12345", "-H", "last_seq=12345", "-H", "count=1", "-H",            \
		"format=json", "-H", "schema_version=4"

struct programs {
	char generate[PATH_MAX], performance[PATH_MAX], java[PATH_MAX], jars[PATH_MAX];
};

struct speed {
	const char *name, *option;              /* of the sender */
	uint64_t messages, bytes;               /* what a topic has after the sender */
	struct samples ship, performance, java; /* bytes a second */
};

static void count_message(void *ctx, const rd_kafka_message_t *message)
{
	struct speed *speed = ctx;

	if (strcmp(fleet_message_header(message, "kind"), "events") != 0)
		return;
	speed->messages++;
	speed->bytes += message->len;
}

static const char *output_of(const struct bench *bench)
{
	static char output[96];

	snprintf(output, sizeof(output), "%s/throughput.out", bench->folder);
	(void)unlink(output);
	return output;
}

static void add_speed(struct samples *samples, const struct speed *speed, double seconds)
{
	(void)samples_add(samples, (int64_t)((double)speed->bytes / seconds));
}

static int run_ship(const struct bench *bench, const char *segment, const char *topic,
		    struct speed *speed, bool warm_up)
{
	char spool[96], to[512];
	const char *argv[] = { bench->ship,   "send", "--once", "--kafka=compression.codec=none",
			       speed->option, spool,  to,       NULL };
	double seconds = 0;
	int r;

	snprintf(spool, sizeof(spool), "%s/throughput", bench->folder);
	snprintf(to, sizeof(to), "kafka://%s/%s", fleet_cluster__addresses(bench->cluster), topic);
	r = spool_make(spool);
	for (unsigned int i = 1; i <= SEGMENTS && r == 0; i++)
		r = spool_copy(spool, segment, i);
	if (r == 0)
		r = child_run(argv, output_of(bench), &seconds);
	spool_remove(spool);
	if (r == 0 && warm_up)
		return fleet_topic_read(fleet_cluster__addresses(bench->cluster), topic,
					count_message, speed);
	if (r == 0)
		add_speed(&speed->ship, speed, seconds);
	return r;
}

static int run_performance(const struct bench *bench, const struct programs *programs,
			   const char *topic, struct speed *speed)
{
	char size[32], count[32];
	const char *argv[] = { programs->performance,
			       "-P",
			       "-t",
			       topic,
			       "-b",
			       fleet_cluster__addresses(bench->cluster),
			       "-k",
			       "h/b",
			       "-s",
			       size,
			       "-c",
			       count,
			       "-a",
			       "-1",
			       "-X",
			       "enable.idempotence=true",
			       "-X",
			       "compression.codec=none",
			       "-X",
			       "partitioner=murmur2_random",
			       HEADERS,
			       NULL };
	const char *output = output_of(bench);
	double seconds = 0, delivered = 0;
	int r;

	snprintf(size, sizeof(size), "%llu", (unsigned long long)(speed->bytes / speed->messages));
	snprintf(count, sizeof(count), "%llu", (unsigned long long)speed->messages);
	/* Two threads count its messages without a lock. With a wrong count, its status is 1. */
	r = child_run_any(argv, output, &seconds);
	if (r == 0)
		r = child_number(output, " delivered", &delivered);
	if (r == 0 && (uint64_t)delivered != speed->messages) {
		fprintf(stderr, "bench: rdkafka_performance has delivered %.0f messages, not %s\n",
			delivered, count);
		r = -EIO;
	}
	if (r == 0)
		add_speed(&speed->performance, speed, seconds);
	return r;
}

static int run_java(const struct bench *bench, const struct programs *programs, const char *topic,
		    struct speed *speed)
{
	char java[PATH_MAX + 16], classes[PATH_MAX + 16], size[32], count[32], servers[160];
	const char *argv[] = { java,
			       "-Xmx256m",
			       "-cp",
			       classes,
			       "org.apache.kafka.tools.ProducerPerformance",
			       "--topic",
			       topic,
			       "--num-records",
			       count,
			       "--record-size",
			       size,
			       "--throughput",
			       "-1",
			       "--producer-props",
			       servers,
			       "acks=all",
			       "enable.idempotence=true",
			       NULL };
	double seconds = 0, rate = 0;
	const char *output = output_of(bench);
	int r;

	snprintf(java, sizeof(java), "%s/bin/java", programs->java);
	snprintf(classes, sizeof(classes), "%s/*", programs->jars);
	snprintf(servers, sizeof(servers), "bootstrap.servers=%s",
		 fleet_cluster__addresses(bench->cluster));
	snprintf(size, sizeof(size), "%llu", (unsigned long long)(speed->bytes / speed->messages));
	snprintf(count, sizeof(count), "%llu", (unsigned long long)speed->messages);
	r = child_run(argv, output, &seconds);
	if (r == 0)
		r = child_number(output, " records/sec", &rate);
	if (r == 0)
		add_speed(&speed->java, speed, (double)speed->messages / rate);
	return r;
}

static double median(struct samples *samples)
{
	return (double)samples_percentile(samples, 50) / 1e6;
}

static void print_speed(struct speed *speed)
{
	const double size = (double)speed->bytes / (double)speed->messages;
	const double ship = median(&speed->ship), other = median(&speed->performance);

	printf("%s: %llu messages of %.0f bytes, median of %d rounds: eventstrace-ship %.1f MB/s, "
	       "rdkafka_performance %.1f MB/s (ratio %.2f), ProducerPerformance %.1f MB/s\n",
	       speed->name, (unsigned long long)speed->messages, size, ROUNDS, ship, other,
	       ship / other, median(&speed->java));
}

/* One way of sending, in rounds. */
static int measure(const struct bench *bench, const struct programs *programs, const char *segment,
		   const char *topic, struct speed *speed)
{
	int r = fleet_cluster__create_topic(bench->cluster, topic, 1);

	/* The nodes compile their code, and the size of a message is known. */
	if (r == 0)
		r = run_ship(bench, segment, topic, speed, true);
	for (int round = 0; round < ROUNDS && r == 0; round++) {
		r = run_ship(bench, segment, topic, speed, false);
		if (r == 0)
			r = run_performance(bench, programs, topic, speed);
		if (r == 0)
			r = run_java(bench, programs, topic, speed);
	}
	if (r == 0)
		print_speed(speed);
	samples_free(&speed->ship);
	samples_free(&speed->performance);
	samples_free(&speed->java);
	return r;
}

int bench_throughput(const struct bench *bench)
{
	struct speed by_event = { .name = "an event a message", .option = "--message=event" };
	struct speed by_batch = { .name = "batches", .option = "--message=batch" };
	struct programs programs;
	const char *argv[] = { programs.generate, "tty", SEGMENT_EVENTS, NULL };
	char segment[96];
	double ignored;
	int r = fleet_runfile("eventstrace/lib/recording/generate", programs.generate);

	if (r == 0)
		r = fleet_runfile("librdkafka/rdkafka_performance", programs.performance);
	if (r == 0)
		r = fleet_runfile("kafka/java", programs.java);
	if (r == 0)
		r = fleet_runfile("kafka/jars", programs.jars);
	snprintf(segment, sizeof(segment), "%s/segment", bench->folder);
	if (r == 0)
		r = child_run(argv, segment, &ignored);
	if (r == 0)
		r = measure(bench, &programs, segment, "events", &by_event);
	if (r == 0)
		r = measure(bench, &programs, segment, "batches", &by_batch);
	unlink(segment);
	unlink(output_of(bench));
	return r;
}
