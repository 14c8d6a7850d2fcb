/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/destination.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define SCHEME "kafka://"

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Characters of a topic's name: Kafka accepts no others. */
#define TOPIC_CHARACTERS LETTERS DIGITS "._-"

/* Characters of a host's name or address. A colon is in IPv6 addresses, which are in brackets. */
#define HOST_CHARACTERS LETTERS DIGITS ".-_"
#define IPV6_CHARACTERS DIGITS "abcdefABCDEF:."

/* True for a port of 1 to 65535, in decimal digits. */
static bool is_port(const char *text, size_t len)
{
	unsigned int port = 0;

	if (!len || len > 5 || strspn(text, DIGITS) < len)
		return false;
	for (size_t i = 0; i < len; i++)
		port = port * 10 + (unsigned int)(text[i] - '0');
	return port >= 1 && port <= 65535;
}

/* True for HOST or HOST:PORT, where HOST can be an IPv6 address in brackets. */
static bool is_broker(const char *text, size_t len)
{
	size_t host;

	if (len && *text == '[') {
		host = 1 + strspn(text + 1, IPV6_CHARACTERS);
		if (host == 1 || host >= len || text[host] != ']')
			return false;
		host++;
	} else {
		host = strspn(text, HOST_CHARACTERS);
		if (!host)
			return false;
	}
	return host == len ||
	       (host < len && text[host] == ':' && is_port(text + host + 1, len - host - 1));
}

static bool are_brokers(const char *text, size_t len)
{
	for (const char *end = text + len; text <= end;) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		size_t one = (size_t)((comma ? comma : end) - text);

		if (!is_broker(text, one))
			return false;
		text += one + 1;
	}
	return true;
}

/* True for a name that Kafka accepts: it reserves the names of the present and the upper folder. */
static bool is_topic(const char *text)
{
	size_t len = strlen(text);

	return len && strspn(text, TOPIC_CHARACTERS) == len && strcmp(text, ".") != 0 &&
	       strcmp(text, "..") != 0;
}

int ship_destination_parse(const char *text, struct ship_destination *ret, const char **ret_why)
{
	const char *brokers = text + strlen(SCHEME), *slash;

	*ret_why = NULL;
	if (strncmp(text, SCHEME, strlen(SCHEME)) != 0) {
		*ret_why = "does not begin with " SCHEME;
		return -EINVAL;
	}
	slash = strchr(brokers, '/');
	if (!slash)
		*ret_why = "has no topic: add /TOPIC at its end";
	else if ((size_t)(slash - brokers) >= sizeof(ret->brokers))
		*ret_why = "has too many hosts: three of them suffice";
	else if (!are_brokers(brokers, (size_t)(slash - brokers)))
		*ret_why = "has an invalid HOST[:PORT]";
	else if (strlen(slash + 1) >= sizeof(ret->topic))
		*ret_why = "has a topic of more than 249 characters";
	else if (!is_topic(slash + 1))
		*ret_why = "has an invalid topic: only letters, digits, dots, dashes and "
			   "underscores are allowed";
	if (*ret_why)
		return -EINVAL;
	memcpy(ret->brokers, brokers, (size_t)(slash - brokers));
	ret->brokers[slash - brokers] = '\0';
	memcpy(ret->topic, slash + 1, strlen(slash + 1) + 1);
	return 0;
}
