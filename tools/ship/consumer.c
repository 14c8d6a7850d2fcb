/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/consumer.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <rdkafka.h>

#include "tools/ship/log.h"
#include "tools/ship/refusal.h"

/* Longest wait for an answer of the cluster about the topic. */
#define ANSWER_MS 60000

/*
 * The wait has steps: errors and stop_fd are looked at between them. The first is short, so that a
 * signal ends the command soon. Each next one is longer, for a cluster that answers late.
 */
#define STEP_MIN_MS 250
#define STEP_MAX_MS 4000
#define SERVED_MS   100

/* Seconds after which the same trouble is reported again. */
#define AGAIN_S 60

struct source {
	rd_kafka_queue_t *queue; /* of the partition; NULL in a group */
	int64_t first;           /* offset of the first message that is read */
	int64_t end;             /* offset after the last one, when the consumer was opened */
	bool started;
	bool at_end;
};

struct ship_consumer {
	char topic[250];
	rd_kafka_t *client;
	rd_kafka_topic_t *handle;
	rd_kafka_queue_t *group_queue;
	struct source *sources;
	size_t count;
	bool in_group, follow;
	bool *eof; /* in a group: partitions that have nothing more now */
	size_t eof_room;
	/* as in ship_consumer_options */
	void (*revoked)(void *ctx, const int32_t *partitions, size_t count, bool is_lost);
	void *ctx;
	rd_kafka_message_t *message; /* that the caller has */
	int fd;
	int step_ms;             /* longest wait of the present question to the cluster */
	time_t trouble_reported; /* CLOCK_MONOTONIC, in seconds; 0: never */
	struct ship_refusal refusal;
	bool refused; /* all brokers have refused this client, before one has answered */
	char error[512];
};

/* Properties that the user may replace. */
static const char *const defaults[][2] = {
	{ "client.id", "eventstrace-ship" },
	{ "reconnect.backoff.max.ms", "2000" },
	{ "ssl.ca.location", "probe" },
	/* Bounds the memory of each partition whose messages wait. */
	{ "queued.max.messages.kbytes", "4096" },
	{ "fetch.wait.max.ms", "100" },
};

static const char *const required[][2] = {
	/* The caller stores the position: ship_consumer__commit(). */
	{ "enable.auto.commit", "false" },
	{ "enable.auto.offset.store", "false" },
	{ "enable.partition.eof", "true" },
};

__attribute__((format(printf, 3, 4))) static int fail(struct ship_consumer *consumer, int r,
						      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(consumer->error, sizeof(consumer->error), fmt, args);
	va_end(args);
	return r;
}

/* ---- callbacks ----------------------------------------------------------------------------- */

/* OpenSSL has checked a certificate of a broker. Runs in a thread of librdkafka. */
static int on_certificate(rd_kafka_t *client, const char *broker, int32_t id, int *x509_error,
			  int depth, const char *der, size_t der_size, char *error, size_t size,
			  void *ctx)
{
	struct ship_consumer *consumer = ctx;

	(void)client;
	(void)id;
	(void)depth;
	(void)der;
	(void)der_size;
	return ship_refusal_check(&consumer->refusal, broker, *x509_error, error, size);
}

/* Tell the user about trouble that may pass, at most once in AGAIN_S. */
static void report(struct ship_consumer *consumer, const char *reason)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (consumer->trouble_reported && now.tv_sec < consumer->trouble_reported + AGAIN_S)
		return;
	consumer->trouble_reported = now.tv_sec;
	ship_log("%s: trying again", reason);
}

/*
 * Trouble that may pass, such as brokers that do not answer: the client continues. If all brokers
 * have refused this client, and none has ever answered, a setting is wrong.
 */
static void on_error(rd_kafka_t *client, int err, const char *reason, void *ctx)
{
	struct ship_consumer *consumer = ctx;

	(void)client;
	if (ship_refusal_explain(&consumer->refusal, err, reason))
		reason = consumer->refusal.text;
	if (err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && *consumer->refusal.text &&
	    !consumer->count)
		consumer->refused = true;
	report(consumer, reason);
}

/* Tell the caller that partitions are revoked, and forget them. */
static void give_back(struct ship_consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
	int32_t *partitions = calloc((size_t)list->cnt + 1, sizeof(*partitions));

	for (int i = 0; i < list->cnt; i++) {
		const int32_t partition = list->elems[i].partition;

		if ((size_t)partition < consumer->eof_room)
			consumer->eof[partition] = false;
		if (partitions)
			partitions[i] = partition;
	}
	/* Without memory, events can be printed twice. */
	if (partitions && consumer->revoked && list->cnt)
		consumer->revoked(consumer->ctx, partitions, (size_t)list->cnt,
				  rd_kafka_assignment_lost(consumer->client));
	free(partitions);
}

/*
 * The cluster divides the partitions among the members of the group again. Runs in
 * rd_kafka_consumer_poll() and rd_kafka_consumer_close().
 */
static void on_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t err,
			 rd_kafka_topic_partition_list_t *list, void *ctx)
{
	const bool is_cooperative = strcmp(rd_kafka_rebalance_protocol(client), "COOPERATIVE") == 0;
	const bool is_assigned = err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
	rd_kafka_error_t *error = NULL;

	if (!is_assigned)
		give_back(ctx, list);
	if (is_cooperative)
		error = is_assigned ? rd_kafka_incremental_assign(client, list)
				    : rd_kafka_incremental_unassign(client, list);
	else
		err = rd_kafka_assign(client, is_assigned ? list : NULL);
	if (error)
		report(ctx, rd_kafka_error_string(error));
	else if (!is_cooperative && err)
		report(ctx, rd_kafka_err2str(err));
	rd_kafka_error_destroy(error);
}

/* librdkafka's log, unless the property "debug" asks for it. on_error() gets the other errors. */
static void drop_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
	(void)client;
	(void)level;
	(void)facility;
	(void)text;
}

/* ---- opening ------------------------------------------------------------------------------ */

static int set(rd_kafka_conf_t *conf, const char *name, const char *value, char *error, size_t size)
{
	return rd_kafka_conf_set(conf, name, value, error, size) == RD_KAFKA_CONF_OK ? 0 : -EINVAL;
}

static int configure(struct ship_consumer *consumer, const struct ship_consumer_options *options,
		     rd_kafka_conf_t *conf, char *error, size_t size)
{
	int r = set(conf, "bootstrap.servers", options->from->brokers, error, size);

	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults) && r == 0; i++)
		r = set(conf, defaults[i][0], defaults[i][1], error, size);
	if (r == 0)
		r = ship_properties_apply(options->properties, conf, error, size);
	for (size_t i = 0; i < sizeof(required) / sizeof(*required) && r == 0; i++)
		r = set(conf, required[i][0], required[i][1], error, size);
	if (r == 0 && options->group)
		r = set(conf, "group.id", options->group, error, size);
	if (r == 0)
		r = set(conf, "auto.offset.reset",
			options->start == SHIP_FROM_END ? "latest" : "earliest", error, size);
	rd_kafka_conf_set_opaque(conf, consumer);
	rd_kafka_conf_set_error_cb(conf, on_error);
	if (options->group)
		rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
	rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
	if (!ship_properties_has(options->properties, "debug"))
		rd_kafka_conf_set_log_cb(conf, drop_log);
	return r;
}

/* Make the client signal on the eventfd that a queue has something. */
static void signal_queue(struct ship_consumer *consumer, rd_kafka_queue_t *queue)
{
	static const uint64_t one = 1;

	rd_kafka_queue_io_event_enable(queue, consumer->fd, &one, sizeof(one));
}

/* What a user can do about an error of the cluster; "": unknown. */
static const char *advice(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
		return ": check its name, or create it";
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
		return ": allow this user to read the topic";
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
		return ": no node of the cluster answers";
	case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
		return ": the cluster elects no leader: check its nodes";
	default:
		return "";
	}
}

/* @partition: the one that was asked for; -1: the whole topic */
static int no_answer(struct ship_consumer *consumer, int32_t partition, rd_kafka_resp_err_t err)
{
	char of[32] = "";

	if (partition >= 0)
		snprintf(of, sizeof(of), "partition %d of ", partition);
	return fail(consumer, -EIO, "cannot read %sthe topic %s: %s%s", of, consumer->topic,
		    rd_kafka_err2str(err), advice(err));
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool is_stopped(int stop_fd)
{
	struct pollfd fd = { .fd = stop_fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

/*
 * True if a later answer can differ. Perhaps no node answers yet, the cluster elects a leader, or
 * the node does not know the new leader. Kafka's protocol calls these errors retriable.
 */
static bool may_pass(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
	case RD_KAFKA_RESP_ERR__RETRY:
	case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
	case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
	case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
	case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
	case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
	case RD_KAFKA_RESP_ERR_LISTENER_NOT_FOUND:
	case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED:
		return true;
	default:
		return false;
	}
}

/*
 * The same for an answer about a partition. The topic has this partition: a node that denies it
 * does not know its new replica yet.
 */
static bool may_pass_for(int32_t partition, rd_kafka_resp_err_t err)
{
	return may_pass(err) || (partition >= 0 && err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

/* Asks the cluster, and waits for its answer, at most consumer->step_ms. */
typedef rd_kafka_resp_err_t ask_fn(struct ship_consumer *consumer, int32_t partition, void *ctx);

/*
 * Ask the cluster until it answers. Between the steps, callbacks run: they report that the brokers
 * refuse this client. @partition: to ask for; -1: the whole topic. Return: 0, -EIO, or -ECANCELED
 * when @stop_fd polls readable.
 */
static int ask_until(struct ship_consumer *consumer, int32_t partition, int stop_fd, ask_fn *ask,
		     void *ctx)
{
	const int64_t end_ms = now_ms() + ANSWER_MS;
	rd_kafka_resp_err_t err;

	consumer->step_ms = STEP_MIN_MS;
	do {
		err = ask(consumer, partition, ctx);
		if (consumer->step_ms < STEP_MAX_MS)
			consumer->step_ms *= 2;
		if (!err)
			return 0;
		while (!consumer->refused && rd_kafka_poll(consumer->client, SERVED_MS) > 0)
			;
		if (is_stopped(stop_fd))
			return fail(consumer, -ECANCELED, "stopped by a signal");
	} while (!consumer->refused && now_ms() < end_ms && may_pass_for(partition, err));
	if (*consumer->refusal.text)
		return fail(consumer, -EIO, "no broker accepts this client: %s",
			    consumer->refusal.text);
	return no_answer(consumer, partition, err);
}

/* @ctx: receives the number of partitions, an int */
static rd_kafka_resp_err_t ask_topic(struct ship_consumer *consumer, int32_t partition, void *ctx)
{
	const struct rd_kafka_metadata *answer = NULL;
	int *ret = ctx;
	rd_kafka_resp_err_t err;

	(void)partition;
	err = rd_kafka_metadata(consumer->client, 0, consumer->handle, &answer, consumer->step_ms);
	if (err)
		return err;
	if (answer->topic_cnt == 1) {
		err = answer->topics[0].err;
		*ret = answer->topics[0].partition_cnt;
	}
	rd_kafka_metadata_destroy(answer);
	return err;
}

/* Get the number of partitions. Return: it, -EIO or -ECANCELED. */
static int count_partitions(struct ship_consumer *consumer, int stop_fd)
{
	int count = 0, r = ask_until(consumer, -1, stop_fd, ask_topic, &count);

	if (r < 0)
		return r;
	return count ? count : no_answer(consumer, -1, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

static rd_kafka_resp_err_t ask_ends(struct ship_consumer *consumer, int32_t partition, void *ctx)
{
	struct source *source = &consumer->sources[partition];

	(void)ctx;
	return rd_kafka_query_watermark_offsets(consumer->client, consumer->topic, partition,
						&source->first, &source->end, consumer->step_ms);
}

/* Find where the partitions begin and end now. Return: as ask_until(). */
static int find_ends(struct ship_consumer *consumer, int stop_fd)
{
	int r = 0;

	for (size_t i = 0; i < consumer->count && r == 0; i++)
		r = ask_until(consumer, (int32_t)i, stop_fd, ask_ends, NULL);
	return r;
}

/* @ctx: a time in ms, an int64_t. The source begins at its first message since then. */
static rd_kafka_resp_err_t ask_time(struct ship_consumer *consumer, int32_t partition, void *ctx)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	struct source *source = &consumer->sources[partition];
	const int64_t *since_ms = ctx;
	rd_kafka_topic_partition_t *answer;
	rd_kafka_resp_err_t err;

	/* The offset is a time, and becomes the answer. */
	answer = rd_kafka_topic_partition_list_add(list, consumer->topic, partition);
	answer->offset = *since_ms;
	err = rd_kafka_offsets_for_times(consumer->client, list, consumer->step_ms);
	/* The answer can have an error of its own. Its offset is then still the time. */
	if (!err)
		err = answer->err;
	/* Below 0: there is no such message. */
	if (!err)
		source->first = answer->offset < 0 ? source->end : answer->offset;
	rd_kafka_topic_partition_list_destroy(list);
	return err;
}

/*
 * Begin each partition at its first message that was sent at @since_ms or later. Each is asked for
 * alone: librdkafka drops all answers if one partition has an error. Return: as ask_until().
 */
static int find_time(struct ship_consumer *consumer, int64_t since_ms, int stop_fd)
{
	int r = 0;

	for (size_t i = 0; i < consumer->count && r == 0; i++)
		r = ask_until(consumer, (int32_t)i, stop_fd, ask_time, &since_ms);
	return r;
}

static int start_partitions(struct ship_consumer *consumer,
			    const struct ship_consumer_options *options)
{
	int r = find_ends(consumer, options->stop_fd);

	if (r == 0 && options->start == SHIP_FROM_TIME)
		r = find_time(consumer, options->since_ms, options->stop_fd);
	for (size_t i = 0; i < consumer->count && r == 0; i++) {
		struct source *source = &consumer->sources[i];

		if (options->start == SHIP_FROM_END)
			source->first = source->end;
		source->at_end = !options->follow && source->first >= source->end;
		if (source->at_end)
			continue;
		source->queue = rd_kafka_queue_new(consumer->client);
		signal_queue(consumer, source->queue);
		if (rd_kafka_consume_start_queue(consumer->handle, (int32_t)i, source->first,
						 source->queue) < 0)
			return no_answer(consumer, (int32_t)i, rd_kafka_last_error());
		source->started = true;
	}
	return r;
}

static int join_group(struct ship_consumer *consumer)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t err;

	rd_kafka_topic_partition_list_add(list, consumer->topic, RD_KAFKA_PARTITION_UA);
	rd_kafka_poll_set_consumer(consumer->client);
	err = rd_kafka_subscribe(consumer->client, list);
	rd_kafka_topic_partition_list_destroy(list);
	if (err)
		return no_answer(consumer, -1, err);
	consumer->group_queue = rd_kafka_queue_get_consumer(consumer->client);
	signal_queue(consumer, consumer->group_queue);
	return 0;
}

static int open_topic(struct ship_consumer *consumer, const struct ship_consumer_options *options)
{
	rd_kafka_queue_t *queue;
	int partitions;

	consumer->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (consumer->fd < 0)
		return fail(consumer, -errno, "cannot make an eventfd: %s", strerror(errno));
	queue = rd_kafka_queue_get_main(consumer->client);
	signal_queue(consumer, queue);
	rd_kafka_queue_destroy(queue);
	consumer->handle = rd_kafka_topic_new(consumer->client, consumer->topic, NULL);
	if (!consumer->handle)
		return no_answer(consumer, -1, rd_kafka_last_error());
	partitions = count_partitions(consumer, options->stop_fd);
	if (partitions < 0)
		return partitions;
	consumer->count = options->group ? 1 : (size_t)partitions;
	consumer->sources = calloc(consumer->count, sizeof(*consumer->sources));
	consumer->eof_room = (size_t)partitions;
	consumer->eof = calloc(consumer->eof_room, sizeof(*consumer->eof));
	if (!consumer->sources || !consumer->eof)
		return fail(consumer, -ENOMEM, "no memory");
	return options->group ? join_group(consumer) : start_partitions(consumer, options);
}

int ship_consumer__open(const struct ship_consumer_options *options, struct ship_consumer **ret,
			char *error, size_t size)
{
	struct ship_consumer *consumer = calloc(1, sizeof(*consumer));
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	int r;

	if (!consumer) {
		rd_kafka_conf_destroy(conf);
		snprintf(error, size, "no memory");
		return -ENOMEM;
	}
	memcpy(consumer->topic, options->from->topic, sizeof(consumer->topic));
	consumer->fd = -1;
	ship_refusal_init(&consumer->refusal);
	consumer->in_group = options->group;
	consumer->follow = options->follow;
	consumer->revoked = options->revoked;
	consumer->ctx = options->ctx;
	r = configure(consumer, options, conf, error, size);
	if (r == 0) {
		consumer->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, size);
		r = consumer->client ? 0 : -EINVAL;
	}
	if (!consumer->client)
		rd_kafka_conf_destroy(conf);
	if (r == 0) {
		r = open_topic(consumer, options);
		if (r < 0)
			snprintf(error, size, "%s", consumer->error);
	}
	if (r < 0) {
		ship_consumer__close(consumer);
		return r;
	}
	*ret = consumer;
	return 0;
}

size_t ship_consumer__sources(const struct ship_consumer *consumer)
{
	return consumer->count;
}

int64_t ship_consumer__first(const struct ship_consumer *consumer, size_t source)
{
	return consumer->sources[source].first;
}

/* ---- messages ------------------------------------------------------------------------------ */

/* Return: the header's text, to which librdkafka has added a terminating 0; "" if there is none. */
static const char *header(const rd_kafka_headers_t *headers, const char *name)
{
	const void *value = NULL;
	size_t size;

	if (!headers || rd_kafka_header_get_last(headers, name, &value, &size) || !value)
		return "";
	return value;
}

static void take_message(struct ship_consumer *consumer, rd_kafka_message_t *message,
			 struct ship_received *ret)
{
	rd_kafka_headers_t *headers = NULL;
	rd_kafka_timestamp_type_t type;

	consumer->message = message;
	if (rd_kafka_message_headers(message, &headers))
		headers = NULL;
	*ret = (struct ship_received){
		.host = header(headers, "host"),
		.boot_id = header(headers, "boot_id"),
		.session = header(headers, "session"),
		.kind = header(headers, "kind"),
		.format = header(headers, "format"),
		.segment = strtoull(header(headers, "segment"), NULL, 10),
		.payload = message->payload ? message->payload : "",
		.size = message->len,
		.partition = message->partition,
		.offset = message->offset,
		.time_ms = rd_kafka_message_timestamp(message, &type),
	};
}

/* True if no partition of this member of the group has more messages now. */
static bool is_group_at_end(const struct ship_consumer *consumer)
{
	rd_kafka_topic_partition_list_t *list = NULL;
	bool at_end;

	if (rd_kafka_assignment(consumer->client, &list) || !list)
		return false;
	at_end = list->cnt > 0;
	for (int i = 0; i < list->cnt && at_end; i++) {
		const size_t partition = (size_t)list->elems[i].partition;

		at_end = partition < consumer->eof_room && consumer->eof[partition];
	}
	rd_kafka_topic_partition_list_destroy(list);
	return at_end;
}

static void note_eof(struct ship_consumer *consumer, struct source *source, int32_t partition,
		     bool eof)
{
	if ((size_t)partition < consumer->eof_room)
		consumer->eof[partition] = eof;
	if (eof && !consumer->follow)
		source->at_end = !consumer->in_group || is_group_at_end(consumer);
}

static rd_kafka_message_t *poll_source(struct ship_consumer *consumer, const struct source *source)
{
	if (consumer->in_group)
		return rd_kafka_consumer_poll(consumer->client, 0);
	return rd_kafka_consume_queue(source->queue, 0);
}

/* An error in place of a message. Return: 0 if it may pass, else -EIO. */
static int take_error(struct ship_consumer *consumer, const rd_kafka_message_t *message)
{
	switch (message->err) {
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
	case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR__FATAL:
		return no_answer(consumer, -1, message->err);
	default:
		on_error(consumer->client, message->err, rd_kafka_message_errstr(message),
			 consumer);
		return 0;
	}
}

int ship_consumer__next(struct ship_consumer *consumer, size_t number, struct ship_received *ret)
{
	struct source *source = &consumer->sources[number];
	rd_kafka_message_t *message;
	int r = 0;

	if (consumer->message)
		rd_kafka_message_destroy(consumer->message);
	consumer->message = NULL;
	while (r == 0 && !source->at_end) {
		message = poll_source(consumer, source);
		if (!message)
			return -EAGAIN;
		if (!message->err) {
			note_eof(consumer, source, message->partition, false);
			if (!consumer->in_group && !consumer->follow)
				source->at_end = message->offset + 1 >= source->end;
			take_message(consumer, message, ret);
			return 1;
		}
		if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
			note_eof(consumer, source, message->partition, true);
		else
			r = take_error(consumer, message);
		rd_kafka_message_destroy(message);
	}
	return r < 0 ? r : -ENODATA;
}

bool ship_consumer__is_idle(const struct ship_consumer *consumer, size_t source)
{
	if (consumer->in_group)
		return is_group_at_end(consumer);
	return consumer->eof[source];
}

int ship_consumer__wait(struct ship_consumer *consumer, int stop_fd, int timeout_ms)
{
	struct pollfd fds[] = {
		{ .fd = stop_fd, .events = POLLIN },
		{ .fd = consumer->fd, .events = POLLIN },
	};
	uint64_t ignored;

	(void)poll(fds, 2, timeout_ms);
	/* Before the queues are looked at: what comes later signals again. */
	while (read(consumer->fd, &ignored, sizeof(ignored)) > 0)
		;
	if (!consumer->in_group)
		while (rd_kafka_poll(consumer->client, 0) > 0)
			;
	return fds[0].revents ? -ECANCELED : 0;
}

int ship_consumer__commit(struct ship_consumer *consumer, int32_t partition, int64_t next,
			  bool is_last)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t err;

	rd_kafka_topic_partition_list_add(list, consumer->topic, partition)->offset = next;
	err = rd_kafka_commit(consumer->client, list, 0);
	rd_kafka_topic_partition_list_destroy(list);
	if (!err)
		return 0;
	fail(consumer, -EIO, "cannot store the position of the group: %s", rd_kafka_err2str(err));
	/* While the cluster divides the partitions, it stores no position. */
	if (!is_last && err != RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS &&
	    err != RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
		report(consumer, consumer->error);
	return -EIO;
}

const char *ship_consumer__error(const struct ship_consumer *consumer)
{
	return consumer->error;
}

void ship_consumer__close(struct ship_consumer *consumer)
{
	if (!consumer)
		return;
	if (consumer->message)
		rd_kafka_message_destroy(consumer->message);
	for (size_t i = 0; i < consumer->count && consumer->sources; i++) {
		struct source *source = &consumer->sources[i];

		if (source->started)
			rd_kafka_consume_stop(consumer->handle, (int32_t)i);
		if (source->queue)
			rd_kafka_queue_destroy(source->queue);
	}
	if (consumer->group_queue) {
		rd_kafka_queue_destroy(consumer->group_queue);
		rd_kafka_consumer_close(consumer->client);
	}
	if (consumer->handle)
		rd_kafka_topic_destroy(consumer->handle);
	if (consumer->client)
		rd_kafka_destroy(consumer->client);
	if (consumer->fd >= 0)
		close(consumer->fd);
	ship_refusal_destroy(&consumer->refusal);
	free(consumer->sources);
	free(consumer->eof);
	free(consumer);
}
