/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/eventstrace/number.h"
#include "tools/ship/shorten.h"

/* The longest --drain-timeout in seconds. */
#define DRAIN_MAX_S 86400

enum key {
	KEY_HELP = 'h',
	KEY_STATS = 's',
	KEY_KAFKA = 256,
	KEY_KAFKA_CONFIG,
	KEY_SET_HOST,
	KEY_MESSAGE,
	KEY_PAYLOAD,
	KEY_MAX_LINE,
	KEY_STATS_INTERVAL,
	KEY_METRICS,
	KEY_ONCE,
	KEY_DRAIN_TIMEOUT,
};

static const struct option_row {
	enum key key;
	const char *name, *value, *help;
} rows[] = {
	{ KEY_KAFKA, "kafka", "PROPERTY=VALUE",
	  "set a property of the Kafka client, such as security.protocol=sasl_ssl; several: again" },
	{ KEY_KAFKA_CONFIG, "kafka-config", "FILE",
	  "read such properties from FILE, one in each line; # begins a comment" },
	{ KEY_SET_HOST, "set-host", "NAME", "send NAME as the name of the host" },
	{ KEY_MESSAGE, "message", "batch|event",
	  "collect events for 20 ms or 64 KiB (batch, the default), or send each alone" },
	{ KEY_PAYLOAD, "payload", "json|record",
	  "send lines of JSON (the default), or small recordings, for eventstrace itself" },
	{ KEY_MAX_LINE, "max-line", "SIZE",
	  "cut the environment and then the arguments of an event with a longer line; K, M" },
	{ KEY_ONCE, "once", NULL, "stop when the destination has all events of DIR" },
	{ KEY_DRAIN_TIMEOUT, "drain-timeout", "SECONDS",
	  "after a signal, wait this long for acknowledgements (10 without it)" },
	{ KEY_STATS, "stats", NULL, "at the end, print all figures as one JSON object on stderr" },
	{ KEY_STATS_INTERVAL, "stats-interval", "SECONDS",
	  "print the figures that often on stderr, with units: 30s, 5m" },
	{ KEY_METRICS, "metrics", "ADDR|FILE",
	  "figures for Prometheus: on HOST:PORT or :PORT of 127.0.0.1, or in FILE" },
	{ KEY_HELP, "help", NULL, "print this text" },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

void ship_options_help(FILE *out)
{
	fputs("usage: eventstrace-ship send [OPTION]... DIR DESTINATION\n"
	      "\n"
	      "Sends the segments that eventstrace --record=DIR/ writes, and deletes each segment\n"
	      "when the destination has all of it.\n"
	      "\n"
	      "DESTINATION is a topic of Apache Kafka, or a relay, which reads lines of JSON:\n"
	      "  kafka://HOST[:PORT][,HOST...]/TOPIC\n"
	      "  unix:PATH\n"
	      "  tcp:HOST:PORT\n"
	      "\n"
	      "Options:\n",
	      out);
	for (size_t i = 0; i < ROWS; i++) {
		char name[64];

		snprintf(name, sizeof(name), "--%s%s%s", rows[i].name, rows[i].value ? "=" : "",
			 rows[i].value ? rows[i].value : "");
		fprintf(out, "  %-26s %s\n", name, rows[i].help);
	}
	fputs("\n"
	      "A variable of the environment such as EVENTSTRACE_KAFKA_SASL_PASSWORD also sets a\n"
	      "property, here sasl.password.\n"
	      "\n"
	      "Exit status: 0 stopped cleanly, 1 an error, 2 invalid command line, 5 the topic does\n"
	      "not take events, or --metrics cannot be written.\n",
	      out);
}

static int parse_drain_timeout(const char *text, unsigned int *ret_ms, char *error, size_t size)
{
	char *end;
	unsigned long seconds = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || seconds > DRAIN_MAX_S) {
		snprintf(error, size, "--drain-timeout is a number of seconds, at most %d",
			 DRAIN_MAX_S);
		return -EINVAL;
	}
	*ret_ms = (unsigned int)seconds * 1000;
	return 0;
}

static int parse_host(const char *text, const char **ret, char *error, size_t size)
{
	if (!*text || strlen(text) > 71) {
		snprintf(error, size, "--set-host has a name of 1 to 71 bytes");
		return -EINVAL;
	}
	*ret = text;
	return 0;
}

static int parse_interval(const char *text, uint64_t *ret_ns, char *error, size_t size)
{
	uint64_t ns;

	if (parse_seconds(text, &ns) < 0 || ns == 0) {
		snprintf(error, size, "--stats-interval is a time such as 30s or 5m");
		return -EINVAL;
	}
	*ret_ns = ns;
	return 0;
}

static int parse_max_line(const char *text, size_t *ret, char *error, size_t size)
{
	size_t max;

	if (parse_size(text, &max) < 0 || max < SHIP_LINE_MIN) {
		snprintf(error, size, "--max-line is a number of bytes such as 32K, at least %d",
			 SHIP_LINE_MIN);
		return -EINVAL;
	}
	*ret = max;
	return 0;
}

/* Choose between two words: @ret receives whether @text is @second. */
static int parse_choice(const char *name, const char *first, const char *second, const char *text,
			bool *ret, char *error, size_t size)
{
	if (strcmp(text, first) != 0 && strcmp(text, second) != 0) {
		snprintf(error, size, "--%s is %s or %s", name, first, second);
		return -EINVAL;
	}
	*ret = strcmp(text, second) == 0;
	return 0;
}

/* Files first, so that the other sources replace their values. */
static int read_files(int argc, char **argv, const struct option *long_options,
		      struct ship_options *options, char *error, size_t size)
{
	int key, r = 0;

	optind = 0;
	opterr = 0;
	while (r == 0 && (key = getopt_long(argc, argv, "hs", long_options, NULL)) != -1)
		if (key == KEY_KAFKA_CONFIG)
			r = ship_properties_read(&options->properties, optarg, error, size);
	return r;
}

static int parse_one(int key, char **argv, struct ship_options *options, char *error, size_t size)
{
	switch (key) {
	case KEY_HELP:
		options->help = true;
		return 0;
	case KEY_KAFKA:
		return ship_properties_add(&options->properties, optarg, error, size);
	case KEY_KAFKA_CONFIG:
		return 0;
	case KEY_SET_HOST:
		return parse_host(optarg, &options->host, error, size);
	case KEY_MESSAGE:
		return parse_choice("message", "batch", "event", optarg, &options->one_event, error,
				    size);
	case KEY_PAYLOAD:
		return parse_choice("payload", "json", "record", optarg, &options->as_records,
				    error, size);
	case KEY_STATS:
		options->stats = true;
		return 0;
	case KEY_STATS_INTERVAL:
		return parse_interval(optarg, &options->stats_interval_ns, error, size);
	case KEY_METRICS:
		options->metrics = optarg;
		return 0;
	case KEY_MAX_LINE:
		return parse_max_line(optarg, &options->max_line, error, size);
	case KEY_ONCE:
		options->once = true;
		return 0;
	case KEY_DRAIN_TIMEOUT:
		return parse_drain_timeout(optarg, &options->drain_timeout_ms, error, size);
	default:
		snprintf(error, size, "no such option, or it lacks a value: %s", argv[optind - 1]);
		return -EINVAL;
	}
}

/* Only lines of JSON have a length, and a relay takes nothing else. */
static int check_together(const struct ship_options *options, char *error, size_t size)
{
	if (!options->as_records)
		return 0;
	if (options->relay.kind != SHIP_RELAY_NONE)
		snprintf(error, size, "a relay takes lines of JSON: remove --payload=record");
	else if (options->max_line)
		snprintf(error, size, "--max-line is for lines of JSON: remove --payload=record");
	else
		return 0;
	return -EINVAL;
}

int ship_options_parse(int argc, char **argv, struct ship_options *ret, char *error, size_t size)
{
	struct option long_options[ROWS + 1] = { 0 };
	const char *why = NULL;
	int key, r;

	*ret = (struct ship_options){ .drain_timeout_ms = 10000 };
	for (size_t i = 0; i < ROWS; i++)
		long_options[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].value ? required_argument : no_argument,
			.val = rows[i].key,
		};
	r = read_files(argc, argv, long_options, ret, error, size);
	if (r == 0)
		r = ship_properties_from_environment(&ret->properties, error, size);
	optind = 0;
	while (r == 0 && (key = getopt_long(argc, argv, "hs", long_options, NULL)) != -1)
		r = parse_one(key, argv, ret, error, size);
	if (r < 0 || ret->help)
		return r;
	if (argc - optind != 2) {
		snprintf(error, size, "a folder and a destination are needed");
		return -EINVAL;
	}
	ret->folder = argv[optind];
	if (ship_relay_address_is(argv[optind + 1]))
		r = ship_relay_address_parse(argv[optind + 1], &ret->relay, &why);
	else
		r = ship_destination_parse(argv[optind + 1], &ret->to, &why);
	if (r < 0)
		snprintf(error, size, "the destination %s", why);
	return r < 0 ? r : check_together(ret, error, size);
}

bool ship_send_option(size_t n, struct ship_option *ret)
{
	if (n >= ROWS)
		return false;
	*ret = (struct ship_option){
		.letter = (char)(rows[n].key < KEY_KAFKA ? rows[n].key : '\0'),
		.name = rows[n].name,
		.value = rows[n].value,
		.help = rows[n].help,
	};
	return true;
}

void ship_options_free(struct ship_options *options)
{
	ship_properties_free(&options->properties);
}
