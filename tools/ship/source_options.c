/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/source_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/eventstrace/number.h"
#include "tools/eventstrace/option_table.h"
#include "tools/eventstrace/when.h"
#include "tools/eventstrace/wrap.h"

#define SCHEME "kafka://"

/* Added to the key of a tracer's option that has no letter, for getopt_long(3). */
#define TRACER_KEYS 0x10000

/* Columns of the help. */
#define HELP_COLUMN 29
#define HELP_WIDTH  100

#define WINDOW_DEFAULT_NS 1000000000ULL
#define WINDOW_MAX_NS     (3600 * 1000000000ULL)

enum source_key {
	SOURCE_HELP = 'h',
	SOURCE_EVENTS = 'e',
	SOURCE_COUNT = 'n',
	SOURCE_KAFKA = 256,
	SOURCE_KAFKA_CONFIG,
	SOURCE_FROM,
	SOURCE_SINCE,
	SOURCE_GROUP,
	SOURCE_FOLLOW,
	SOURCE_HOST,
	SOURCE_WINDOW,
};

static const struct source_row {
	unsigned int commands;
	enum source_key key;
	const char *name, *value, *help;
} rows[] = {
	{ SHIP_READ, SOURCE_FROM, "from", "start|end",
	  "begin at the first message of the topic (start, the default), or with new ones" },
	{ SHIP_READ, SOURCE_SINCE, "since", "TIME",
	  "begin with events of TIME, such as \"-1h\" or \"2026-11-30 07:22\"" },
	{ SHIP_READ, SOURCE_GROUP, "group", "NAME",
	  "read as a member of a consumer group, and store its position" },
	{ SHIP_READ, SOURCE_FOLLOW, "follow", NULL, "at the end of the topic, wait for more" },
	{ SHIP_READ, SOURCE_HOST, "host", "NAME", "only events of this host; several: again" },
	{ SHIP_READ, SOURCE_EVENTS, "events", "LIST",
	  "only these events, such as exec,exit: as for eventstrace" },
	{ SHIP_READ, SOURCE_COUNT, "count", "NUMBER", "stop after this many events" },
	{ SHIP_READ, SOURCE_WINDOW, "window", "TIME",
	  "order events of several hosts if they come at most this late (1s without it)" },
	{ SHIP_READ | SHIP_VERIFY, SOURCE_KAFKA, "kafka", "PROPERTY=VALUE",
	  "set a property of the Kafka client, such as security.protocol=sasl_ssl; several: again" },
	{ SHIP_READ | SHIP_VERIFY, SOURCE_KAFKA_CONFIG, "kafka-config", "FILE",
	  "read such properties from FILE, one in each line; # begins a comment" },
	{ SHIP_READ | SHIP_VERIFY, SOURCE_HELP, "help", NULL, "print this text" },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

static bool option_of(enum ship_source_command command, size_t n, struct ship_option *ret)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (!(rows[i].commands & command) || n--)
			continue;
		*ret = (struct ship_option){
			.letter = (char)(rows[i].key < SOURCE_KAFKA ? rows[i].key : '\0'),
			.name = rows[i].name,
			.value = rows[i].value,
			.help = rows[i].help,
		};
		return true;
	}
	return command == SHIP_READ && ship_tracer_option(n, ret);
}

/* What getopt_long(3) returns for option number @n of a command. */
static int key_of(enum ship_source_command command, size_t n)
{
	struct ship_option ignored;
	int key;

	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].commands & command && !n--)
			return rows[i].key;
	key = ship_tracer_option(n, &ignored);
	return ignored.letter ? key : TRACER_KEYS + key;
}

bool ship_read_option(size_t n, struct ship_option *ret)
{
	return option_of(SHIP_READ, n, ret);
}

bool ship_verify_option(size_t n, struct ship_option *ret)
{
	return option_of(SHIP_VERIFY, n, ret);
}

static const char read_help[] =
	"usage: eventstrace-ship read [OPTION]... kafka://HOST[:PORT][,...]/TOPIC\n"
	"       eventstrace-ship read [OPTION]... DIR\n"
	"\n"
	"Prints the events of a topic, or of a folder of segments, as lines of JSON or in another\n"
	"format. What is in the topic twice is printed once. Events of several hosts are in the\n"
	"order of time.\n"
	"\n"
	"Filters and formats mean what they mean for eventstrace --replay. They need records: a\n"
	"folder, or a topic of eventstrace-ship send --payload=record. If a topic has lines of\n"
	"JSON, only --host, --events, --since, --until and --count select, and the format is json.\n";

static const char verify_help[] =
	"usage: eventstrace-ship verify [OPTION]... kafka://HOST[:PORT][,...]/TOPIC\n"
	"       eventstrace-ship verify DIR\n"
	"\n"
	"Verifies a topic, or the segments that eventstrace --record=DIR/ has written. For each\n"
	"host, boot and session, attempted events must be received plus lost ones. Prints each gap,\n"
	"duplicate and damage, then a line for each session. Works while segments are written and\n"
	"sent: it verifies a topic up to the last account of each session.\n";

/* Print an option, and its help in a second column. */
static void print_option(const struct ship_option *option, FILE *out)
{
	const char letter[] = { '-', option->letter, ',', ' ', '\0' };
	const char *help = option->help;
	char name[64];

	snprintf(name, sizeof(name), "%s--%s%s%s", option->letter ? letter : "", option->name,
		 option->value ? "=" : "", option->value ? option->value : "");
	fprintf(out, "  %-*s", HELP_COLUMN - 2, name);
	if (strlen(name) > HELP_COLUMN - 3)
		fprintf(out, "\n%*s", HELP_COLUMN, "");
	for (;;) {
		const size_t len = wrap_length(help, HELP_WIDTH - HELP_COLUMN);

		fprintf(out, "%.*s\n", (int)len, help);
		help += len;
		help += strspn(help, " ");
		if (!*help)
			return;
		fprintf(out, "%*s", HELP_COLUMN, "");
	}
}

void ship_source_options_help(enum ship_source_command command, FILE *out)
{
	struct ship_option option;

	fprintf(out, "%s\nOptions:\n", command == SHIP_READ ? read_help : verify_help);
	for (size_t i = 0; option_of(command, i, &option); i++)
		print_option(&option, out);
	fprintf(out,
		"\n"
		"A variable of the environment such as EVENTSTRACE_KAFKA_SASL_PASSWORD also sets a\n"
		"property, here sasl.password.\n"
		"\n"
		"Exit status: %s\n",
		command == SHIP_READ
			? "0 stopped cleanly, 1 an error, 2 invalid command line, or the\n"
			  "messages cannot answer it, 5 the output does not take the events."
			: "0 if each counted event is there or reported as lost, 1 if not or\n"
			  "after an error, 2 invalid command line.");
}

static int parse_from(const char *text, struct ship_source_options *options, char *error,
		      size_t size)
{
	if (strcmp(text, "start") == 0) {
		options->start = SHIP_FROM_START;
	} else if (strcmp(text, "end") == 0) {
		options->start = SHIP_FROM_END;
	} else {
		snprintf(error, size, "--from is start or end");
		return -EINVAL;
	}
	return 0;
}

static int parse_since(const char *text, struct ship_source_options *options, char *error,
		       size_t size)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (parse_when(text, (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec,
		       &options->since_ns) < 0) {
		snprintf(error, size,
			 "--since is a time such as \"-1h\", \"07:22\" or \"2026-11-30 07:22\"");
		return -EINVAL;
	}
	options->start = SHIP_FROM_TIME;
	return 0;
}

static int parse_host(const char *text, struct ship_source_options *options, char *error,
		      size_t size)
{
	if (options->host_count == SHIP_HOSTS_MAX) {
		snprintf(error, size, "--host can be given %d times at most", SHIP_HOSTS_MAX);
		return -EINVAL;
	}
	options->hosts[options->host_count++] = text;
	return 0;
}

static int parse_window(const char *text, struct ship_source_options *options, char *error,
			size_t size)
{
	if (parse_seconds(text, &options->window_ns) < 0 || options->window_ns > WINDOW_MAX_NS) {
		snprintf(error, size, "--window is a time of at most an hour, such as 500ms");
		return -EINVAL;
	}
	return 0;
}

static int parse_number(const char *text, struct ship_source_options *options, char *error,
			size_t size)
{
	if (parse_count(text, &options->count) < 0 || !options->count) {
		snprintf(error, size, "--count is a number of at least 1");
		return -EINVAL;
	}
	return 0;
}

/* An option of the tracer that these commands lack, such as --record. */
static bool is_of_tracer(const char *word)
{
	if (strncmp(word, "--", 2) == 0)
		for (const struct option_row *row = option_table; row->name; row++)
			if (strlen(row->name) == strcspn(word + 2, "=") &&
			    strncmp(row->name, word + 2, strlen(row->name)) == 0)
				return true;
	return false;
}

static int refuse(const char *word, char *error, size_t size)
{
	if (is_of_tracer(word))
		snprintf(error, size,
			 "%.*s is an option of eventstrace alone: use eventstrace --replay=DIR/ on "
			 "a folder",
			 (int)strcspn(word, "="), word);
	else
		snprintf(error, size, "no such option, or it lacks a value: %s", word);
	return -EINVAL;
}

/* The key in the tracer's table for a result of getopt_long(3); 0: none. */
static int tracer_key(int key)
{
	struct ship_option option;
	int found;

	if (key >= TRACER_KEYS)
		return key - TRACER_KEYS;
	for (size_t i = 0; (found = ship_tracer_option(i, &option)); i++)
		if (option.letter && found == key)
			return found;
	return 0;
}

static int add_tracer_option(int key, struct ship_source_options *options, char *error, size_t size)
{
	if (ship_tracer_options_add(&options->tracer, key, optarg) == 0)
		return 0;
	snprintf(error, size, "no memory");
	return -ENOMEM;
}

/* Parse an option that also the tracer has. @r: result of the own parser. */
static int parse_both(int r, int key, struct ship_source_options *options, char *error, size_t size)
{
	return r < 0 ? r : add_tracer_option(key, options, error, size);
}

static int parse_one(int key, char **argv, struct ship_source_options *options, char *error,
		     size_t size)
{
	const int of_tracer = tracer_key(key);

	if (of_tracer)
		return add_tracer_option(of_tracer, options, error, size);
	switch (key) {
	case SOURCE_HELP:
		options->help = true;
		return 0;
	case SOURCE_KAFKA:
		return ship_properties_add(&options->properties, optarg, error, size);
	case SOURCE_KAFKA_CONFIG:
		return 0;
	case SOURCE_FROM:
		return parse_from(optarg, options, error, size);
	case SOURCE_SINCE:
		return parse_both(parse_since(optarg, options, error, size), KEY_SINCE, options,
				  error, size);
	case SOURCE_GROUP:
		options->group = optarg;
		return 0;
	case SOURCE_FOLLOW:
		options->follow = true;
		return 0;
	case SOURCE_HOST:
		return parse_host(optarg, options, error, size);
	case SOURCE_EVENTS:
		return parse_both(event_choice_apply(&options->events, optarg, error, size),
				  KEY_EVENTS, options, error, size);
	case SOURCE_COUNT:
		return parse_number(optarg, options, error, size);
	case SOURCE_WINDOW:
		return parse_window(optarg, options, error, size);
	default:
		return refuse(argv[optind - 1], error, size);
	}
}

/* The tables for getopt_long(3). The last row of `longs` is zero. */
struct tables {
	struct option longs[128];
	char letters[128];
};

/* Make getopt's tables of a command's options. */
static void make_tables(enum ship_source_command command, struct tables *ret)
{
	struct option *row = ret->longs, *end = row + sizeof(ret->longs) / sizeof(*row) - 1;
	struct ship_option option;
	char *letter = ret->letters;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; row < end && option_of(command, i, &option); i++) {
		*row++ = (struct option){
			.name = option.name,
			.has_arg = option.value ? required_argument : no_argument,
			.val = key_of(command, i),
		};
		if (!option.letter)
			continue;
		*letter++ = option.letter;
		if (option.value)
			*letter++ = ':';
	}
}

/* Files first, so that the other sources replace their values. */
static int read_properties(int argc, char **argv, const struct tables *tables,
			   struct ship_properties *properties, char *error, size_t size)
{
	int key, r = 0;

	optind = 0;
	opterr = 0;
	while (r == 0 &&
	       (key = getopt_long(argc, argv, tables->letters, tables->longs, NULL)) != -1)
		if (key == SOURCE_KAFKA_CONFIG)
			r = ship_properties_read(properties, optarg, error, size);
	return r < 0 ? r : ship_properties_from_environment(properties, error, size);
}

static int parse_source(const char *text, struct ship_source_options *options, char *error,
			size_t size)
{
	const char *why = NULL;
	int r;

	if (strncmp(text, SCHEME, strlen(SCHEME)) != 0) {
		options->folder = text;
		return 0;
	}
	r = ship_destination_parse(text, &options->from, &why);
	if (r < 0)
		snprintf(error, size, "the source %s", why);
	return r;
}

static int check_together(const struct ship_source_options *options, char *error, size_t size)
{
	const char *what = NULL;

	if (options->folder && (options->group || options->follow))
		what = "--group and --follow are for a topic, and not for a folder";
	else if (options->folder && options->start == SHIP_FROM_END)
		what = "--from=end is for a topic, and not for a folder";
	else if (options->group && options->start == SHIP_FROM_TIME)
		what = "--since and --group exclude each other: a group has its own position";
	if (!what)
		return 0;
	snprintf(error, size, "%s", what);
	return -EINVAL;
}

/* Let the tracer's parser read its options. It uses getopt_long(3), too, so it runs last. */
static int parse_tracer_options(struct ship_source_options *options, char *error, size_t size)
{
	struct ship_tracer_options *tracer = &options->tracer;
	int r = ship_tracer_options_parse(tracer, error, size);

	if (r < 0)
		return r;
	/* A time such as -1h is now another one. */
	tracer->options.since_ns = options->since_ns;
	if (tracer->options.format != FORMAT_TRACE || options->folder)
		return 0;
	snprintf(error, size,
		 "--format=trace is for a folder: in a topic, processes of several hosts have the "
		 "same numbers");
	return -EINVAL;
}

int ship_source_options_parse(enum ship_source_command command, int argc, char **argv,
			      struct ship_source_options *ret, char *error, size_t size)
{
	struct tables tables;
	int key, r;

	memset(ret, 0, sizeof(*ret));
	ret->count = UINT64_MAX;
	ret->window_ns = WINDOW_DEFAULT_NS;
	make_tables(command, &tables);
	r = read_properties(argc, argv, &tables, &ret->properties, error, size);
	optind = 0;
	while (r == 0 && (key = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1)
		r = parse_one(key, argv, ret, error, size);
	if (r < 0 || ret->help)
		return r;
	if (argc - optind != 1) {
		snprintf(error, size, "one topic or one folder is needed");
		return -EINVAL;
	}
	r = parse_source(argv[optind], ret, error, size);
	if (r == 0)
		r = check_together(ret, error, size);
	return r < 0 || command != SHIP_READ ? r : parse_tracer_options(ret, error, size);
}

void ship_source_options_free(struct ship_source_options *options)
{
	ship_properties_free(&options->properties);
	ship_tracer_options_free(&options->tracer);
}
