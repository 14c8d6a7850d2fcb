/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/fleet/access.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rdkafka.h>

#define ANSWER_MS 60000

/* Kafka's smallest number: a login takes no longer than needed. */
#define SCRAM_ITERATIONS 4096

/* Wait for the answer to a request. Return: the answer, or NULL with a message on stderr. */
static rd_kafka_event_t *wait_for_answer(rd_kafka_queue_t *queue, const char *what)
{
	rd_kafka_event_t *answer = rd_kafka_queue_poll(queue, ANSWER_MS);

	if (answer && !rd_kafka_event_error(answer))
		return answer;
	fprintf(stderr, "fleet: cannot %s: %s\n", what,
		answer ? rd_kafka_event_error_string(answer) : "no answer");
	rd_kafka_event_destroy(answer);
	return NULL;
}

/* The outcome of the only part of a request. Some requests have an error whose code is "none". */
static int check_part(const rd_kafka_error_t *error, const char *what)
{
	if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_NO_ERROR)
		return 0;
	fprintf(stderr, "fleet: cannot %s: %s\n", what, rd_kafka_error_string(error));
	return -EIO;
}

static int check_user(rd_kafka_event_t *answer)
{
	const rd_kafka_AlterUserScramCredentials_result_t *result =
		rd_kafka_event_AlterUserScramCredentials_result(answer);
	const rd_kafka_AlterUserScramCredentials_result_response_t **parts;
	size_t count = 0;

	parts = rd_kafka_AlterUserScramCredentials_result_responses(result, &count);
	return count == 1 ? check_part(rd_kafka_AlterUserScramCredentials_result_response_error(
					       parts[0]),
				       "add a user")
			  : -EIO;
}

int fleet_access__add_user(struct fleet_cluster *cluster, const char *user, const char *password)
{
	rd_kafka_t *client = fleet_cluster__client(cluster);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
	rd_kafka_UserScramCredentialAlteration_t *wanted;
	rd_kafka_event_t *answer;
	int r;

	wanted = rd_kafka_UserScramCredentialUpsertion_new(
		user, RD_KAFKA_SCRAM_MECHANISM_SHA_256, SCRAM_ITERATIONS,
		(const unsigned char *)password, strlen(password), NULL, 0);
	rd_kafka_AlterUserScramCredentials(client, &wanted, 1, NULL, queue);
	answer = wait_for_answer(queue, "add a user");
	r = answer ? check_user(answer) : -EIO;
	rd_kafka_event_destroy(answer);
	rd_kafka_UserScramCredentialAlteration_destroy(wanted);
	rd_kafka_queue_destroy(queue);
	return r;
}

static int check_rule(rd_kafka_event_t *answer)
{
	size_t count = 0;
	const rd_kafka_acl_result_t **parts =
		rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(answer), &count);

	return count == 1 ? check_part(rd_kafka_acl_result_error(parts[0]), "make a rule") : -EIO;
}

static int allow(struct fleet_cluster *cluster, const char *user, const char *topic,
		 rd_kafka_AclOperation_t operation)
{
	rd_kafka_t *client = fleet_cluster__client(cluster);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
	rd_kafka_AclBinding_t *wanted;
	rd_kafka_event_t *answer;
	char principal[128], why[256];
	int r = -EIO;

	snprintf(principal, sizeof(principal), "User:%s", user);
	wanted = rd_kafka_AclBinding_new(
		RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_RESOURCE_PATTERN_LITERAL, principal, "*",
		operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, why, sizeof(why));
	if (wanted) {
		rd_kafka_CreateAcls(client, &wanted, 1, NULL, queue);
		answer = wait_for_answer(queue, "make a rule");
		r = answer ? check_rule(answer) : -EIO;
		rd_kafka_event_destroy(answer);
		rd_kafka_AclBinding_destroy(wanted);
	} else {
		fprintf(stderr, "fleet: cannot make a rule: %s\n", why);
	}
	rd_kafka_queue_destroy(queue);
	return r;
}

int fleet_access__allow_write(struct fleet_cluster *cluster, const char *user, const char *topic)
{
	return allow(cluster, user, topic, RD_KAFKA_ACL_OPERATION_WRITE);
}

int fleet_access__allow_read(struct fleet_cluster *cluster, const char *user, const char *topic)
{
	return allow(cluster, user, topic, RD_KAFKA_ACL_OPERATION_READ);
}
