/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/relay_address.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define UNIX "unix:"
#define TCP  "tcp:"

#define DIGITS "0123456789"

static bool begins_with(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

bool ship_relay_address_is(const char *text)
{
	return begins_with(text, UNIX) || begins_with(text, TCP);
}

static const char *parse_unix(const char *path, struct ship_relay_address *ret)
{
	if (!*path)
		return "has no path";
	if (strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return "has a path of more than 107 bytes, which a socket cannot have";
	ret->kind = SHIP_RELAY_UNIX;
	snprintf(ret->name, sizeof(ret->name), "%s", path);
	return NULL;
}

static const char *parse_tcp(const char *text, struct ship_relay_address *ret)
{
	const char *colon = strrchr(text, ':');
	size_t len;

	if (!colon || strspn(colon + 1, DIGITS) != strlen(colon + 1) || strlen(colon + 1) > 5 ||
	    atoi(colon + 1) < 1 || atoi(colon + 1) > 65535)
		return "has no port of 1 to 65535 at its end";
	len = (size_t)(colon - text);
	/* An IPv6 address has colons, so it is in brackets. */
	if (*text == '[') {
		if (len < 3 || text[len - 1] != ']')
			return "has an invalid HOST:PORT";
		text++;
		len -= 2;
	} else if (memchr(text, ':', len)) {
		return "has an IPv6 address without brackets: write tcp:[ADDRESS]:PORT";
	}
	if (!len || len >= sizeof(ret->name) || memchr(text, '/', len))
		return "has an invalid HOST:PORT";
	ret->kind = SHIP_RELAY_TCP;
	snprintf(ret->name, sizeof(ret->name), "%.*s", (int)len, text);
	snprintf(ret->port, sizeof(ret->port), "%s", colon + 1);
	return NULL;
}

int ship_relay_address_parse(const char *text, struct ship_relay_address *ret, const char **ret_why)
{
	struct ship_relay_address address = { .kind = SHIP_RELAY_NONE };

	*ret_why = NULL;
	if (begins_with(text, UNIX))
		*ret_why = parse_unix(text + strlen(UNIX), &address);
	else if (begins_with(text, TCP))
		*ret_why = parse_tcp(text + strlen(TCP), &address);
	else
		*ret_why = "does not begin with " UNIX " or " TCP;
	if (*ret_why)
		return -EINVAL;
	snprintf(address.text, sizeof(address.text), "%s", text);
	*ret = address;
	return 0;
}
