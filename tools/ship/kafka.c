/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/kafka.h"

#include <errno.h>
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

/* Seconds after which the same trouble is reported again. */
#define AGAIN_S 60

struct ship_kafka {
	struct ship_output output;
	struct ship_destination to;
	rd_kafka_t *client;
	int fd;
	struct ship_output_options options;
	struct ship_output_counts counts;
	struct ship_refusal refusal;
	int failed; /* a negative errno that cannot be repaired; 0: none */
	bool in_trouble;
	time_t trouble_told; /* CLOCK_MONOTONIC, in seconds */
	char error[512];
};

/*
 * Properties that the user may replace come first. The others are those that ship_properties_add()
 * refuses.
 */
static const char *const defaults[][2] = {
	{ "client.id", "eventstrace-ship" },
	{ "compression.codec", "zstd" },
	/* The next broker is asked soon after a leader has ended. */
	{ "reconnect.backoff.max.ms", "2000" },
	{ "topic.metadata.refresh.interval.ms", "60000" },
	/* The certificates of Debian, Fedora or Alpine, where they have them. */
	{ "ssl.ca.location", "probe" },
};

static const char *const required[][2] = {
	{ "enable.idempotence", "true" },
	{ "acks", "all" },
	{ "message.timeout.ms", "0" },
	/* As the Java clients do it, so that consumers of several senders can join by key. */
	{ "partitioner", "murmur2_random" },
	/*
	 * Above all that the sender's window lets wait. With less room, the sender would wait for
	 * it in the middle of a step, in which it does not see a signal.
	 */
	{ "queue.buffering.max.messages", "100000" },
	{ "queue.buffering.max.kbytes", "1048576" },
	/* For on_statistics(). */
	{ "statistics.interval.ms", "1000" },
};

__attribute__((format(printf, 3, 4))) static int fail(struct ship_kafka *kafka, int r,
						      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(kafka->error, sizeof(kafka->error), fmt, args);
	va_end(args);
	return r;
}

/* ---- callbacks, which ship_kafka__poll() runs ---------------------------------------------- */

/* What a user can do about a message that the cluster refuses; NULL: unknown. */
static const char *advice(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
		return "create the topic";
	case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
		return "raise max.message.bytes of the topic";
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
		return "allow this user to write to the topic";
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
		return "allow this user to write to the topic; before Kafka 3.0, also "
		       "IDEMPOTENT_WRITE for the cluster";
	default:
		return NULL;
	}
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *ctx)
{
	struct ship_kafka *kafka = ctx;
	const char *help = advice(message->err);

	(void)client;
	if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		if (kafka->in_trouble)
			ship_log("the cluster stores messages again");
		kafka->in_trouble = false;
		kafka->counts.acknowledged++;
		kafka->options.acknowledged(kafka->options.ctx, message->_private);
		return;
	}
	/* The first failure is the reason. Those of later messages only follow from it. */
	if (kafka->failed)
		return;
	kafka->failed =
		fail(kafka, -EIO, "the topic %s does not take events: %s%s%s", kafka->to.topic,
		     rd_kafka_err2str(message->err), help ? ": " : "", help ? help : "");
}

/* OpenSSL has checked a certificate of a broker. Runs in a thread of librdkafka. */
static int on_certificate(rd_kafka_t *client, const char *broker, int32_t id, int *x509_error,
			  int depth, const char *der, size_t der_size, char *error, size_t size,
			  void *ctx)
{
	struct ship_kafka *kafka = ctx;

	(void)client;
	(void)id;
	(void)depth;
	(void)der;
	(void)der_size;
	return ship_refusal_check(&kafka->refusal, broker, *x509_error, error, size);
}

/* True if a broker has accepted this client since the start. */
static bool was_accepted(rd_kafka_t *client)
{
	/* librdkafka gets the name from the first broker, after TLS and the login. */
	char *cluster = rd_kafka_clusterid(client, 0);

	if (!cluster)
		return false;
	rd_kafka_mem_free(client, cluster);
	return true;
}

/*
 * No broker can be used. If a broker has refused this client, and none has ever accepted it, a
 * setting is wrong, and waiting would hide it. A client that was accepted before waits.
 */
static void on_all_down(struct ship_kafka *kafka, rd_kafka_t *client)
{
	if (!kafka->failed && *kafka->refusal.text && !was_accepted(client))
		kafka->failed =
			fail(kafka, -EIO, "no broker accepts this client: %s", kafka->refusal.text);
}

static void on_fatal_error(struct ship_kafka *kafka, rd_kafka_t *client)
{
	char text[256];
	const char *help = advice(rd_kafka_fatal_error(client, text, sizeof(text)));

	if (!kafka->failed)
		kafka->failed = fail(kafka, -EIO, "the producer cannot continue: %s: %s", text,
				     help ? help : "start eventstrace-ship again");
}

/* Trouble that may pass, such as brokers that do not answer: the client tries again. */
static void on_error(rd_kafka_t *client, int err, const char *reason, void *ctx)
{
	struct ship_kafka *kafka = ctx;
	struct timespec now;

	if (err == RD_KAFKA_RESP_ERR__FATAL) {
		on_fatal_error(kafka, client);
		return;
	}
	if (ship_refusal_explain(&kafka->refusal, err, reason))
		reason = kafka->refusal.text;
	if (err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
		on_all_down(kafka, client);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (kafka->in_trouble && now.tv_sec < kafka->trouble_told + AGAIN_S)
		return;
	kafka->in_trouble = true;
	kafka->trouble_told = now.tv_sec;
	ship_log("%s: events stay in the folder until the cluster takes them", reason);
}

/* librdkafka's log, unless the property "debug" asks for it. on_error() gets the other errors. */
static void drop_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
	(void)client;
	(void)level;
	(void)facility;
	(void)text;
}

/* The sum of all values of a member in a JSON text of librdkafka, which writes no spaces. */
static uint64_t sum_of(const char *json, const char *member)
{
	uint64_t sum = 0;

	while ((json = strstr(json, member))) {
		json += strlen(member);
		sum += strtoull(json, NULL, 10);
	}
	return sum;
}

/* The last value of a member, which for "txmsgs" is that of all topics together. */
static uint64_t last_of(const char *json, const char *member)
{
	const char *last = NULL;

	while ((json = strstr(json, member))) {
		json += strlen(member);
		last = json;
	}
	return last ? strtoull(last, NULL, 10) : 0;
}

/*
 * Counters of the client, which it reports in no other way. Messages that it has transmitted, and
 * that are more than it got, were sent again. The client keeps @json.
 */
static int on_statistics(rd_kafka_t *client, char *json, size_t len, void *ctx)
{
	struct ship_kafka *kafka = ctx;
	const uint64_t transmitted = last_of(json, "\"txmsgs\":");

	(void)client;
	(void)len;
	if (transmitted > kafka->counts.produced + kafka->counts.sent_again)
		kafka->counts.sent_again = transmitted - kafka->counts.produced;
	kafka->counts.failed = sum_of(json, "\"disconnects\":");
	return 0;
}

/* ---- opening ------------------------------------------------------------------------------ */

static int set(rd_kafka_conf_t *conf, const char *name, const char *value, char *error, size_t size)
{
	return rd_kafka_conf_set(conf, name, value, error, size) == RD_KAFKA_CONF_OK ? 0 : -EINVAL;
}

static int configure(struct ship_kafka *kafka, const struct ship_properties *properties,
		     rd_kafka_conf_t *conf, char *error, size_t size)
{
	int r = set(conf, "bootstrap.servers", kafka->to.brokers, error, size);

	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults) && r == 0; i++)
		r = set(conf, defaults[i][0], defaults[i][1], error, size);
	if (r == 0)
		r = ship_properties_apply(properties, conf, error, size);
	for (size_t i = 0; i < sizeof(required) / sizeof(*required) && r == 0; i++)
		r = set(conf, required[i][0], required[i][1], error, size);
	rd_kafka_conf_set_opaque(conf, kafka);
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_stats_cb(conf, on_statistics);
	rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
	if (!ship_properties_has(properties, "debug"))
		rd_kafka_conf_set_log_cb(conf, drop_log);
	return r;
}

/* Make the client signal on kafka->fd that callbacks are due. */
static int open_events(struct ship_kafka *kafka)
{
	static const uint64_t one = 1;
	rd_kafka_queue_t *queue;

	kafka->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (kafka->fd < 0)
		return -errno;
	queue = rd_kafka_queue_get_main(kafka->client);
	rd_kafka_queue_io_event_enable(queue, kafka->fd, &one, sizeof(one));
	rd_kafka_queue_destroy(queue);
	return 0;
}

static const struct ship_output_ops output_ops;

int ship_kafka__open(const struct ship_destination *to, const struct ship_properties *properties,
		     const struct ship_output_options *options, struct ship_kafka **ret,
		     char *error, size_t size)
{
	struct ship_kafka *kafka = calloc(1, sizeof(*kafka));
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	int r;

	if (!kafka) {
		rd_kafka_conf_destroy(conf);
		snprintf(error, size, "no memory");
		return -ENOMEM;
	}
	kafka->to = *to;
	kafka->fd = -1;
	kafka->options = *options;
	kafka->output.ops = &output_ops;
	ship_refusal_init(&kafka->refusal);
	r = configure(kafka, properties, conf, error, size);
	if (r == 0) {
		kafka->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, size);
		/* Without threads or descriptors, another attempt can succeed. */
		if (!kafka->client)
			r = rd_kafka_last_error() == RD_KAFKA_RESP_ERR__INVALID_ARG ? -EINVAL
										    : -EAGAIN;
	}
	if (!kafka->client)
		rd_kafka_conf_destroy(conf);
	if (r == 0) {
		r = open_events(kafka);
		if (r < 0)
			snprintf(error, size, "cannot make an eventfd: %s", strerror(-r));
	}
	if (r < 0) {
		ship_kafka__close(kafka);
		return r;
	}
	*ret = kafka;
	return 0;
}

int ship_kafka__fd(const struct ship_kafka *kafka)
{
	return kafka->fd;
}

/* ---- messages ----------------------------------------------------------------------------- */

static rd_kafka_headers_t *make_headers(const struct ship_header *from)
{
	rd_kafka_headers_t *headers = rd_kafka_headers_new(SHIP_HEADERS_MAX);

	for (size_t i = 0; i < SHIP_HEADERS_MAX && from[i].name; i++)
		rd_kafka_header_add(headers, from[i].name, -1, from[i].value, -1);
	return headers;
}

int ship_kafka__send(struct ship_kafka *kafka, const struct ship_message *message)
{
	rd_kafka_headers_t *headers = make_headers(message->headers);
	rd_kafka_resp_err_t err;

	err = rd_kafka_producev(
		kafka->client, RD_KAFKA_V_TOPIC(kafka->to.topic),
		RD_KAFKA_V_KEY(message->key, strlen(message->key)),
		RD_KAFKA_V_VALUE((void *)(uintptr_t)message->payload, message->size),
		RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(message->cookie),
		RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
	if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		kafka->counts.produced++;
		return 0;
	}
	/* On success the message owns them. */
	rd_kafka_headers_destroy(headers);
	switch (err) {
	case RD_KAFKA_RESP_ERR__QUEUE_FULL:
		return fail(kafka, -EAGAIN, "too many messages wait");
	case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
		return fail(kafka, -EMSGSIZE,
			    "an event of %zu bytes is larger than message.max.bytes: raise it with "
			    "--kafka, and max.message.bytes of the topic",
			    message->size);
	default:
		return fail(kafka, -EIO, "cannot send to the topic %s: %s", kafka->to.topic,
			    rd_kafka_err2str(err));
	}
}

int ship_kafka__poll(struct ship_kafka *kafka)
{
	uint64_t ignored;

	/* Before the callbacks: a callback that becomes due later signals again. */
	while (read(kafka->fd, &ignored, sizeof(ignored)) > 0)
		;
	while (rd_kafka_poll(kafka->client, 0) > 0)
		;
	return kafka->failed;
}

struct ship_output_counts ship_kafka__counts(const struct ship_kafka *kafka)
{
	return kafka->counts;
}

const char *ship_kafka__error(const struct ship_kafka *kafka)
{
	return kafka->error;
}

void ship_kafka__close(struct ship_kafka *kafka)
{
	if (!kafka)
		return;
	if (kafka->client) {
		rd_kafka_purge(kafka->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
		rd_kafka_destroy_flags(kafka->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
	}
	if (kafka->fd >= 0)
		close(kafka->fd);
	ship_refusal_destroy(&kafka->refusal);
	free(kafka);
}

/* ---- the output ---------------------------------------------------------------------------- */

struct ship_output *ship_kafka__output(struct ship_kafka *kafka)
{
	return &kafka->output;
}

static struct ship_kafka *kafka_of(const struct ship_output *output)
{
	return (struct ship_kafka *)(uintptr_t)output; /* its first member */
}

static struct pollfd output_pollfd(const struct ship_output *output)
{
	return (struct pollfd){ .fd = ship_kafka__fd(kafka_of(output)), .events = POLLIN };
}

static int output_timeout_ms(const struct ship_output *output)
{
	(void)output;
	return -1;
}

static int output_send(struct ship_output *output, const struct ship_message *message)
{
	return ship_kafka__send(kafka_of(output), message);
}

static int output_poll(struct ship_output *output)
{
	return ship_kafka__poll(kafka_of(output));
}

static struct ship_output_counts output_counts(const struct ship_output *output)
{
	return ship_kafka__counts(kafka_of(output));
}

static const char *output_error(const struct ship_output *output)
{
	return ship_kafka__error(kafka_of(output));
}

static void output_close(struct ship_output *output)
{
	ship_kafka__close(kafka_of(output));
}

static const struct ship_output_ops output_ops = {
	.pollfd = output_pollfd,
	.timeout_ms = output_timeout_ms,
	.send = output_send,
	.poll = output_poll,
	.counts = output_counts,
	.error = output_error,
	.close = output_close,
};
