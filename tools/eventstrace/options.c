/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/eventstrace/config.h"
#include "tools/eventstrace/nearest.h"
#include "tools/eventstrace/number.h"
#include "tools/eventstrace/option_parser.h"
#include "tools/eventstrace/option_table.h"
#include "tools/eventstrace/when.h"

/* The tables for getopt_long(3), made from option_table and the event types. */
struct getopt_tables {
	struct option *longs; /* ends with a zeroed row */
	char *shorts;
};

static void getopt_tables_free(struct getopt_tables *t)
{
	free(t->longs);
	free(t->shorts);
}

static int getopt_tables_make(struct getopt_tables *ret)
{
	size_t rows = 0, events;
	const struct et_event_info *infos = et_event_infos(&events);
	struct option *l;
	char *s;

	while (option_table[rows].name)
		rows++;
	ret->longs = l = calloc(rows + events + 1, sizeof(*l));
	ret->shorts = s = calloc(2 * rows + 3, 1);
	if (!l || !s) {
		getopt_tables_free(ret);
		return -ENOMEM;
	}
	*s++ = '+'; /* options end at the first word of COMMAND */
	*s++ = ':'; /* getopt_long(3) returns ':' for a missing argument */
	for (const struct option_row *row = option_table; row->name; row++) {
		*l++ = (struct option){
			.name = row->name,
			.has_arg = !row->arg              ? no_argument
				   : option_optional(row) ? optional_argument
							  : required_argument,
			.val = row->key,
		};
		if (!option_letter(row))
			continue;
		*s++ = option_letter(row);
		if (row->arg && !option_optional(row))
			*s++ = ':';
	}
	for (size_t i = 0; i < events; i++)
		*l++ = (struct option){ .name = infos[i].flag, .val = KEY_EVENT + infos[i].id };
	return 0;
}

/* Report an unknown or ambiguous option. getopt_long(3) accepts an unambiguous prefix of a name. */
static int fail_unknown_long(struct parser *p, const char *arg)
{
	size_t len = strcspn(arg, "=");
	char names[256] = "";
	struct nearest n = { 0 };
	int found = 0;

	for (const struct option *l = p->longs; len > 2 && l->name; l++) {
		size_t used = strlen(names);

		if (strncmp(l->name, arg + 2, len - 2) != 0)
			continue;
		found++;
		snprintf(names + used, sizeof(names) - used, "%s--%s", used ? ", " : "", l->name);
	}
	if (found)
		return fail(p, "option %.*s could be any of %s", (int)len, arg, names);
	for (const struct option *l = p->longs; len > 2 && l->name; l++)
		nearest_try(&n, arg + 2, len - 2, l->name);
	if (n.name)
		return fail(p, "unknown option %.*s (did you mean --%s?)", (int)len, arg, n.name);
	return fail(p, "unknown option %.*s", (int)len, arg);
}

/* Report an error for which getopt_long(3) returned '?'. */
static int fail_unknown(struct parser *p, char **argv)
{
	if (!optopt)
		return fail_unknown_long(p, argv[optind - 1]);
	for (const struct option *l = p->longs; l->name; l++) {
		if (l->val == optopt)
			return fail(p, "option --%s takes no argument", l->name);
	}
	return fail(p, "unknown option -%c", optopt);
}

/* Report an error for which getopt_long(3) returned ':'. */
static int fail_missing(struct parser *p)
{
	for (const struct option *l = p->longs; l->name; l++) {
		if (l->val == optopt)
			return fail(p, "option --%s needs an argument", l->name);
	}
	return fail(p, "option -%c needs an argument", optopt);
}

struct word {
	const char *name;
	int value;
};

static const struct word attach_words[] = {
	{ "fentry", ET_ATTACH_FENTRY },
	{ "kprobe", ET_ATTACH_KPROBE },
	{ "tracepoint", ET_ATTACH_TRACEPOINT },
	{ "tp-btf", ET_ATTACH_TP_BTF },
	{ NULL, 0 },
};

static const struct word wakeup_words[] = {
	{ "always", ET_WAKEUP_ALWAYS },
	{ "adaptive", ET_WAKEUP_ADAPTIVE },
	{ "nap", ET_WAKEUP_NAP },
	{ NULL, 0 },
};

static const struct word fair_words[] = {
	{ "user", ET_FAIR_USER },
	{ "off", ET_FAIR_OFF },
	{ NULL, 0 },
};

static const struct word wire_words[] = {
	{ "auto", ET_WIRE_AUTO },
	{ "fixed", ET_WIRE_FIXED },
	{ "varlen", ET_WIRE_VARLEN },
	{ "direct", ET_WIRE_DIRECT },
	{ NULL, 0 },
};

static const struct word wait_words[] = {
	{ "command", COMMAND_WAIT_COMMAND },
	{ "tree", COMMAND_WAIT_TREE },
	{ NULL, 0 },
};

static const struct word format_words[] = {
	{ "auto", FORMAT_AUTO },       { "json", FORMAT_JSON },
	{ "text", FORMAT_TEXT },       { "ecs", FORMAT_ECS },
	{ "es-bulk", FORMAT_ES_BULK }, { "trace", FORMAT_TRACE },
	{ "tree", FORMAT_TREE },       { NULL, 0 },
};

static const struct word numbers_words[] = {
	{ "number", ET_NUMBERS_PLAIN },
	{ "both", ET_NUMBERS_BOTH },
	{ "string", ET_NUMBERS_STRING },
	{ NULL, 0 },
};

static const struct word compress_words[] = {
	{ "zstd", ET_COMPRESS_ZSTD },
	{ "none", ET_COMPRESS_NONE },
	{ NULL, 0 },
};

static const struct word spool_full_words[] = {
	{ "oldest", ET_SPOOL_DROP_OLDEST },
	{ "newest", ET_SPOOL_DROP_NEWEST },
	{ NULL, 0 },
};

static const struct word spool_sync_words[] = {
	{ "none", ET_SPOOL_SYNC_NONE },
	{ "segment", ET_SPOOL_SYNC_SEGMENT },
	{ "always", ET_SPOOL_SYNC_ALWAYS },
	{ NULL, 0 },
};

static const struct word color_words[] = {
	{ "auto", COLOR_AUTO },
	{ "always", COLOR_ALWAYS },
	{ "never", COLOR_NEVER },
	{ NULL, 0 },
};

/* The options whose argument is a word. In struct options, each of them is an enum. */
static const struct word_option {
	int key;
	size_t offset; /* in struct options */
	const struct word *words;
} word_options[] = {
	{ KEY_ATTACH, offsetof(struct options, attach), attach_words },
	{ KEY_WAKEUP, offsetof(struct options, wakeup), wakeup_words },
	{ KEY_FAIR, offsetof(struct options, fair), fair_words },
	{ KEY_WIRE_FORMAT, offsetof(struct options, wire_format), wire_words },
	{ KEY_WAIT, offsetof(struct options, wait), wait_words },
	{ KEY_FORMAT, offsetof(struct options, format), format_words },
	{ KEY_NUMBERS, offsetof(struct options, numbers), numbers_words },
	{ KEY_COMPRESS, offsetof(struct options, compress), compress_words },
	{ KEY_COLOR, offsetof(struct options, color), color_words },
	{ KEY_SPOOL_FULL, offsetof(struct options, spool_full), spool_full_words },
	{ KEY_SPOOL_SYNC, offsetof(struct options, spool_sync), spool_sync_words },
};

/* NULL: the argument of the option is not a word. */
static const struct word_option *find_word_option(int key)
{
	for (size_t i = 0; i < sizeof(word_options) / sizeof(*word_options); i++)
		if (word_options[i].key == key)
			return &word_options[i];
	return NULL;
}

const char *option_word(int key, size_t n)
{
	const struct word_option *option = find_word_option(key);
	const struct word *word = option ? option->words : NULL;

	if (!word)
		return NULL;
	while (n && word->name)
		n--, word++;
	return word->name;
}

const char *option_word_of(int key, int value)
{
	const struct word_option *option = find_word_option(key);
	const struct word *word = option ? option->words : NULL;

	while (word && word->name && word->value != value)
		word++;
	return word ? word->name : NULL;
}

const char *option_name(int key)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if (row->key == key)
			return row->name;
	return NULL;
}

/* The argument of an option is none of its words. */
static int fail_unknown_word(struct parser *p, const struct word_option *option, const char *text)
{
	char known[128] = "", meant[64] = "";
	struct nearest n = { 0 };

	for (const struct word *word = option->words; word->name; word++) {
		size_t used = strlen(known);

		nearest_try(&n, text, strlen(text), word->name);
		snprintf(known + used, sizeof(known) - used, "%s%s", used ? ", " : "", word->name);
	}
	if (n.name)
		snprintf(meant, sizeof(meant), " (did you mean %s?)", n.name);
	return fail(p, "--%s=%s is unknown%s; it can be %s", option_name(option->key), text, meant,
		    known);
}

static int parse_word(struct parser *p, const struct word_option *option, const char *text)
{
	for (const struct word *word = option->words; word->name; word++) {
		if (strcmp(text, word->name) != 0)
			continue;
		*(int *)((char *)&p->opts + option->offset) = word->value;
		return 0;
	}
	return fail_unknown_word(p, option, text);
}

static int parse_number(struct parser *p, const char *option, const char *text, const char *what,
			int (*parse)(const char *, uint64_t *), uint64_t *ret)
{
	uint64_t n = 0;
	int err;

	err = parse(text, &n);
	if (err == -ERANGE)
		return fail(p, "--%s=%s is too large", option, text);
	if (err || !n)
		return fail(p, "--%s=%s is not %s", option, text, what);
	*ret = n;
	return 0;
}

static int parse_size64(const char *text, uint64_t *ret)
{
	size_t size;
	int err;

	err = parse_size(text, &size);
	if (!err)
		*ret = size;
	return err;
}

/* Parse SIZE, or CLASS=SIZE,... */
static int parse_ring_sizes(struct parser *p, const char *arg)
{
	static const struct {
		const char *name;
		size_t offset;
	} classes[] = {
		{ "lifecycle=", offsetof(struct options, lifecycle_ring_size) },
		{ "bulk=", offsetof(struct options, bulk_ring_size) },
	};
	const char *what = "a size above 0, such as 512K or 16M";
	uint64_t size = 0;
	int err;

	if (!strchr(arg, '=')) {
		err = parse_number(p, "ring-size", arg, what, parse_size64, &size);
		if (!err)
			p->opts.ring_size = size;
		return err;
	}
	while (*arg) {
		size_t len = strcspn(arg, ","), i = 0, name;
		char text[32];

		while (i < 2 && strncmp(arg, classes[i].name, strlen(classes[i].name)) != 0)
			i++;
		if (i == 2)
			return fail(p,
				    "--ring-size=%.*s names no ring; there are lifecycle and bulk",
				    (int)len, arg);
		name = strlen(classes[i].name);
		if (len - name >= sizeof(text))
			return fail(p, "--ring-size=%s is not %s", arg + name, what);
		memcpy(text, arg + name, len - name);
		text[len - name] = '\0';
		err = parse_number(p, "ring-size", text, what, parse_size64, &size);
		if (err)
			return err;
		*(size_t *)((char *)&p->opts + classes[i].offset) = size;
		arg += len;
		arg += *arg == ',';
	}
	return 0;
}

static int parse_ring_shards(struct parser *p, const char *arg)
{
	const char *what = "auto, or a power of two from 1 to 64";
	uint64_t shards = 0;
	int err = 0;

	if (strcmp(arg, "auto") != 0)
		err = parse_number(p, "ring-shards", arg, what, parse_count, &shards);
	if (!err && (shards > 64 || shards & (shards - 1)))
		return fail(p, "--ring-shards=%s is not %s", arg, what);
	if (!err)
		p->opts.ring_shards = (uint32_t)shards;
	return err;
}

static int parse_latency(struct parser *p, const char *arg)
{
	uint64_t ms = 0;
	int err;

	err = parse_number(p, "latency", arg, "a number of milliseconds from 1 to 500", parse_count,
			   &ms);
	if (err)
		return err;
	if (ms > 500)
		return fail(p, "--latency=%s is too large: at most 500 milliseconds", arg);
	p->opts.latency_ms = (uint32_t)ms;
	return 0;
}

/* Parse permissions in octal digits, as chmod(1) does. */
static int parse_mode(struct parser *p, const char *arg)
{
	size_t len = strspn(arg, "01234567");

	if (!len || arg[len] || len > 4 || strtoul(arg, NULL, 8) > 0777)
		return fail(p, "--mode=%s is not permissions in octal digits, such as 0640", arg);
	p->opts.mode = (unsigned int)strtoul(arg, NULL, 8);
	if ((p->opts.mode & 0600) != 0600)
		return fail(p, "--mode=%s: the owner must be able to read and write it", arg);
	return 0;
}

static int parse_redact(struct parser *p, const char *arg)
{
	if (!*arg || strlen(arg) > ET_REDACT_MAX)
		return fail(p, "--redact=%s: a pattern has 1 to %d bytes", arg, ET_REDACT_MAX);
	if (p->opts.redact_count == REDACT_MAX)
		return fail(p, "--redact=%s: there can be %d patterns at most", arg, REDACT_MAX);
	p->opts.redact[p->opts.redact_count++] = arg;
	return 0;
}

static int take_when(struct parser *p, const char *option, const char *arg, uint64_t *ret_ns)
{
	struct timespec now;
	int r;

	clock_gettime(CLOCK_REALTIME, &now);
	r = parse_when(arg, (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec, ret_ns);
	if (r == -ERANGE)
		return fail(p, "--%s=%s is before 1970 or after 2554", option, arg);
	if (r < 0)
		return fail(p,
			    "--%s=%s is not a time, such as \"2026-11-30 07:22\", 07:22, -1h, or "
			    "2026-11-30T07:22:41Z",
			    option, arg);
	return 0;
}

static int add_replay(struct parser *p, const char *path)
{
	if (p->opts.replay_count == REPLAYS_MAX)
		return fail(p, "--replay=%s: there can be %d recordings at most", path,
			    REPLAYS_MAX);
	p->opts.replays[p->opts.replay_count++] = path;
	return 0;
}

/* The filter of an option. If the option is not a filter, the name of the result is NULL. */
static struct filter_option filter_of(int key)
{
	static const struct {
		int only, except;
	} keys[ET_FILTER_KINDS] = {
		[ET_FILTER_PID] = { KEY_PID, KEY_EXCLUDE_PID },
		[ET_FILTER_TREE] = { KEY_TREE, KEY_EXCLUDE_TREE },
		[ET_FILTER_UID] = { KEY_UID, KEY_EXCLUDE_UID },
		[ET_FILTER_COMM] = { KEY_COMM, KEY_EXCLUDE_COMM },
		[ET_FILTER_CGROUP] = { KEY_CGROUP, KEY_EXCLUDE_CGROUP },
		[ET_FILTER_PATH_PREFIX] = { KEY_PATH_PREFIX, KEY_EXCLUDE_PATH_PREFIX },
	};
	struct filter_option option = { .name = NULL };

	for (int kind = 0; kind < ET_FILTER_KINDS; kind++) {
		if (key != keys[kind].only && key != keys[kind].except)
			continue;
		option.kind = kind;
		option.exclude = key == keys[kind].except;
		option.name = option_name(key);
	}
	return option;
}

/* Parse EVENT of --help. */
static int parse_help(struct parser *p, const char *arg)
{
	struct options *o = &p->opts;

	o->action = ACTION_HELP;
	if (!arg)
		return 0;
	o->help = event_list_find(arg);
	if (o->help)
		return 0;
	event_list_unknown(arg, strlen(arg), p->err, p->err_size);
	return -EINVAL;
}

static int apply(struct parser *p, int key, const char *arg)
{
	const struct filter_option filter = filter_of(key);
	const struct word_option *words = find_word_option(key);
	struct options *o = &p->opts;
	uint64_t size = 0;
	int err;

	if (filter.name)
		return filters_add(&o->filters, &filter, arg, p->err, p->err_size);
	o->numbers_given |= key == KEY_NUMBERS;
	if (key >= KEY_SEGMENT_SIZE && key <= KEY_SPOOL_GROUP)
		o->spool_option = key;
	if (words)
		return parse_word(p, words, arg);
	switch ((enum option_key)key) {
	case KEY_ALL:
		event_choice_add_all(&o->choice);
		return 0;
	case KEY_EVENTS:
		return event_choice_apply(&o->choice, arg, p->err, p->err_size);
	case KEY_OUTPUT:
		if (!*arg)
			return fail(p, "--output needs the name of a file");
		if (!strncmp(arg, "kafka://", 8)) {
			o->ship_to = arg;
			return 0;
		}
		o->output = strcmp(arg, "-") ? arg : NULL;
		o->output_given = true;
		return 0;
	case KEY_APPEND:
		o->append = true;
		return 0;
	case KEY_ROTATE_SIZE:
		err = parse_number(p, "rotate-size", arg, "a size above 0, such as 512K or 100M",
				   parse_size64, &o->rotate_size);
		if (!err && o->rotate_size < ROTATE_SIZE_MIN)
			return fail(p, "--rotate-size=%s is too small: the least is 64K", arg);
		return err;
	case KEY_ROTATE_KEEP:
		err = parse_number(p, "rotate-keep", arg, "a number above 0", parse_count, &size);
		if (!err && size > ROTATE_KEEP_MAX)
			return fail(p, "--rotate-keep=%s is too large: at most %d files are kept",
				    arg, ROTATE_KEEP_MAX);
		if (!err)
			o->rotate_keep = (unsigned int)size;
		return err;
	case KEY_RECORD:
		if (!*arg)
			return fail(p, "--record needs the name of a file");
		o->record = arg;
		o->segmented = arg[strlen(arg) - 1] == '/';
		return 0;
	case KEY_SEGMENT_SIZE:
		err = parse_number(p, "segment-size", arg, "a size above 0, such as 512K or 8M",
				   parse_size64, &o->segment_size);
		if (!err && o->segment_size < ET_SEGMENT_SIZE_MIN)
			return fail(p, "--segment-size=%s is too small: the least is 64K", arg);
		return err;
	case KEY_SEGMENT_AGE:
		return parse_number(p, "segment-age", arg, "seconds above 0, such as 10 or 0.5",
				    parse_seconds, &o->segment_age_ns);
	case KEY_SPOOL_SIZE:
		return parse_number(p, "spool-size", arg, "a size above 0, such as 100M or 10G",
				    parse_size64, &o->spool_size);
	case KEY_SPOOL_GROUP:
		o->spool_group_given = true;
		return users_parse_group("spool-group", arg, &o->spool_group, p->err, p->err_size);
	case KEY_SPOOL:
		if (!*arg)
			return fail(p, "--spool needs the name of a folder");
		o->spool = arg;
		return 0;
	case KEY_SHIP_AS:
		return run_as_parse("ship-as", arg, &o->ship_as, p->err, p->err_size);
	case KEY_REPLAY:
		if (!*arg)
			return fail(p, "--replay needs the name of a file");
		return add_replay(p, arg);
	case KEY_FAILED:
		o->failed = true;
		return 0;
	case KEY_SINCE:
		return take_when(p, "since", arg, &o->since_ns);
	case KEY_UNTIL:
		return take_when(p, "until", arg, &o->until_ns);
	case KEY_WIDE:
		o->wide = true;
		return 0;
	case KEY_UTC:
		o->utc = true;
		return 0;
	case KEY_COLUMNS:
		o->columns = arg;
		return 0;
	case KEY_FIELDS:
		o->fields = arg;
		return 0;
	case KEY_EXCLUDE_FIELDS:
		o->exclude_fields = arg;
		return 0;
	case KEY_HEADER:
		o->header = true;
		return 0;
	case KEY_IDENTITY:
		o->identity = true;
		return 0;
	case KEY_DURATION:
		return parse_number(p, "duration", arg, "a time above 0, such as 0.5, 5s, 2m or 1h",
				    parse_seconds, &o->duration_ns);
	case KEY_COUNT:
		return parse_number(p, "count", arg, "a number above 0", parse_count, &o->count);
	case KEY_DRAIN_TIMEOUT:
		return parse_number(p, "drain-timeout", arg,
				    "a time above 0, such as 0.5, 5s, 2m or 1h", parse_seconds,
				    &o->drain_timeout_ns);
	case KEY_STATS_INTERVAL:
		return parse_number(p, "stats-interval", arg,
				    "a time above 0, such as 0.5, 5s, 2m or 1h", parse_seconds,
				    &o->stats_interval_ns);
	case KEY_METRICS:
		if (!*arg)
			return fail(p, "--metrics needs the name of a file");
		o->metrics = arg;
		return 0;
	case KEY_FEATURES:
		o->print_features = true;
		return 0;
	case KEY_STATS:
		o->json_summary = true;
		return 0;
	case KEY_MODE:
		return parse_mode(p, arg);
	case KEY_ENV:
		o->env = arg;
		return 0;
	case KEY_REDACT:
		return parse_redact(p, arg);
	case KEY_LIMIT_FEEDBACK:
		o->limit_feedback = true;
		return 0;
	case KEY_REDACT_TTY:
		o->redact_tty = true;
		return 0;
	case KEY_RUN_AS:
		return run_as_parse("run-as", arg, &o->run_as, p->err, p->err_size);
	case KEY_SNAPSHOT:
		o->snapshot = true;
		return 0;
	case KEY_CONTEXT:
		o->context = true;
		return 0;
	case KEY_CONTEXT_PROCESSES:
		err = parse_number(p, "context-processes", arg, "a number above 0", parse_count,
				   &o->context_processes);
		if (!err && o->context_processes > CONTEXT_PROCESSES_MAX)
			return fail(p, "--context-processes=%s is too large: at most %d", arg,
				    CONTEXT_PROCESSES_MAX);
		return err;
	case KEY_SUMMARY:
		o->activity = true;
		return 0;
	case KEY_TOP:
		o->top = true;
		return 0;
	case KEY_USER:
		return run_as_parse("user", arg, &o->user, p->err, p->err_size);
	case KEY_UNBUFFER:
		o->unbuffered = true;
		return 0;
	case KEY_LATENCY:
		return parse_latency(p, arg);
	case KEY_VERBOSE:
		o->verbose = true;
		return 0;
	case KEY_PROBE:
		o->action = ACTION_PROBE;
		return 0;
	case KEY_RING_SIZE:
		return parse_ring_sizes(p, arg);
	case KEY_RING_SHARDS:
		return parse_ring_shards(p, arg);
	case KEY_MEMORY_BUDGET:
		err = parse_number(p, "memory-budget", arg, "a size above 0, such as 512K or 16M",
				   parse_size64, &size);
		if (!err)
			o->memory_budget = size;
		return err;
	case KEY_HELP:
		return parse_help(p, arg);
	case KEY_CONFIG:
		if (p->config)
			return fail(p, "--config can be given once");
		p->config = arg;
		return 0;
	case KEY_VERSION:
		o->action = ACTION_VERSION;
		return 0;
	case KEY_LICENSES:
		o->action = ACTION_LICENSES;
		return 0;
	default: /* option of an event; filters and words were handled above */
		break;
	}
	event_choice_add(&o->choice, key - KEY_EVENT);
	return 0;
}

/* The kind of an option. All options that choose events are of the same kind. */
static int kind_of(int key)
{
	return key == KEY_ALL || key >= KEY_EVENT ? KEY_EVENTS : key;
}

/*
 * Apply a line of the configuration file, unless the command line has an option of the same kind.
 */
static int apply_line(struct parser *p, const struct config_option *line)
{
	const struct option *l = p->longs;
	char name[64];

	snprintf(name, sizeof(name), "--%s", line->name);
	while (l->name && strcmp(l->name, line->name) != 0)
		l++;
	if (!l->name)
		return fail_unknown_long(p, name);
	if (l->val == KEY_CONFIG || l->val == KEY_HELP || l->val == KEY_VERSION ||
	    l->val == KEY_LICENSES)
		return fail(p, "option %s is for the command line", name);
	if (line->value && l->has_arg == no_argument)
		return fail(p, "option %s takes no argument", name);
	if (!line->value && l->has_arg == required_argument)
		return fail(p, "option %s needs an argument", name);
	return p->given[kind_of(l->val)] ? 0 : apply(p, l->val, line->value);
}

static const char *config_strerror(int err)
{
	switch (err) {
	case -EMEDIUMTYPE:
		return "it is no regular file";
	case -EFBIG:
		return "it is larger than 64 KiB";
	case -EILSEQ:
		return "it is no text: it contains a byte 0";
	default:
		return strerror(-err);
	}
}

/* Apply the configuration file, after the command line was parsed. */
static int apply_config(struct parser *p)
{
	struct config_option line;
	struct config config;
	char message[512];
	int err;

	if (!p->config)
		return 0;
	err = config_open(p->config, &config);
	if (err)
		return fail(p, "--config=%s: %s", p->config, config_strerror(err));
	while (!err && config_next(&config, &line))
		err = apply_line(p, &line);
	if (err) {
		snprintf(message, sizeof(message), "%s", p->err);
		fail(p, "%s:%u: %s", p->config, line.line, message);
	}
	return err;
}

static bool ends_parsing(enum action action)
{
	return action == ACTION_HELP || action == ACTION_VERSION || action == ACTION_LICENSES;
}

/*
 * Take further recordings: a replay has no COMMAND, so all words between its options are
 * recordings. After "--", all remaining words are.
 */
static int take_replays(struct parser *p, int argc, char **argv)
{
	bool all = !strcmp(argv[optind - 1], "--");
	int err = 0;

	while (!err && optind < argc && (all || argv[optind][0] != '-' || !argv[optind][1]))
		err = add_replay(p, argv[optind++]);
	return err;
}

static int parse_options(struct parser *p, int argc, char **argv, const char *shorts)
{
	int key, err;

	while ((key = getopt_long(argc, argv, shorts, p->longs, NULL)) != -1) {
		if (key == '?')
			return fail_unknown(p, argv);
		if (key == ':')
			return fail_missing(p);
		p->given[kind_of(key)] = true;
		err = apply(p, key, optarg);
		if (err)
			return err;
		if (ends_parsing(p->opts.action))
			return 0;
	}
	return 0;
}

static int parse(struct parser *p, int argc, char **argv, const char *shorts)
{
	int err;

	optind = 0; /* GNU C library: resets the parser's state */
	opterr = 0;
	do {
		err = parse_options(p, argc, argv, shorts);
		if (err || ends_parsing(p->opts.action))
			return err;
		if (p->opts.replay_count)
			err = take_replays(p, argc, argv);
		if (err)
			return err;
	} while (p->opts.replay_count && optind < argc);
	err = apply_config(p);
	if (err)
		return err;
	if (optind < argc)
		p->opts.command = argv + optind;
	return options_check(p);
}

int options_parse(int argc, char **argv, struct options *ret, char *err, size_t err_size)
{
	struct parser p = { .opts.segment_size = SEGMENT_SIZE_NORMAL,
			    .opts.segment_age_ns = SEGMENT_AGE_NORMAL_NS,
			    .opts.spool_size = SPOOL_SIZE_NORMAL,
			    .err = err,
			    .err_size = err_size };
	struct getopt_tables tables;
	int ret_code;

	ret_code = getopt_tables_make(&tables);
	if (ret_code) {
		snprintf(err, err_size, "out of memory");
		return ret_code;
	}
	p.longs = tables.longs;
	ret_code = parse(&p, argc, argv, tables.shorts);
	getopt_tables_free(&tables);
	if (!ret_code)
		*ret = p.opts;
	return ret_code;
}
