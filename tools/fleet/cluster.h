/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cluster of Apache Kafka nodes on the loopback interface, for tests. Each node is broker and
 * controller (KRaft). Topics have three replicas, and a message needs two of them.
 *
 *	struct fleet_cluster *cluster = NULL;
 *
 *	r = fleet_cluster__start(&options, &cluster);
 *	...
 *	r = fleet_cluster__create_topic(cluster, "events", 1);
 *	node = fleet_cluster__leader(cluster, "events", 0);
 *	fleet_cluster__kill_node(cluster, node);
 *	...
 *	fleet_cluster__stop(cluster);
 *
 * Functions return 0 or a negative errno, and print on stderr what failed. The nodes end with the
 * thread that started the cluster, also if it is killed.
 */
#ifndef TOOLS_FLEET_CLUSTER_H
#define TOOLS_FLEET_CLUSTER_H

#include <stdint.h>

#include <rdkafka.h>

#define FLEET_NODES 3

/* What a node listens with. */
enum fleet_listener {
	FLEET_PLAINTEXT,
	FLEET_SASL,        /* SCRAM-SHA-256, without TLS */
	FLEET_TLS,         /* a certificate for 127.0.0.1 */
	FLEET_SASL_TLS,    /* both */
	FLEET_TLS_EXPIRED, /* a certificate that has expired */
	FLEET_LISTENERS,
};

struct fleet_cluster;

struct fleet_options {
	const char *java;   /* folder of the Java runtime */
	const char *jars;   /* folder of Kafka's classes */
	const char *folder; /* an empty folder for the nodes: configurations, logs, data */
};

/**
 * fleet_cluster__start() - start the nodes, and wait until all of them answer
 * @options:	folders; copied
 * @ret:	receives the cluster; the caller ends it with fleet_cluster__stop()
 *
 * Return: 0; -ETIMEDOUT if the nodes do not answer within two minutes; or another negative errno.
 */
int fleet_cluster__start(const struct fleet_options *options, struct fleet_cluster **ret);

/* Addresses of all nodes: "127.0.0.1:20001,127.0.0.1:20002,127.0.0.1:20003". */
const char *fleet_cluster__addresses(const struct fleet_cluster *cluster);

/* The same for another listener. Clients of a listener with SASL must be known: access.h. */
const char *fleet_cluster__addresses_of(const struct fleet_cluster *cluster,
					enum fleet_listener listener);

/* The folder with the certificates: certificates.h. */
const char *fleet_cluster__certificates(const struct fleet_cluster *cluster);

/* A client that may do all, for functions of this folder. The cluster owns it. */
rd_kafka_t *fleet_cluster__client(const struct fleet_cluster *cluster);

/**
 * fleet_cluster__create_topic() - create a topic with three replicas, and wait for its leaders
 * @cluster:	the cluster
 * @topic:	its name
 * @partitions:	their number
 */
int fleet_cluster__create_topic(struct fleet_cluster *cluster, const char *topic, int partitions);

/* The same, with one partition, and the largest size of its messages (max.message.bytes). */
int fleet_cluster__create_topic_limited(struct fleet_cluster *cluster, const char *topic,
					unsigned int bytes);

/* The node that leads a partition, 0 to FLEET_NODES - 1, or a negative errno. */
int fleet_cluster__leader(struct fleet_cluster *cluster, const char *topic, int partition);

/* Bytes of the messages of partition 0 on the disk of one node, or a negative errno. */
int64_t fleet_cluster__stored_bytes(const struct fleet_cluster *cluster, const char *topic);

/* End a node at once (SIGKILL). Its data stay. */
void fleet_cluster__kill_node(struct fleet_cluster *cluster, int node);

/* Start a node that was killed. It answers some seconds later: fleet_cluster__wait(). */
int fleet_cluster__start_node(struct fleet_cluster *cluster, int node);

/* Stop a node's process (SIGSTOP), and let it continue (SIGCONT). */
void fleet_cluster__pause_node(struct fleet_cluster *cluster, int node);
void fleet_cluster__resume_node(struct fleet_cluster *cluster, int node);

/* Wait until all nodes answer, and all replicas of @topic (NULL: no topic) are in sync. */
int fleet_cluster__wait(struct fleet_cluster *cluster, const char *topic);

/* Kill the nodes, delete their data and the folder, and free the cluster. NULL is allowed. */
void fleet_cluster__stop(struct fleet_cluster *cluster);

#endif /* TOOLS_FLEET_CLUSTER_H */
