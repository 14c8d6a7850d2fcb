/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Explains why a broker that answers cannot be used. Its certificate is not valid, or the login has
 * failed. librdkafka's own messages do not name the fault of a certificate.
 */
#ifndef TOOLS_SHIP_REFUSAL_H
#define TOOLS_SHIP_REFUSAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct ship_refusal {
	pthread_mutex_t lock; /* librdkafka's threads check certificates */
	int x509_error;       /* of the last certificate that was not valid; 0: none */
	char broker[128];     /* whose certificate it is */
	char text[512];       /* of the last refusal; empty: none */
};

void ship_refusal_init(struct ship_refusal *refusal);

/**
 * ship_refusal_check() - remember OpenSSL's error about a certificate
 * @refusal:	remembers an error
 * @broker:	the broker that has sent the certificate
 * @x509_error:	OpenSSL's error, X509_V_...
 * @error:	receives OpenSSL's text
 * @size:	bytes at @error
 *
 * Any thread may call it.
 *
 * Return: 1 if the certificate is valid, or 0.
 */
int ship_refusal_check(struct ship_refusal *refusal, const char *broker, int x509_error,
		       char *error, size_t size);

/**
 * ship_refusal_explain() - explain an error of the client
 * @refusal:	receives the text, which says what to do
 * @err:	an error of the callback that rd_kafka_conf_set_error_cb() takes
 * @reason:	librdkafka's text
 *
 * Return: true if a broker has refused the connection.
 */
bool ship_refusal_explain(struct ship_refusal *refusal, int err, const char *reason);

void ship_refusal_destroy(struct ship_refusal *refusal);

#endif /* TOOLS_SHIP_REFUSAL_H */
