/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/properties.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PREFIX "EVENTSTRACE_KAFKA_"

/*
 * The sender sets them: with other values it would lose, double or reorder events, or wait for ever
 * at its end, or count wrongly.
 */
static const char *const fixed[] = {
	"acks",
	"bootstrap.servers",
	"delivery.timeout.ms",
	"enable.gapless.guarantee",
	"enable.idempotence",
	"message.timeout.ms",
	"metadata.broker.list",
	"partitioner",
	"queue.buffering.max.kbytes",
	"queue.buffering.max.messages",
	"queuing.strategy",
	"request.required.acks",
	"statistics.interval.ms",
	"transactional.id",
};

static bool is_fixed(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (strlen(fixed[i]) == len && memcmp(fixed[i], name, len) == 0)
			return true;
	return false;
}

/* Append "NAME=VALUE". */
static int append(struct ship_properties *properties, const char *name, size_t name_len,
		  const char *value)
{
	char **lines = realloc(properties->lines, (properties->count + 1) * sizeof(*lines));
	char *line = NULL;

	if (!lines)
		return -ENOMEM;
	properties->lines = lines;
	if (asprintf(&line, "%.*s=%s", (int)name_len, name, value) < 0)
		return -ENOMEM;
	lines[properties->count++] = line;
	return 0;
}

int ship_properties_add(struct ship_properties *properties, const char *line, char *error,
			size_t size)
{
	const char *equals, *value;
	size_t len;
	int r;

	while (isspace((unsigned char)*line))
		line++;
	equals = strchr(line, '=');
	if (!equals || equals == line) {
		/* Without the text of the line, which can have a password. */
		snprintf(error, size, "a property has no %s: write PROPERTY=VALUE",
			 equals ? "name" : "=");
		return -EINVAL;
	}
	len = (size_t)(equals - line);
	while (len && isspace((unsigned char)line[len - 1]))
		len--;
	for (value = equals + 1; isspace((unsigned char)*value); value++)
		;
	if (is_fixed(line, len)) {
		snprintf(error, size,
			 "the property %.*s cannot be changed: eventstrace-ship needs its own "
			 "value",
			 (int)len, line);
		return -EINVAL;
	}
	r = append(properties, line, len, value);
	if (r < 0)
		snprintf(error, size, "no memory");
	return r;
}

int ship_properties_read(struct ship_properties *properties, const char *path, char *error,
			 size_t size)
{
	FILE *f = fopen(path, "re");
	size_t room = 0, number = 0;
	char *line = NULL;
	int r = 0;

	if (!f) {
		r = -errno;
		snprintf(error, size, "cannot read %s: %s", path, strerror(-r));
		return r;
	}
	while (r == 0 && getline(&line, &room, f) >= 0) {
		char *begin = line, why[256];

		number++;
		line[strcspn(line, "\r\n")] = '\0';
		while (isspace((unsigned char)*begin))
			begin++;
		if (!*begin || *begin == '#')
			continue;
		r = ship_properties_add(properties, begin, why, sizeof(why));
		if (r < 0)
			snprintf(error, size, "%s, line %zu: %s", path, number, why);
	}
	if (r == 0 && ferror(f)) {
		r = -EIO;
		snprintf(error, size, "cannot read %s: %s", path, strerror(EIO));
	}
	free(line);
	fclose(f);
	return r;
}

int ship_properties_from_environment(struct ship_properties *properties, char *error, size_t size)
{
	for (char **variable = environ; *variable; variable++) {
		char *line, *at;
		int r;

		if (strncmp(*variable, PREFIX, strlen(PREFIX)) != 0)
			continue;
		line = strdup(*variable + strlen(PREFIX));
		if (!line) {
			snprintf(error, size, "no memory");
			return -ENOMEM;
		}
		for (at = line; *at && *at != '='; at++)
			*at = (char)(*at == '_' ? '.' : tolower((unsigned char)*at));
		r = ship_properties_add(properties, line, error, size);
		free(line);
		if (r < 0)
			return r;
	}
	return 0;
}

bool ship_properties_has(const struct ship_properties *properties, const char *name)
{
	const size_t len = strlen(name);

	for (size_t i = 0; i < properties->count; i++)
		if (strncmp(properties->lines[i], name, len) == 0 &&
		    properties->lines[i][len] == '=')
			return true;
	return false;
}

/*
 * Explain why librdkafka does not accept a property: @result and @why. Its own text can have the
 * value, which can be a secret, and messages get into a journal.
 */
static void explain(const char *name, rd_kafka_conf_res_t result, const char *why, char *error,
		    size_t size)
{
	if (result == RD_KAFKA_CONF_UNKNOWN)
		snprintf(error, size, "there is no property %s: check its name", name);
	else if (strstr(why, "not supported in this build"))
		snprintf(error, size, "eventstrace-ship is built without the property %s", name);
	else
		snprintf(error, size,
			 "the value of the property %s is not valid: see the properties of "
			 "librdkafka",
			 name);
}

int ship_properties_apply(const struct ship_properties *properties, rd_kafka_conf_t *conf,
			  char *error, size_t size)
{
	for (size_t i = 0; i < properties->count; i++) {
		char *line = strdup(properties->lines[i]), *value;
		rd_kafka_conf_res_t result;
		char why[256];
		int r = 0;

		if (!line) {
			snprintf(error, size, "no memory");
			return -ENOMEM;
		}
		value = strchr(line, '=');
		*value++ = '\0';
		result = rd_kafka_conf_set(conf, line, value, why, sizeof(why));
		if (result != RD_KAFKA_CONF_OK) {
			explain(line, result, why, error, size);
			r = -EINVAL;
		}
		free(line);
		if (r < 0)
			return r;
	}
	return 0;
}

void ship_properties_free(struct ship_properties *properties)
{
	for (size_t i = 0; i < properties->count; i++)
		free(properties->lines[i]);
	free(properties->lines);
	*properties = (struct ship_properties){ 0 };
}
