/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/refusal.h"

#include <stdio.h>

#include <openssl/x509_vfy.h>
#include <rdkafka.h>

void ship_refusal_init(struct ship_refusal *refusal)
{
	*refusal = (struct ship_refusal){ 0 };
	pthread_mutex_init(&refusal->lock, NULL);
}

void ship_refusal_destroy(struct ship_refusal *refusal)
{
	pthread_mutex_destroy(&refusal->lock);
}

int ship_refusal_check(struct ship_refusal *refusal, const char *broker, int x509_error,
		       char *error, size_t size)
{
	if (x509_error == X509_V_OK)
		return 1;
	pthread_mutex_lock(&refusal->lock);
	refusal->x509_error = x509_error;
	snprintf(refusal->broker, sizeof(refusal->broker), "%s", broker);
	pthread_mutex_unlock(&refusal->lock);
	snprintf(error, size, "%s", X509_verify_cert_error_string(x509_error));
	return 0;
}

/* What a user can do about a certificate that is not valid. */
static const char *advice(int x509_error)
{
	switch (x509_error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return "renew the certificate on the broker";
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "compare the clocks of the broker and of this host";
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return "name the file of the authority that has signed it, with "
		       "--kafka=ssl.ca.location=FILE";
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return "the certificate must have the broker's name or address as a "
		       "subjectAltName";
	default:
		return "look at it with \"openssl s_client\"";
	}
}

/* Take the last certificate that was not valid. Return: its error; 0: there is none. */
static int take_certificate(struct ship_refusal *refusal, char *ret_broker, size_t size)
{
	int x509_error;

	pthread_mutex_lock(&refusal->lock);
	x509_error = refusal->x509_error;
	snprintf(ret_broker, size, "%s", refusal->broker);
	refusal->x509_error = 0;
	pthread_mutex_unlock(&refusal->lock);
	return x509_error;
}

bool ship_refusal_explain(struct ship_refusal *refusal, int err, const char *reason)
{
	char broker[sizeof(refusal->broker)];
	int x509_error;

	switch (err) {
	case RD_KAFKA_RESP_ERR__SSL:
		x509_error = take_certificate(refusal, broker, sizeof(broker));
		if (x509_error)
			snprintf(refusal->text, sizeof(refusal->text),
				 "the certificate of the broker %s is not valid: %s: %s", broker,
				 X509_verify_cert_error_string(x509_error), advice(x509_error));
		else
			snprintf(refusal->text, sizeof(refusal->text),
				 "TLS has failed: %s: check security.protocol, and the properties "
				 "that begin with ssl",
				 reason);
		return true;
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
		snprintf(refusal->text, sizeof(refusal->text),
			 "the login has failed: %s: check sasl.mechanism, sasl.username and "
			 "sasl.password",
			 reason);
		return true;
	default:
		return false;
	}
}
