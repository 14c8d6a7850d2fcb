/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/fleet/cluster.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <rdkafka.h>

#include "tools/fleet/certificates.h"
#include "tools/fleet/node.h"
#include "tools/fleet/ports.h"

/* The longest wait for the nodes: a machine with two busy CPUs starts them in 20 s. */
#define WAIT_S 120

/* The longest wait for one answer. */
#define ANSWER_MS 5000

#define REPLICAS 3

struct fleet_cluster {
	struct fleet_node nodes[FLEET_NODES];
	char java[512], jars[512];
	char folder[256];
	char certificates[320];
	char addresses[FLEET_LISTENERS][128];
	rd_kafka_t *client; /* asks the nodes about themselves, and makes topics */
};

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

/* The client's log: while nodes are down, it has a line for each failed connection. */
static void drop_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
	(void)client;
	(void)level;
	(void)facility;
	(void)text;
}

static int open_client(struct fleet_cluster *cluster)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char why[256];

	rd_kafka_conf_set_log_cb(conf, drop_log);
	if (rd_kafka_conf_set(conf, "bootstrap.servers", cluster->addresses[FLEET_PLAINTEXT], why,
			      sizeof(why)) == RD_KAFKA_CONF_OK &&
	    rd_kafka_conf_set(conf, "reconnect.backoff.max.ms", "500", why, sizeof(why)) ==
		    RD_KAFKA_CONF_OK)
		cluster->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
	if (cluster->client)
		return 0;
	rd_kafka_conf_destroy(conf);
	fprintf(stderr, "fleet: cannot make a Kafka client: %s\n", why);
	return -EINVAL;
}

/*
 * Ask the cluster about a topic, or about its nodes alone. Return: NULL if no node answers now. The
 * caller frees the answer with rd_kafka_metadata_destroy().
 */
static const struct rd_kafka_metadata *ask(struct fleet_cluster *cluster, const char *topic)
{
	rd_kafka_topic_t *handle = topic ? rd_kafka_topic_new(cluster->client, topic, NULL) : NULL;
	const struct rd_kafka_metadata *answer = NULL;

	if (rd_kafka_metadata(cluster->client, 0, handle, &answer, ANSWER_MS) !=
	    RD_KAFKA_RESP_ERR_NO_ERROR)
		answer = NULL;
	if (handle)
		rd_kafka_topic_destroy(handle);
	return answer;
}

/* True if all replicas of each partition are in sync, and the partition has a leader. */
static bool is_in_sync(const struct rd_kafka_metadata *answer)
{
	for (int i = 0; i < answer->topic_cnt; i++) {
		const struct rd_kafka_metadata_topic *topic = &answer->topics[i];

		if (topic->err || !topic->partition_cnt)
			return false;
		for (int j = 0; j < topic->partition_cnt; j++)
			if (topic->partitions[j].leader < 0 ||
			    topic->partitions[j].isr_cnt < REPLICAS)
				return false;
	}
	return true;
}

/* The first node that ended without fleet_node__kill(), or -1. Such a node could not start. */
static int find_ended(const struct fleet_cluster *cluster)
{
	for (int i = 0; i < FLEET_NODES; i++) {
		siginfo_t info = { 0 };

		if (cluster->nodes[i].pid &&
		    waitid(P_PID, (id_t)cluster->nodes[i].pid, &info,
			   WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    info.si_pid)
			return i;
	}
	return -1;
}

int fleet_cluster__wait(struct fleet_cluster *cluster, const char *topic)
{
	const double end = now_s() + WAIT_S;

	while (now_s() < end) {
		const struct rd_kafka_metadata *answer = ask(cluster, topic);
		const bool done = answer && answer->broker_cnt == FLEET_NODES &&
				  (!topic || is_in_sync(answer));
		const int ended = find_ended(cluster);

		if (answer)
			rd_kafka_metadata_destroy(answer);
		if (done)
			return 0;
		if (ended >= 0) {
			fprintf(stderr, "fleet: a Kafka node has ended: see %s/node.log\n",
				cluster->nodes[ended].folder);
			return -ECHILD;
		}
		pause_ms(100);
	}
	fprintf(stderr, "fleet: the Kafka nodes do not answer within %d s: see %s/node.log\n",
		WAIT_S, cluster->nodes[0].folder);
	return -ETIMEDOUT;
}

/* Print the addresses of all nodes' listeners. */
static void print_addresses(struct fleet_cluster *cluster)
{
	for (int listener = 0; listener < FLEET_LISTENERS; listener++) {
		char *ret = cluster->addresses[listener];
		size_t len = 0;

		for (int i = 0; i < FLEET_NODES; i++)
			len += (size_t)snprintf(ret + len, sizeof(*cluster->addresses) - len,
						"%s127.0.0.1:%d", i ? "," : "",
						cluster->nodes[i].ports[listener]);
	}
}

/* Make the folder of the certificates, and the certificates. */
static int prepare_certificates(struct fleet_cluster *cluster, const char *folder)
{
	snprintf(cluster->certificates, sizeof(cluster->certificates), "%s/certificates", folder);
	if (mkdir(cluster->certificates, 0700) < 0) {
		int r = -errno;

		fprintf(stderr, "fleet: cannot make the folder %s: %s\n", cluster->certificates,
			strerror(-r));
		return r;
	}
	return fleet_certificates(cluster->certificates);
}

/* Choose ports and folders, and write the nodes' files. */
static int prepare(struct fleet_cluster *cluster, const char *folder)
{
	unsigned short ports[FLEET_NODES * (FLEET_LISTENERS + 1)], *port = ports;
	const int count = sizeof(ports) / sizeof(*ports);
	char id[FLEET_UUID_SIZE];
	int r = fleet_ports(ports, count);

	if (r < 0) {
		fprintf(stderr, "fleet: %d TCP ports of 127.0.0.1 are needed, and not free\n",
			count);
		return r;
	}
	for (int i = 0; i < FLEET_NODES; i++) {
		struct fleet_node *node = &cluster->nodes[i];

		for (int listener = 0; listener < FLEET_LISTENERS; listener++)
			node->ports[listener] = *port++;
		node->controller_port = *port++;
		snprintf(node->folder, sizeof(node->folder), "%s/node%d", folder, i + 1);
	}
	print_addresses(cluster);
	r = prepare_certificates(cluster, folder);
	if (r == 0)
		r = fleet_uuid(id);
	for (int i = 0; i < FLEET_NODES && r == 0; i++)
		r = fleet_node__prepare(cluster->nodes, i, id, cluster->certificates);
	return r;
}

int fleet_cluster__start(const struct fleet_options *options, struct fleet_cluster **ret)
{
	struct fleet_cluster *cluster = calloc(1, sizeof(*cluster));
	int r;

	if (!cluster)
		return -ENOMEM;
	snprintf(cluster->java, sizeof(cluster->java), "%s", options->java);
	snprintf(cluster->jars, sizeof(cluster->jars), "%s", options->jars);
	snprintf(cluster->folder, sizeof(cluster->folder), "%s", options->folder);
	r = prepare(cluster, options->folder);
	for (int i = 0; i < FLEET_NODES && r == 0; i++)
		r = fleet_cluster__start_node(cluster, i);
	if (r == 0)
		r = open_client(cluster);
	if (r == 0)
		r = fleet_cluster__wait(cluster, NULL);
	if (r < 0) {
		/* The folders stay: node.log has the reason. */
		for (int i = 0; i < FLEET_NODES; i++)
			fleet_node__kill(&cluster->nodes[i]);
		if (cluster->client)
			rd_kafka_destroy(cluster->client);
		free(cluster);
		return r;
	}
	*ret = cluster;
	return 0;
}

const char *fleet_cluster__addresses(const struct fleet_cluster *cluster)
{
	return fleet_cluster__addresses_of(cluster, FLEET_PLAINTEXT);
}

const char *fleet_cluster__addresses_of(const struct fleet_cluster *cluster,
					enum fleet_listener listener)
{
	return cluster->addresses[listener];
}

const char *fleet_cluster__certificates(const struct fleet_cluster *cluster)
{
	return cluster->certificates;
}

rd_kafka_t *fleet_cluster__client(const struct fleet_cluster *cluster)
{
	return cluster->client;
}

/* Take the answer to the request for a new topic. */
static int check_created(rd_kafka_event_t *event, const char *topic)
{
	const rd_kafka_CreateTopics_result_t *result = rd_kafka_event_CreateTopics_result(event);
	size_t count = 0;
	const rd_kafka_topic_result_t **topics =
		result ? rd_kafka_CreateTopics_result_topics(result, &count) : NULL;

	if (!event)
		fprintf(stderr, "fleet: no answer about the new topic %s\n", topic);
	else if (rd_kafka_event_error(event))
		fprintf(stderr, "fleet: cannot make the topic %s: %s\n", topic,
			rd_kafka_event_error_string(event));
	else if (count != 1 || rd_kafka_topic_result_error(topics[0]))
		fprintf(stderr, "fleet: cannot make the topic %s: %s\n", topic,
			count ? rd_kafka_topic_result_error_string(topics[0]) : "no result");
	else
		return 0;
	return -EIO;
}

/* @max_bytes: max.message.bytes of the topic; NULL: that of the nodes */
static int create_topic(struct fleet_cluster *cluster, const char *topic, int partitions,
			const char *max_bytes)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(cluster->client);
	rd_kafka_NewTopic_t *wanted;
	rd_kafka_event_t *event;
	char why[256];
	int r;

	wanted = rd_kafka_NewTopic_new(topic, partitions, REPLICAS, why, sizeof(why));
	if (!wanted) {
		fprintf(stderr, "fleet: cannot make the topic %s: %s\n", topic, why);
		rd_kafka_queue_destroy(queue);
		return -EINVAL;
	}
	if (max_bytes)
		rd_kafka_NewTopic_set_config(wanted, "max.message.bytes", max_bytes);
	rd_kafka_CreateTopics(cluster->client, &wanted, 1, NULL, queue);
	event = rd_kafka_queue_poll(queue, WAIT_S * 1000);
	r = check_created(event, topic);
	rd_kafka_event_destroy(event);
	rd_kafka_NewTopic_destroy(wanted);
	rd_kafka_queue_destroy(queue);
	return r < 0 ? r : fleet_cluster__wait(cluster, topic);
}

int fleet_cluster__create_topic(struct fleet_cluster *cluster, const char *topic, int partitions)
{
	return create_topic(cluster, topic, partitions, NULL);
}

int fleet_cluster__create_topic_limited(struct fleet_cluster *cluster, const char *topic,
					unsigned int bytes)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", bytes);
	return create_topic(cluster, topic, 1, text);
}

int fleet_cluster__leader(struct fleet_cluster *cluster, const char *topic, int partition)
{
	const struct rd_kafka_metadata *answer = ask(cluster, topic);
	int leader = -1;

	if (!answer)
		return -ETIMEDOUT;
	if (answer->topic_cnt == 1 && partition < answer->topics[0].partition_cnt)
		leader = answer->topics[0].partitions[partition].leader;
	rd_kafka_metadata_destroy(answer);
	/* The ids of the nodes begin at 1. */
	return leader < 1 ? -EAGAIN : leader - 1;
}

int64_t fleet_cluster__stored_bytes(const struct fleet_cluster *cluster, const char *topic)
{
	char path[600], file[900];
	const struct dirent *entry;
	struct stat st;
	int64_t sum = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/data/%s-0", cluster->nodes[0].folder, topic);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		const size_t len = strlen(entry->d_name);

		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (len > 4 && strcmp(entry->d_name + len - 4, ".log") == 0 && stat(file, &st) == 0)
			sum += st.st_size;
	}
	closedir(dir);
	return sum;
}

void fleet_cluster__kill_node(struct fleet_cluster *cluster, int node)
{
	fleet_node__kill(&cluster->nodes[node]);
}

int fleet_cluster__start_node(struct fleet_cluster *cluster, int node)
{
	return fleet_node__start(&cluster->nodes[node], cluster->java, cluster->jars);
}

void fleet_cluster__pause_node(struct fleet_cluster *cluster, int node)
{
	if (cluster->nodes[node].pid)
		kill(cluster->nodes[node].pid, SIGSTOP);
}

void fleet_cluster__resume_node(struct fleet_cluster *cluster, int node)
{
	if (cluster->nodes[node].pid)
		kill(cluster->nodes[node].pid, SIGCONT);
}

static int delete_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void delete_folder(const char *path)
{
	(void)nftw(path, delete_one, 16, FTW_DEPTH | FTW_PHYS);
}

void fleet_cluster__stop(struct fleet_cluster *cluster)
{
	if (!cluster)
		return;
	rd_kafka_destroy(cluster->client);
	for (int i = 0; i < FLEET_NODES; i++) {
		fleet_node__kill(&cluster->nodes[i]);
		delete_folder(cluster->nodes[i].folder);
	}
	delete_folder(cluster->certificates);
	(void)rmdir(cluster->folder);
	free(cluster);
}
