/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties of the Kafka client, which librdkafka documents. They come from, in this order:
 *
 *	1. files of --kafka-config
 *	2. the environment: EVENTSTRACE_KAFKA_SASL_PASSWORD is sasl.password
 *	3. --kafka PROPERTY=VALUE
 *
 * Later values replace earlier ones. Secrets need not be on the command line, which all users see.
 */
#ifndef TOOLS_SHIP_PROPERTIES_H
#define TOOLS_SHIP_PROPERTIES_H

#include <stdbool.h>
#include <stddef.h>

#include <rdkafka.h>

struct ship_properties {
	char **lines; /* "PROPERTY=VALUE" */
	size_t count;
};

/**
 * ship_properties_add() - add one property
 * @properties:	all zero at first
 * @line:	"PROPERTY=VALUE"; spaces around PROPERTY and before VALUE are dropped
 * @error:	receives a message
 * @size:	bytes at @error
 *
 * Properties on which the promise rests that no event is lost are refused.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int ship_properties_add(struct ship_properties *properties, const char *line, char *error,
			size_t size);

/*
 * Add the properties of a file: one in each line. Empty lines, and lines that begin with #, are
 * skipped. Return: as ship_properties_add(), or an error of open(2) or read(2).
 */
int ship_properties_read(struct ship_properties *properties, const char *path, char *error,
			 size_t size);

/* Add the properties of the environment. Return: as ship_properties_add(). */
int ship_properties_from_environment(struct ship_properties *properties, char *error, size_t size);

/* True if a property was added. */
bool ship_properties_has(const struct ship_properties *properties, const char *name);

/* Set all properties in @conf. Return: 0; or -EINVAL, with librdkafka's message. */
int ship_properties_apply(const struct ship_properties *properties, rd_kafka_conf_t *conf,
			  char *error, size_t size);

void ship_properties_free(struct ship_properties *properties);

#endif /* TOOLS_SHIP_PROPERTIES_H */
