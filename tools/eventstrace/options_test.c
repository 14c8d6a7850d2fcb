/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/options.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tools/eventstrace/option_table.h"

/* The event types of fake_infos.c. */
#define FORK        (1ULL << 1)
#define EXEC        (1ULL << 2)
#define EXEC_FAILED (1ULL << 3)
#define CREATE      (1ULL << 4)
#define CLOSED      (1ULL << 6)
#define ALL         (0x7fULL << 1)

#define ARGS(...) ((char *[]){ (char *)"eventstrace", ##__VA_ARGS__, NULL })

static int parse(char **argv, struct options *ret, char *err, size_t err_size)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return options_parse(argc, argv, ret, err, err_size);
}

static struct options good(char **argv)
{
	struct options o = { 0 };
	char err[256] = "";

	assert_int_equal(parse(argv, &o, err, sizeof(err)), 0);
	assert_string_equal(err, "");
	return o;
}

static void bad(char **argv, const char *message)
{
	struct options o, before;
	char err[512] = "";

	memset(&o, 0x5a, sizeof(o));
	before = o;
	assert_int_equal(parse(argv, &o, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, message);
	assert_memory_equal(&o, &before, sizeof(o));
}

static void nothing_means_all(void **state)
{
	struct options o = good(ARGS());

	(void)state;
	assert_int_equal(o.action, ACTION_RUN);
	assert_int_equal(o.choice.events, ALL);
	assert_int_equal(o.choice.named, 0);
	assert_null(o.output);
	assert_null(o.record);
	assert_int_equal(o.replay_count, 0);
	assert_int_equal(o.duration_ns, 0);
	assert_int_equal(o.count, 0);
	assert_int_equal(o.ring_size, 0);
	assert_int_equal(o.attach, ET_ATTACH_ANY);
	assert_int_equal(o.wakeup, ET_WAKEUP_ADAPTIVE);
	assert_int_equal(o.fair, ET_FAIR_USER);
	assert_int_equal(o.wire_format, ET_WIRE_AUTO);
	assert_false(o.print_features || o.json_summary || o.unbuffered || o.verbose);
}

/* Each event type of the table has an option. */
static void every_event_has_a_flag(void **state)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	(void)state;
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		char flag[64];
		struct options o;

		/* PROCESS_EXISTS needs another event: see snapshots(). */
		if (!strcmp(infos[i].name, "PROCESS_EXISTS"))
			continue;
		snprintf(flag, sizeof(flag), "--%s", infos[i].flag);
		o = good(ARGS(flag));
		assert_int_equal(o.choice.events, ET_EVENT_BIT(infos[i].id));
		assert_int_equal(o.choice.named, ET_EVENT_BIT(infos[i].id));
	}
}

#define EXISTS ET_EVENT_BIT(22)

static void snapshots(void **state)
{
	uint64_t all = good(ARGS("-a")).choice.events;

	(void)state;
	assert_int_equal(all & EXISTS, 0);
	assert_int_equal(good(ARGS("--snapshot")).choice.events, all | EXISTS);
	assert_int_equal(good(ARGS("--snapshot", "-e", "fork")).choice.events, FORK | EXISTS);
	assert_int_equal(good(ARGS("-e", "fork,exists")).choice.events, FORK | EXISTS);
	assert_int_equal(good(ARGS("--process-exists", "--process-fork")).choice.events,
			 FORK | EXISTS);
	assert_int_equal(good(ARGS("--replay=x", "-e", "exists")).choice.events, EXISTS);
	bad(ARGS("-e", "exists"), "PROCESS_EXISTS is had together with other events only");
	assert_int_equal(good(ARGS("--snapshot", "--comm=sh")).filters.count, 1);
	bad(ARGS("--probe", "--snapshot"), "--probe: PROCESS_EXISTS needs no hook; leave it out");
}

static void contexts(void **state)
{
	struct options o = good(ARGS("--context", "-e", "fork"));

	(void)state;
	assert_true(o.context);
	assert_int_equal(o.format, FORMAT_AUTO);
	assert_int_equal(o.choice.events, FORK);
	assert_int_equal(o.context_processes, 0);
	assert_int_equal(good(ARGS("--context", "--format=ecs")).format, FORMAT_ECS);
	assert_int_equal(good(ARGS("--context", "--context-processes=10")).context_processes, 10);
	assert_true(good(ARGS("--context", "--replay=x", "--snapshot")).context);
	bad(ARGS("--context-processes=10"), "--context-processes needs --context");
	bad(ARGS("--context", "--context-processes=0"),
	    "--context-processes=0 is not a number above 0");
	bad(ARGS("--context", "--context-processes=16000001"),
	    "--context-processes=16000001 is too large: at most 16000000");
	assert_int_equal(good(ARGS("--context", "--format=text")).format, FORMAT_TEXT);
	assert_int_equal(good(ARGS("--context", "--wide")).format, FORMAT_TEXT);
	bad(ARGS("--context", "--format=trace"),
	    "--context is for text, JSON and ECS, and not for --format=trace");
	bad(ARGS("--context", "--probe"), "--probe prints no events: leave out --context");
}

static void events(void **state)
{
	(void)state;
	assert_int_equal(good(ARGS("--process-fork", "--file-create")).choice.events,
			 FORK | CREATE);
	assert_int_equal(good(ARGS("--net-conn-closed")).choice.events, CLOSED);
	assert_int_equal(good(ARGS("-e", "net-conn-closed")).choice.events, CLOSED);
	assert_int_equal(good(ARGS("-a")).choice.events, ALL);
	assert_int_equal(good(ARGS("--all")).choice.named, 0);
	assert_int_equal(good(ARGS("-e", "exec")).choice.events, EXEC);
	assert_int_equal(good(ARGS("-e", "exec", "-e", "-exec,fork")).choice.events, FORK);
	assert_int_equal(good(ARGS("--process-fork", "--events=exec")).choice.events, FORK | EXEC);
	assert_int_equal(good(ARGS("-e", "-fork")).choice.events, ALL & ~FORK);
	/* The complete name of an option is valid, also if it is a prefix of another option. */
	assert_int_equal(good(ARGS("--process-exec")).choice.events, EXEC);
	assert_int_equal(good(ARGS("--process-exec-f")).choice.events, EXEC_FAILED);
}

static void flags_of_the_predecessor(void **state)
{
	struct options o = good(ARGS("-a", "-i", "-s", "-u", "-v"));

	(void)state;
	assert_true(o.print_features && o.json_summary && o.unbuffered && o.verbose);
	o = good(ARGS("--print-features-on-init", "--unbuffer-stdout", "--libbpf-verbose"));
	assert_true(o.print_features && o.unbuffered && o.verbose);
	assert_false(o.json_summary);
	o = good(ARGS("--stats"));
	assert_true(o.json_summary);
	o = good(ARGS("-ius"));
	assert_true(o.print_features && o.unbuffered && o.json_summary);
}

static void values(void **state)
{
	struct options o;

	(void)state;
	o = good(ARGS("-o", "events.json", "-d", "2.5", "-n", "3"));
	assert_string_equal(o.output, "events.json");
	assert_int_equal(o.duration_ns, 2500000000);
	assert_int_equal(o.count, 3);
	o = good(ARGS("--output=a", "--duration=1", "--count=18446744073709551615"));
	assert_string_equal(o.output, "a");
	assert_true(o.count == UINT64_MAX);
	assert_null(good(ARGS("-o", "-")).output);
	assert_null(good(ARGS("-o", "a", "-o", "-")).output);
	assert_int_equal(good(ARGS("--ring-size=16M")).ring_size, 16777216);
	o = good(ARGS("--ring-size=bulk=8M,lifecycle=64K"));
	assert_int_equal(o.ring_size, 0);
	assert_int_equal(o.bulk_ring_size, 8388608);
	assert_int_equal(o.lifecycle_ring_size, 65536);
	o = good(ARGS("--ring-size=1M", "--ring-size=bulk=2M"));
	assert_int_equal(o.ring_size, 1048576);
	assert_int_equal(o.bulk_ring_size, 2097152);
	assert_int_equal(o.lifecycle_ring_size, 0);
	assert_int_equal(good(ARGS()).ring_shards, 0);
	assert_int_equal(good(ARGS("--ring-shards=1")).ring_shards, 1);
	assert_int_equal(good(ARGS("--ring-shards=64")).ring_shards, 64);
	assert_int_equal(good(ARGS("--ring-shards=8", "--ring-shards=auto")).ring_shards, 0);
	assert_int_equal(good(ARGS("--memory-budget=4M")).memory_budget, 4194304);
	assert_int_equal(good(ARGS("--attach=fentry")).attach, ET_ATTACH_FENTRY);
	assert_int_equal(good(ARGS("--attach", "kprobe")).attach, ET_ATTACH_KPROBE);
	assert_int_equal(good(ARGS("--attach=tracepoint")).attach, ET_ATTACH_TRACEPOINT);
	assert_int_equal(good(ARGS("--attach=tp-btf")).attach, ET_ATTACH_TP_BTF);
	assert_int_equal(good(ARGS("--wakeup=always")).wakeup, ET_WAKEUP_ALWAYS);
	assert_int_equal(good(ARGS("--wakeup=adaptive")).wakeup, ET_WAKEUP_ADAPTIVE);
	assert_int_equal(good(ARGS("--wakeup=nap")).wakeup, ET_WAKEUP_NAP);
	assert_int_equal(good(ARGS()).latency_ms, 0);
	assert_int_equal(good(ARGS("--latency=1")).latency_ms, 1);
	assert_int_equal(good(ARGS("--latency=500")).latency_ms, 500);
	assert_int_equal(good(ARGS("--fair=user")).fair, ET_FAIR_USER);
	assert_int_equal(good(ARGS("--fair=off")).fair, ET_FAIR_OFF);
	assert_int_equal(good(ARGS("--wire-format=fixed")).wire_format, ET_WIRE_FIXED);
	assert_int_equal(good(ARGS("--wire-format=varlen")).wire_format, ET_WIRE_VARLEN);
	assert_int_equal(good(ARGS("--wire-format=direct")).wire_format, ET_WIRE_DIRECT);
	assert_int_equal(good(ARGS("--wire-format=fixed", "--wire-format=auto")).wire_format,
			 ET_WIRE_AUTO);
	assert_int_equal(good(ARGS()).format, FORMAT_AUTO);
	assert_int_equal(good(ARGS("--format=json")).format, FORMAT_JSON);
	assert_int_equal(good(ARGS("--format=text")).format, FORMAT_TEXT);
	assert_int_equal(good(ARGS("--format=text", "--format=auto")).format, FORMAT_AUTO);
	assert_int_equal(good(ARGS("-d", "1h")).duration_ns, 3600000000000);
	assert_int_equal(good(ARGS("-d.3")).duration_ns, 300000000);
	assert_int_equal(good(ARGS("--color=never")).color, COLOR_NEVER);
	assert_int_equal(good(ARGS("--color=always")).format, FORMAT_AUTO);
	assert_int_equal(good(ARGS("--probe")).action, ACTION_PROBE);
}

static void recordings(void **state)
{
	struct options o = good(ARGS("--record=trace.etr"));

	(void)state;
	assert_int_equal(o.action, ACTION_RUN);
	assert_string_equal(o.record, "trace.etr");
	assert_false(o.output_given);
	o = good(ARGS("--record", "-", "-o", "events.json", "-i"));
	assert_string_equal(o.record, "-");
	assert_string_equal(o.output, "events.json");
	assert_true(o.output_given);
	assert_true(good(ARGS("--record=trace.etr", "-o", "-", "-i")).output_given);

	o = good(ARGS("--replay", "trace.etr", "-e", "exec", "-n", "2", "-s"));
	assert_int_equal(o.action, ACTION_REPLAY);
	assert_int_equal(o.replay_count, 1);
	assert_string_equal(o.replays[0], "trace.etr");
	assert_null(o.record);
	assert_int_equal(o.choice.events, EXEC);

	bad(ARGS("--record"), "option --record needs an argument");
	bad(ARGS("--record="), "--record needs the name of a file");
	bad(ARGS("--replay="), "--replay needs the name of a file");
	bad(ARGS("--record=a", "--replay=b"), "--replay and --record cannot be used together");
	bad(ARGS("--probe", "--replay=b"), "--probe neither records nor replays");
	bad(ARGS("--record=a", "--probe"), "--probe neither records nor replays");
	bad(ARGS("-i", "--replay=b"), "--replay attaches nothing: -i has nothing to say");
	bad(ARGS("--record=-", "-o", "-"), "--record and --output cannot both write to stdout");
	bad(ARGS("-i", "--record=-"), "-i needs an --output, as --record takes stdout");
}

/*
 * Recordings of one session, in the order of the command line. After --replay, words are no
 * COMMAND.
 */
static void several_recordings(void **state)
{
	static const char *const want[] = { "r.2", "r.1", "r", "-" };
	struct options o[] = {
		good(ARGS("--replay=r.2", "--replay=r.1", "--replay", "r", "--replay", "-")),
		good(ARGS("--replay", "r.2", "r.1", "r", "-", "-e", "exec")),
		good(ARGS("-e", "exec", "--replay", "r.2", "-s", "r.1", "r", "-u", "-")),
		good(ARGS("--replay", "r.2", "--", "r.1", "r", "-")),
	};
	char *many[REPLAYS_MAX + 4] = { (char *)"eventstrace", (char *)"--replay" };

	(void)state;
	for (size_t i = 0; i < sizeof(o) / sizeof(*o); i++) {
		assert_int_equal(o[i].action, ACTION_REPLAY);
		assert_null(o[i].command);
		assert_int_equal(o[i].replay_count, 4);
		for (size_t k = 0; k < 4; k++)
			assert_string_equal(o[i].replays[k], want[k]);
	}
	assert_int_equal(o[1].choice.events, EXEC);
	assert_true(o[2].json_summary && o[2].unbuffered);
	o[0] = good(ARGS("--replay=r", "--", "-n"));
	assert_string_equal(o[0].replays[1], "-n");
	/* Options after COMMAND are COMMAND's. */
	o[0] = good(ARGS("make", "--replay", "r"));
	assert_int_equal(o[0].replay_count, 0);
	assert_string_equal(o[0].command[0], "make");

	bad(ARGS("--replay=r", "r.1", "--nonsense"), "unknown option --nonsense");
	bad(ARGS("--replay=r", "r.1", "--record=a"),
	    "--replay and --record cannot be used together");
	for (int i = 0; i <= REPLAYS_MAX; i++)
		many[i + 2] = (char *)"r";
	bad(many, "--replay=r: there can be 256 recordings at most");
	many[REPLAYS_MAX + 2] = NULL;
	assert_int_equal(good(many).replay_count, REPLAYS_MAX);
}

static void appending(void **state)
{
	const char *no_end = "--append: nothing can follow the end of a recording, so it cannot be "
			     "used with --record";

	(void)state;
	assert_false(good(ARGS("-o", "events.json")).append);
	assert_true(good(ARGS("-o", "events.json", "--append")).append);
	assert_true(good(ARGS("--append", "--replay=b", "-o", "events.json")).append);
	bad(ARGS("--append"), "--append needs an --output=FILE");
	bad(ARGS("--append", "-o", "-"), "--append needs an --output=FILE");
	bad(ARGS("--append", "--record=a"), no_end);
	bad(ARGS("--append", "--record=a", "-o", "events.json"), no_end);
	assert_true(good(ARGS("--append", "--record=a/", "-o", "events.json")).append);
}

static void rotating(void **state)
{
	struct options o = good(ARGS("--record=r", "--rotate-size=100M"));

	(void)state;
	assert_int_equal(o.rotate_size, 100 << 20);
	assert_int_equal(o.rotate_keep, 5);
	o = good(ARGS("-o", "f", "--append", "--rotate-size=64K", "--rotate-keep=12", "make"));
	assert_int_equal(o.rotate_size, 65536);
	assert_int_equal(o.rotate_keep, 12);
	assert_int_equal(good(ARGS("-o", "f")).rotate_size, 0);
	bad(ARGS("--rotate-size=1M"), "--rotate-size needs an --output=FILE or a --record=FILE");
	bad(ARGS("--rotate-size=1M", "-o", "-"),
	    "--rotate-size needs an --output=FILE or a --record=FILE");
	bad(ARGS("--rotate-size=1M", "--record=-"),
	    "--rotate-size needs an --output=FILE or a --record=FILE");
	bad(ARGS("--rotate-size=65535", "-o", "f"),
	    "--rotate-size=65535 is too small: the least is 64K");
	bad(ARGS("--rotate-size=x", "-o", "f"),
	    "--rotate-size=x is not a size above 0, such as 512K or 100M");
	bad(ARGS("--rotate-size=0", "-o", "f"),
	    "--rotate-size=0 is not a size above 0, such as 512K or 100M");
	o = good(ARGS("--record=r", "--compress=zstd", "-i"));
	assert_int_equal(o.compress, ET_COMPRESS_ZSTD);
	o = good(ARGS("-o", "f", "--append", "--compress=zstd", "make"));
	assert_int_equal(o.compress, ET_COMPRESS_ZSTD);
	assert_int_equal(good(ARGS("-o", "f", "--compress=none")).compress, ET_COMPRESS_NONE);
	bad(ARGS("--compress=gzip"), "--compress=gzip is unknown; it can be zstd, none");
	bad(ARGS("--compress=zstd", "make"),
	    "--compress needs an --output=FILE or a --record=FILE");
	bad(ARGS("--compress=zstd", "-o", "f", "-i"),
	    "-i prints a line that is not compressed: leave out --compress");
	bad(ARGS("--compress=zstd", "--probe"), "--probe prints no events: leave out --compress");
	bad(ARGS("--rotate-keep=3", "-o", "f"), "--rotate-keep needs a --rotate-size");
	bad(ARGS("--rotate-keep=0", "-o", "f"), "--rotate-keep=0 is not a number above 0");
	bad(ARGS("--rotate-size=1M", "--rotate-keep=1001", "-o", "f"),
	    "--rotate-keep=1001 is too large: at most 1000 files are kept");
	bad(ARGS("--rotate-size=1M", "--replay=r", "-o", "f"),
	    "--rotate-size works while events are recorded");
}

static void filters(void **state)
{
	struct options o =
		good(ARGS("-p", "12,13", "--tree=14", "-U", "0", "-C", "sh,ls", "-g",
			  "/cgroups/a,b", "--path-prefix=/usr/", "--exclude-pid=15",
			  "--exclude-tree", "16", "--exclude-uid=17", "--exclude-comm=cat",
			  "--exclude-cgroup=/cgroups/a,b", "--exclude-path-prefix=/tmp"));
	static const struct {
		enum et_filter_kind kind;
		bool exclude;
	} want[] = {
		{ ET_FILTER_PID, false },    { ET_FILTER_PID, false },
		{ ET_FILTER_TREE, false },   { ET_FILTER_UID, false },
		{ ET_FILTER_COMM, false },   { ET_FILTER_COMM, false },
		{ ET_FILTER_CGROUP, false }, { ET_FILTER_PATH_PREFIX, false },
		{ ET_FILTER_PID, true },     { ET_FILTER_TREE, true },
		{ ET_FILTER_UID, true },     { ET_FILTER_COMM, true },
		{ ET_FILTER_CGROUP, true },  { ET_FILTER_PATH_PREFIX, true },
	};

	(void)state;
	assert_int_equal(o.filters.count, sizeof(want) / sizeof(*want));
	for (size_t i = 0; i < o.filters.count; i++) {
		assert_int_equal(o.filters.values[i].kind, want[i].kind);
		assert_int_equal(o.filters.values[i].exclude, want[i].exclude);
	}
	o = good(ARGS("--pid=1", "--path-prefix=/a,b", "--pid=2"));
	assert_int_equal(o.filters.count, 3);
	assert_string_equal(o.filters.values[1].path, "/a,b");
	assert_int_equal(good(ARGS("-a")).filters.count, 0);

	bad(ARGS("--pid"), "option --pid needs an argument");
	bad(ARGS("-p", "x"), "--pid=x: \"x\" is not the number of a process");
	bad(ARGS("--exclude-tree=0"), "--exclude-tree=0: \"0\" is not the number of a process");
}

static void failures(void **state)
{
	const struct options all = good(ARGS("--failed")), named = good(ARGS("-e", "exec-failed")),
			     replayed = good(ARGS("-e", "exec-failed", "--failed", "--replay=r"));

	(void)state;
	/* fake_infos.c has no event "exit". */
	assert_true(all.failed && replayed.failed && !named.failed);
	assert_true(all.choice.events == named.choice.events);
	assert_true(all.choice.events == replayed.choice.events);
	assert_true(good(ARGS("--failed", "--context", "--replay=r")).failed);
	bad(ARGS("--failed", "--context"), "--context needs all exits: use --failed with --replay");
	bad(ARGS("--failed", "-e", "exec,exec-failed"),
	    "--failed: only exec-failed and exit can be failures; leave out the other events");
}

/* A replay accepts filters. Its cgroups need not exist on this host. */
static void filters_of_a_replay(void **state)
{
	struct options o = good(ARGS("--replay=b", "--pid=1", "--cgroup=/no/such", "--since=@5",
				     "--until=2026-11-30T07:22:41.5Z"));

	(void)state;
	assert_int_equal(o.filters.count, 2);
	assert_true(o.since_ns == 5000000000);
	assert_true(o.until_ns == 1796023361500000000);
	bad(ARGS("--tree=self", "--replay=b"),
	    "--replay: \"self\" is no process of a recording; give its number");
	bad(ARGS("--since=-1h"), "--since needs a --replay=FILE");
	bad(ARGS("--until=07:22"), "--until needs a --replay=FILE");
	bad(ARGS("--replay=b", "--since=@6", "--until=@5"), "--since is after --until");
	bad(ARGS("--replay=b", "--since=1h"),
	    "--since=1h is not a time, such as \"2026-11-30 07:22\", 07:22, -1h, or "
	    "2026-11-30T07:22:41Z");
	bad(ARGS("--replay=b", "--until=9999-01-01"),
	    "--until=9999-01-01 is before 1970 or after 2554");
}

static void secrets(void **state)
{
	struct options o = good(
		ARGS("--mode=0640", "--redact=--password=*", "--redact", "*key*", "--redact-tty"));
	char *many[REDACT_MAX + 3] = { (char *)"eventstrace" };
	char longest[ET_REDACT_MAX + 2];

	(void)state;
	assert_int_equal(o.mode, 0640);
	assert_int_equal(o.redact_count, 2);
	assert_string_equal(o.redact[0], "--password=*");
	assert_string_equal(o.redact[1], "*key*");
	assert_true(o.redact_tty);
	assert_false(o.limit_feedback);
	assert_true(good(ARGS("--limit-feedback")).limit_feedback);
	o = good(ARGS("--replay=b", "--redact=x"));
	assert_int_equal(o.mode, 0600);
	assert_int_equal(o.redact_count, 1);
	assert_false(o.redact_tty);

	assert_null(o.env);
	assert_string_equal(good(ARGS("--env=all", "--env", "PATH,LC_*")).env, "PATH,LC_*");
	bad(ARGS("--env"), "option --env needs an argument");
	bad(ARGS("--env=all", "--replay=b"),
	    "--replay: --env works while events are recorded, not behind it");

	bad(ARGS("--mode=rw"), "--mode=rw is not permissions in octal digits, such as 0640");
	bad(ARGS("--mode="), "--mode= is not permissions in octal digits, such as 0640");
	bad(ARGS("--mode=0680"), "--mode=0680 is not permissions in octal digits, such as 0640");
	bad(ARGS("--mode=4755"), "--mode=4755 is not permissions in octal digits, such as 0640");
	bad(ARGS("--mode=0444"), "--mode=0444: the owner must be able to read and write it");
	bad(ARGS("--redact="), "--redact=: a pattern has 1 to 255 bytes");
	bad(ARGS("--redact-tty"), "--redact-tty needs a --redact=PATTERN");
	for (int i = 0; i <= REDACT_MAX; i++)
		many[i + 1] = (char *)"--redact=x";
	bad(many, "--redact=x: there can be 64 patterns at most");
	many[REDACT_MAX + 1] = NULL;
	assert_int_equal(good(many).redact_count, REDACT_MAX);
	memset(longest, 'x', sizeof(longest));
	longest[ET_REDACT_MAX] = '\0';
	assert_int_equal(good(ARGS("--redact", longest)).redact_count, 1);
}

static void help_and_version_end_it(void **state)
{
	(void)state;
	assert_int_equal(good(ARGS("-h")).action, ACTION_HELP);
	assert_int_equal(good(ARGS("--help", "--nonsense")).action, ACTION_HELP);
	assert_int_equal(good(ARGS("-V")).action, ACTION_VERSION);
	assert_int_equal(good(ARGS("--version", "nonsense")).action, ACTION_VERSION);
	assert_int_equal(good(ARGS("--licenses", "nonsense")).action, ACTION_LICENSES);
	bad(ARGS("--nonsense", "--help"), "unknown option --nonsense");
}

static void unknown_options(void **state)
{
	(void)state;
	bad(ARGS("--nonsense"), "unknown option --nonsense");
	bad(ARGS("--nonsense=3"), "unknown option --nonsense");
	bad(ARGS("-a", "--process-exce"),
	    "unknown option --process-exce (did you mean --process-exec?)");
	bad(ARGS("-x"), "unknown option -x");
	bad(ARGS("-ux"), "unknown option -x");
	/* COMMAND may have the same name as an event. */
	assert_string_equal(good(ARGS("connect", "host")).command[0], "connect");
	bad(ARGS("--help=exce"),
	    "no event or category is called \"exce\" (did you mean \"exec\"?)");
	bad(ARGS("--process-f", "--process-e"),
	    "option --process-e could be any of --process-exec, --process-exec-failed, "
	    "--process-exists");
	bad(ARGS("--all=1"), "option --all takes no argument");
	bad(ARGS("--process-exec=1"), "option --process-exec takes no argument");
}

static void missing_arguments(void **state)
{
	(void)state;
	bad(ARGS("-d"), "option --duration needs an argument");
	bad(ARGS("--count"), "option --count needs an argument");
	bad(ARGS("--ring-size"), "option --ring-size needs an argument");
	bad(ARGS("-o", ""), "--output needs the name of a file");
}

static void wrong_arguments(void **state)
{
	(void)state;
	bad(ARGS("-e", "exce"), "no event or category is called \"exce\" (did you mean \"exec\"?)");
	bad(ARGS("-e", "exec,-exec"), "the list of events leaves none");
	bad(ARGS("-e", ""), "an empty name in the list of events \"\"");
	bad(ARGS("-d", "soon"), "--duration=soon is not a time above 0, such as 0.5, 5s, 2m or 1h");
	bad(ARGS("-d", "0"), "--duration=0 is not a time above 0, such as 0.5, 5s, 2m or 1h");
	bad(ARGS("-d", "-1"), "--duration=-1 is not a time above 0, such as 0.5, 5s, 2m or 1h");
	bad(ARGS("-d", "99999999999"), "--duration=99999999999 is too large");
	bad(ARGS("-n", "0"), "--count=0 is not a number above 0");
	bad(ARGS("-n", "1.5"), "--count=1.5 is not a number above 0");
	bad(ARGS("-n", "18446744073709551616"), "--count=18446744073709551616 is too large");
	bad(ARGS("--ring-size=0"), "--ring-size=0 is not a size above 0, such as 512K or 16M");
	bad(ARGS("--ring-size=bulk=1M,life=2M"),
	    "--ring-size=life=2M names no ring; there are lifecycle and bulk");
	bad(ARGS("--ring-size=bulk="), "--ring-size= is not a size above 0, such as 512K or 16M");
	bad(ARGS("--ring-size=bulk=0,lifecycle=1M"),
	    "--ring-size=0 is not a size above 0, such as 512K or 16M");
	bad(ARGS("--ring-size=bulk=1M1M1M1M1M1M1M1M1M1M1M1M1M1M1M1M"),
	    "--ring-size=1M1M1M1M1M1M1M1M1M1M1M1M1M1M1M1M is not a size above 0, such as 512K or "
	    "16M");
	bad(ARGS("--ring-shards=0"), "--ring-shards=0 is not auto, or a power of two from 1 to 64");
	bad(ARGS("--ring-shards=3"), "--ring-shards=3 is not auto, or a power of two from 1 to 64");
	bad(ARGS("--ring-shards=128"),
	    "--ring-shards=128 is not auto, or a power of two from 1 to 64");
	bad(ARGS("--ring-shards=many"),
	    "--ring-shards=many is not auto, or a power of two from 1 to 64");
	bad(ARGS("--memory-budget=0"),
	    "--memory-budget=0 is not a size above 0, such as 512K or 16M");
	bad(ARGS("--ring-size=big"), "--ring-size=big is not a size above 0, such as 512K or 16M");
	bad(ARGS("--ring-size=99999999999999999G"), "--ring-size=99999999999999999G is too large");
	bad(ARGS("--attach=magic"),
	    "--attach=magic is unknown; it can be fentry, kprobe, tracepoint, tp-btf");
	bad(ARGS("--wire-format=packed"),
	    "--wire-format=packed is unknown; it can be auto, fixed, varlen, direct");
	bad(ARGS("--fair=group"), "--fair=group is unknown; it can be user, off");
	bad(ARGS("--latency=0"), "--latency=0 is not a number of milliseconds from 1 to 500");
	bad(ARGS("--latency=5ms"), "--latency=5ms is not a number of milliseconds from 1 to 500");
	bad(ARGS("--latency=501"), "--latency=501 is too large: at most 500 milliseconds");
	bad(ARGS("--wakeup=never"), "--wakeup=never is unknown; it can be always, adaptive, nap");
	bad(ARGS("--format=xml"),
	    "--format=xml is unknown; it can be auto, json, text, ecs, es-bulk, trace, tree");
	bad(ARGS("--color=red"), "--color=red is unknown; it can be auto, always, never");
}

/* Each word of each option is suggested for the word with its first two letters exchanged. */
static void misspelt_words(void **state)
{
	size_t words = 0;

	(void)state;
	for (const struct option_row *row = option_table; row->name; row++) {
		const char *word;

		for (size_t i = 0; (word = option_word(row->key, i)); i++, words++) {
			struct options o;
			char arg[64], err[512], expected[128];

			snprintf(arg, sizeof(arg), "--%s=%c%c%s", row->name, word[1], word[0],
				 word + 2);
			snprintf(expected, sizeof(expected),
				 "%s is unknown (did you mean %s?); it can be ", arg, word);
			assert_int_equal(parse(ARGS(arg), &o, err, sizeof(err)), -EINVAL);
			assert_memory_equal(err, expected, strlen(expected));
		}
	}
	assert_true(words > 20);
	bad(ARGS("--compress=zst"),
	    "--compress=zst is unknown (did you mean zstd?); it can be zstd, none");
	bad(ARGS("--attach=TP_BTF"), "--attach=TP_BTF is unknown (did you mean tp-btf?); it can be "
				     "fentry, kprobe, tracepoint, tp-btf");
}

/* --help contains every option and every event, and no line is wider than a terminal. */
static void help(void **state)
{
	size_t count, size;
	const struct et_event_info *infos = et_event_infos(&count);
	char *text, flag[64];
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	options_help(out);
	assert_int_equal(fclose(out), 0);
	for (size_t i = 0; i < count; i++) {
		snprintf(flag, sizeof(flag), "      --%s ", infos[i].flag);
		assert_non_null(strstr(text, flag));
		assert_non_null(strstr(text, infos[i].doc));
	}
	assert_non_null(strstr(text, "  -d, --duration=SEC "));
	assert_non_null(strstr(text, "  -i, --print-features-on-init "));
	assert_non_null(strstr(text, "      --ring-size=SIZE "));
	assert_non_null(strstr(text, "Exit status:"));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 80);
	free(text);
}

/* --help=EVENT contains the event's fields. */
static void help_of_an_event(void **state)
{
	struct options o = good(ARGS("--help=PROCESS_EXEC"));
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(o.action, ACTION_HELP);
	assert_int_equal(o.help, EXEC);
	assert_int_equal(good(ARGS("-h")).help, 0);
	assert_int_equal(good(ARGS("--help=file")).help, CREATE | 1ULL << 5);
	assert_non_null(out);
	options_help_events(out, o.help);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "PROCESS_EXEC, --process-exec\nA program was started.\n"));
	assert_non_null(strstr(text, "  ts_ns  "));
	assert_non_null(strstr(text, "  pids     "));
	assert_non_null(strstr(text, "    .tgid  "));
	assert_non_null(strstr(text, "number: process\n"));
	assert_null(strstr(text, "PROCESS_FORK"));
	free(text);
}

static void run_as(void **state)
{
	struct options o = good(ARGS("--run-as=7:8"));

	(void)state;
	assert_true(o.run_as.given);
	assert_int_equal(o.run_as.uid, 7);
	assert_int_equal(o.run_as.gid, 8);
	o = good(ARGS("--run-as=root"));
	assert_int_equal(o.run_as.uid, 0);
	assert_int_equal(o.run_as.gid, 0);
	o = good(ARGS("--run-as=root:12"));
	assert_int_equal(o.run_as.gid, 12);
	assert_false(good(ARGS()).run_as.given);
	bad(ARGS("--run-as="), "--run-as: no user is called \"\" in /etc/passwd; a number will do");
	bad(ARGS("--run-as=no:1"),
	    "--run-as: no user is called \"no\" in /etc/passwd; a number will do");
	bad(ARGS("--run-as=1:"),
	    "--run-as: no group is called \"\" in /etc/group; a number will do");
	bad(ARGS("--run-as=4000000000"), "--run-as: /etc/passwd has no user 4000000000: add the "
					 "group, as in 4000000000:GROUP");
	bad(ARGS("--run-as=4294967295:1"), "--run-as=4294967295:1: a number is too large");
	bad(ARGS("--run-as=1:4294967296"), "--run-as=1:4294967296: a number is too large");
}

/* An option that belongs to one format chooses this format. */
static void formats(void **state)
{
	struct options o = good(ARGS("-w", "--utc", "--columns=pid,what"));

	(void)state;
	assert_int_equal(o.format, FORMAT_TEXT);
	assert_true(o.wide && o.utc);
	assert_string_equal(o.columns, "pid,what");
	o = good(ARGS("--fields=argv", "--exclude-fields=env,ns"));
	assert_int_equal(o.format, FORMAT_JSON);
	assert_string_equal(o.fields, "argv");
	assert_string_equal(o.exclude_fields, "env,ns");
	o = good(ARGS("--header", "--identity", "--numbers=both"));
	assert_true(o.header);
	assert_true(o.identity);
	assert_int_equal(o.numbers, ET_NUMBERS_BOTH);
	assert_int_equal(o.format, FORMAT_JSON);
	bad(ARGS("--header", "--format=text"), "--header is for JSON, and not for --format=text");
	o = good(ARGS("--header", "--format=ecs"));
	assert_int_equal(o.format, FORMAT_ECS);
	assert_int_equal(good(ARGS("--format=es-bulk", "--header")).format, FORMAT_ES_BULK);
	bad(ARGS("--identity", "--format=ecs"), "--identity is for JSON, and not for --format=ecs");
	bad(ARGS("--utc", "--format=es-bulk"), "--utc is for text, and not for --format=es-bulk");
	assert_int_equal(good(ARGS("--format=trace")).format, FORMAT_TRACE);
	o = good(ARGS("--format=tree", "make"));
	assert_int_equal(o.choice.events, ET_EVENT_BIT(ET_EVENT_PROCESS_FORK) |
						  ET_EVENT_BIT(ET_EVENT_PROCESS_EXEC) |
						  ET_EVENT_BIT(ET_EVENT_PROCESS_EXIT));
	bad(ARGS("--format=tree"), "--format=tree needs a COMMAND, whose processes it prints");
	bad(ARGS("--format=tree", "-e", "exec", "make"),
	    "--format=tree needs the events process-fork, process-exec and process-exit");
	bad(ARGS("--format=tree", "-i", "make"),
	    "-i is a line before events, and --format=tree prints none");
	bad(ARGS("-i", "--format=trace"),
	    "-i: --format=trace prints one array, which has no place for it");
	bad(ARGS("-i", "--format=es-bulk"),
	    "-i: the bulk API takes no other lines than those of --format=es-bulk");
	bad(ARGS("--numbers=no"), "--numbers=no is unknown; it can be number, both, string");
	bad(ARGS("--fields=argv", "-w"), "--wide is for text, and --fields for JSON");
	bad(ARGS("--utc", "--format=json"), "--utc is for text, and not for --format=json");
	bad(ARGS("--columns=pid", "--format=json"),
	    "--columns is for text, and not for --format=json");
	bad(ARGS("--exclude-fields=env", "--format=text"),
	    "--exclude-fields is for JSON, and not for --format=text");
}

static void command(void **state)
{
	struct options o = good(ARGS("-e", "exec", "ls", "-l", "-e", "--nonsense"));

	(void)state;
	assert_string_equal(o.command[0], "ls");
	assert_string_equal(o.command[1], "-l");
	assert_string_equal(o.command[3], "--nonsense");
	assert_null(o.command[4]);
	assert_int_equal(o.choice.events, EXEC);
	assert_int_equal(o.wait, COMMAND_WAIT_DEFAULT);
	assert_false(o.user.given);
	o = good(ARGS("-n", "2", "--", "-strange", "-n"));
	assert_int_equal(o.count, 2);
	assert_string_equal(o.command[0], "-strange");
	assert_null(good(ARGS("-n", "2")).command);
	assert_null(good(ARGS("-n", "2", "--")).command);
	o = good(ARGS("--wait=tree", "--user=7:8", "true"));
	assert_int_equal(o.wait, COMMAND_WAIT_TREE);
	assert_int_equal(o.user.uid, 7);
	assert_int_equal(o.user.gid, 8);
	assert_int_equal(good(ARGS("--wait=command", "true")).wait, COMMAND_WAIT_COMMAND);
	good(ARGS("--exclude-tree=1", "--record=file", "true"));
	assert_true(good(ARGS("--summary", "true")).activity);
	assert_true(good(ARGS("--summary")).activity);
	assert_false(good(ARGS("true")).activity);
	assert_string_equal(good(ARGS("--metrics=m")).metrics, "m");
	bad(ARGS("--metrics="), "--metrics needs the name of a file");
	bad(ARGS("--metrics=m", "--replay=file"), "--metrics works while events are recorded");
	bad(ARGS("--metrics=m", "-o", "m"), "--metrics=m: events or records are written there");
	bad(ARGS("--summary", "--replay=file"), "--summary works while events are recorded");
	assert_true(good(ARGS("--top")).top);
	assert_true(good(ARGS("--top", "-o", "file", "--summary")).top);
	bad(ARGS("--top", "--replay=file"), "--top works while events are recorded");
	bad(ARGS("--top", "--probe"), "--top works while events are recorded");
	bad(ARGS("--top", "true"),
	    "--top: standard output is that of COMMAND; use --summary, or record a process that runs "
	    "with --tree");
	bad(ARGS("--top", "-o", "-"), "--top prints on standard output: name a file for events");
	bad(ARGS("--top", "--record=-"), "--top prints on standard output: name a file for events");
	bad(ARGS("--wait=children", "true"), "--wait=children is unknown; it can be command, tree");
	bad(ARGS("--wait=tree"), "--wait needs a COMMAND, whose end it waits for");
	bad(ARGS("--user=1"), "--user needs a COMMAND, which runs as this user");
	bad(ARGS("--user=no:1", "true"),
	    "--user: no user is called \"no\" in /etc/passwd; a number will do");
	bad(ARGS("--probe", "true"), "--probe records nothing, so it has no COMMAND \"true\"");
	bad(ARGS("--record=-", "true"), "--record=-: stdout belongs to COMMAND; name a file");
	bad(ARGS("--tree=1", "true"), "--tree: with a COMMAND, its own tree is recorded");
	bad(ARGS("--limit-feedback", "true"),
	    "--limit-feedback: all events of COMMAND are recorded");
}

static void segments(void **state)
{
	struct options o = good(ARGS("--record=spool/"));

	(void)state;
	assert_true(o.segmented);
	assert_int_equal(o.mode, 0640);
	assert_int_equal(o.segment_size, 8 << 20);
	assert_true(o.segment_age_ns == 60000000000);
	assert_int_equal(o.spool_size, 1 << 30);
	assert_int_equal(o.spool_full, ET_SPOOL_DROP_OLDEST);
	assert_int_equal(o.spool_sync, ET_SPOOL_SYNC_NONE);
	assert_false(o.spool_group_given);
	o = good(ARGS("--record=/spool/", "--segment-size=64K", "--segment-age=0.5",
		      "--spool-size=128K", "--spool-full=newest", "--spool-sync=always",
		      "--spool-group=42", "--mode=0600"));
	assert_int_equal(o.mode, 0600);
	assert_int_equal(o.segment_size, 65536);
	assert_true(o.segment_age_ns == 500000000);
	assert_int_equal(o.spool_size, 131072);
	assert_int_equal(o.spool_full, ET_SPOOL_DROP_NEWEST);
	assert_int_equal(o.spool_sync, ET_SPOOL_SYNC_ALWAYS);
	assert_true(o.spool_group_given);
	assert_int_equal(o.spool_group, 42);
	assert_false(good(ARGS("--record=spool")).segmented);
	assert_int_equal(good(ARGS("--record=spool")).mode, 0600);
	good(ARGS("--record=spool/", "--rotate-size=1M", "-o", "f"));
	bad(ARGS("--record=spool/", "--rotate-size=1M"),
	    "--rotate-size: segments of --record=DIR/ have a --segment-size");
	bad(ARGS("--record=spool/", "--compress=zstd"),
	    "--compress: the segments of --record=DIR/ are not compressed");
	bad(ARGS("--record=spool", "--spool-size=1M"),
	    "--spool-size needs a --record=DIR/, a folder of segments");
	bad(ARGS("--record=spool", "--spool-full=oldest"),
	    "--spool-full needs a --record=DIR/, a folder of segments");
	bad(ARGS("--record=spool/", "--segment-size=63K"),
	    "--segment-size=63K is too small: the least is 64K");
	bad(ARGS("--record=spool/", "--spool-size=15M"),
	    "--spool-size must be at least twice --segment-size");
	bad(ARGS("--record=spool/", "--spool-full=none"),
	    "--spool-full=none is unknown; it can be oldest, newest");
	bad(ARGS("--record=spool/", "--spool-group=no group"),
	    "--spool-group: no group is called \"no group\" in /etc/group; a number will do");
}

/* --output=kafka://... records into the folder of --spool, which belongs to the sender's group. */
static void ship(void **state)
{
	struct options o;

	(void)state;
	o = good(ARGS("-o", "kafka://a:9092,b/events", "--spool=spool", "--ship-as=7:8"));
	assert_string_equal(o.ship_to, "kafka://a:9092,b/events");
	assert_string_equal(o.record, "spool");
	assert_true(o.segmented);
	assert_null(o.output);
	assert_int_equal(o.ship_as.uid, 7);
	assert_true(o.spool_group_given);
	assert_int_equal(o.spool_group, 8);
	assert_int_equal(o.mode, 0640);
	assert_null(good(ARGS("-o", "kafka")).ship_to);
	good(ARGS("-o", "kafka://a/b", "--spool=s", "--ship-as=7:8", "--segment-size=64K"));
	bad(ARGS("-o", "kafka://a/b", "--ship-as=7:8"),
	    "--output=kafka://a/b needs a --spool=DIR: a folder in which events wait");
	bad(ARGS("-o", "kafka://a/b", "--spool=s", "--ship-as=7:8", "--spool-group=9"),
	    "--spool-group: the folder gets the group of --ship-as");
	bad(ARGS("-o", "kafka://a/b", "--spool=s", "--ship-as=7:8", "--drain-timeout=25h"),
	    "--drain-timeout is at most 24h");
	bad(ARGS("-o", "kafka://a/b", "--spool=s", "--ship-as=7:8", "--mode=0600"),
	    "--mode=0600: the sender reads segments by their group, so 0040 is needed");
	bad(ARGS("-o", "kafka://a/b", "--spool=s", "--ship-as=7:8", "--record=f"),
	    "--output=kafka://a/b cannot be used with --record");
	bad(ARGS("-o", "kafka://a/b", "-o", "f", "--spool=s", "--ship-as=7:8"),
	    "--output=kafka://a/b cannot be used with another --output");
	bad(ARGS("-o", "kafka://a/b", "--spool=s", "--ship-as=7:8", "--replay=f"),
	    "--replay: \"eventstrace-ship send\" sends a folder of segments");
	bad(ARGS("-o", "kafka://a/b", "--spool=s", "--ship-as=7:8", "--probe"),
	    "--probe prints no events: leave out --output=kafka://a/b");
	bad(ARGS("--spool=s"), "--spool needs an --output=kafka://HOST/TOPIC");
	bad(ARGS("--ship-as=7:8"), "--ship-as needs an --output=kafka://HOST/TOPIC");
	bad(ARGS("-o", "kafka://a/b", "--spool="), "--spool needs the name of a folder");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ship),
		cmocka_unit_test(segments),
		cmocka_unit_test(formats),
		cmocka_unit_test(help_of_an_event),
		cmocka_unit_test(nothing_means_all),
		cmocka_unit_test(run_as),
		cmocka_unit_test(command),
		cmocka_unit_test(every_event_has_a_flag),
		cmocka_unit_test(snapshots),
		cmocka_unit_test(contexts),
		cmocka_unit_test(events),
		cmocka_unit_test(flags_of_the_predecessor),
		cmocka_unit_test(values),
		cmocka_unit_test(recordings),
		cmocka_unit_test(appending),
		cmocka_unit_test(rotating),
		cmocka_unit_test(several_recordings),
		cmocka_unit_test(filters),
		cmocka_unit_test(filters_of_a_replay),
		cmocka_unit_test(failures),
		cmocka_unit_test(secrets),
		cmocka_unit_test(help_and_version_end_it),
		cmocka_unit_test(unknown_options),
		cmocka_unit_test(missing_arguments),
		cmocka_unit_test(wrong_arguments),
		cmocka_unit_test(misspelt_words),
		cmocka_unit_test(help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
