/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks options that exclude or need other options. */
#include <errno.h>
#include <string.h>

#include "lib/include/eventstrace_events.h"
#include "tools/eventstrace/option_parser.h"

/* The user of the package eventstrace-ship. */
#define SHIP_USER "eventstrace-ship"

/* The largest --drain-timeout of eventstrace-ship. */
#define DRAIN_MAX_NS (24 * 3600 * 1000000000ULL)

/* Check the options of --output=kafka://..., which records into the folder of --spool. */
static int check_ship(struct parser *p)
{
	struct options *o = &p->opts;
	char ignored[256];

	if (!o->ship_to && (o->spool || o->ship_as.given))
		return fail(p, "--%s needs an --output=kafka://HOST/TOPIC",
			    o->spool ? "spool" : "ship-as");
	if (!o->ship_to)
		return 0;
	if (o->replay_count)
		return fail(p, "--replay: \"eventstrace-ship send\" sends a folder of segments");
	if (o->action == ACTION_PROBE)
		return fail(p, "--probe prints no events: leave out --output=%s", o->ship_to);
	if (!o->spool)
		return fail(p, "--output=%s needs a --spool=DIR: a folder in which events wait",
			    o->ship_to);
	if (o->record || o->output_given)
		return fail(p, "--output=%s cannot be used with %s", o->ship_to,
			    o->record ? "--record" : "another --output");
	if (o->spool_group_given)
		return fail(p, "--spool-group: the folder gets the group of --ship-as");
	if (o->drain_timeout_ns > DRAIN_MAX_NS)
		return fail(p, "--drain-timeout is at most 24h");
	if (o->mode && !(o->mode & 040))
		return fail(
			p,
			"--mode=%04o: the sender reads segments by their group, so 0040 is needed",
			o->mode);
	if (!o->ship_as.given &&
	    run_as_parse("ship-as", SHIP_USER, &o->ship_as, ignored, sizeof(ignored)) < 0)
		return fail(p,
			    "--output=%s: there is no user " SHIP_USER
			    ": install the package " SHIP_USER ", or name a user with --ship-as",
			    o->ship_to);
	o->record = o->spool;
	o->segmented = true;
	/* The sender deletes segments, and keeps its position in the folder. */
	o->spool_group_given = true;
	o->spool_group = o->ship_as.gid;
	return 0;
}

/* Check the options of recordings and replays. */
static int check_recording(struct parser *p)
{
	struct options *o = &p->opts;
	bool stdout_taken = o->record && !strcmp(o->record, "-");

	if (o->replay_count && o->record)
		return fail(p, "--replay and --record cannot be used together");
	if (o->redact_tty && !o->redact_count)
		return fail(p, "--redact-tty needs a --redact=PATTERN");
	if (o->replay_count && o->env)
		return fail(p, "--replay: --env works while events are recorded, not behind it");
	for (size_t i = 0; o->replay_count && i < o->filters.count; i++)
		if (o->filters.values[i].self)
			return fail(p, "--replay: \"self\" is no process of a recording; give its "
				       "number");
	if (!o->replay_count && filters_find_cgroups(&o->filters, p->err, p->err_size) < 0)
		return -EINVAL;
	if ((o->since_ns || o->until_ns) && !o->replay_count)
		return fail(p, "%s needs a --replay=FILE", o->since_ns ? "--since" : "--until");
	if (o->until_ns && o->since_ns > o->until_ns)
		return fail(p, "--since is after --until");
	if (o->replay_count && o->print_features)
		return fail(p, "--replay attaches nothing: -i has nothing to say");
	if (o->activity && (o->replay_count || o->action == ACTION_PROBE))
		return fail(p, "--summary works while events are recorded");
	if ((o->replay_count || o->record) && o->action == ACTION_PROBE)
		return fail(p, "--probe neither records nor replays");
	if (o->metrics && (o->replay_count || o->action == ACTION_PROBE))
		return fail(p, "--metrics works while events are recorded");
	if (o->metrics && ((o->output && !strcmp(o->metrics, o->output)) ||
			   (o->record && !strcmp(o->metrics, o->record))))
		return fail(p, "--metrics=%s: events or records are written there", o->metrics);
	if (stdout_taken && o->output_given && !o->output)
		return fail(p, "--record and --output cannot both write to stdout");
	if (stdout_taken && o->print_features && !o->output)
		return fail(p, "-i needs an --output, as --record takes stdout");
	if (o->append && o->record && !o->segmented)
		return fail(p, "--append: nothing can follow the end of a recording, so it cannot "
			       "be used with --record");
	if (o->rotate_keep && !o->rotate_size)
		return fail(p, "--rotate-keep needs a --rotate-size");
	if (o->rotate_size && o->replay_count)
		return fail(p, "--rotate-size works while events are recorded");
	if (o->rotate_size && !o->output && (!o->record || stdout_taken))
		return fail(p, "--rotate-size needs an --output=FILE or a --record=FILE");
	if (!o->rotate_keep)
		o->rotate_keep = ROTATE_KEEP_NORMAL;
	if (o->append && !o->output)
		return fail(p, "--append needs an --output=FILE");
	if (o->replay_count)
		o->action = ACTION_REPLAY;
	return 0;
}

/* Reject options that --record=DIR/ excludes, and those that need it. */
static int check_segments(struct parser *p)
{
	struct options *o = &p->opts;

	if (!o->mode)
		o->mode = o->segmented ? 0640 : 0600;
	if (!o->segmented && o->spool_option)
		return fail(p, "--%s needs a --record=DIR/, a folder of segments",
			    option_name(o->spool_option));
	if (!o->segmented)
		return 0;
	if (o->rotate_size && !o->output)
		return fail(p, "--rotate-size: segments of --record=DIR/ have a --segment-size");
	if (o->compress)
		return fail(p, "--compress: the segments of --record=DIR/ are not compressed");
	if (o->spool_size / 2 < o->segment_size)
		return fail(p, "--spool-size must be at least twice --segment-size");
	return 0;
}

/*
 * Refuse --compress if this program itself would write text to the output of events. Only the
 * library compresses, so this text would be unreadable in a compressed file.
 */
static int check_compress(struct parser *p)
{
	const struct options *o = &p->opts;
	const bool prints = !o->record || o->output_given;

	if (!o->compress)
		return 0;
	if (o->action == ACTION_PROBE)
		return fail(p, "--probe prints no events: leave out --compress");
	if ((o->command || o->activity) && !o->output_given && !o->record)
		return fail(p, "--compress needs an --output=FILE or a --record=FILE");
	if (o->print_features && prints)
		return fail(p, "-i prints a line that is not compressed: leave out --compress");
	if (o->format == FORMAT_TREE && !o->record)
		return fail(p, "--compress: the tree is not compressed");
	return 0;
}

/* Refuse an option that belongs to another format than the chosen one. */
static int fail_format(struct parser *p, const char *option, const char *what)
{
	return fail(p, "%s is for %s, and not for --format=%s", option, what,
		    option_word_of(KEY_FORMAT, (int)p->opts.format));
}

/* Check the options of a format. Without --format, such an option chooses its format. */
static int check_format(struct parser *p)
{
	struct options *o = &p->opts;
	const char *text = o->columns ? "--columns" : o->wide ? "--wide" : o->utc ? "--utc" : NULL;
	const char *json = o->fields           ? "--fields"
			   : o->exclude_fields ? "--exclude-fields"
			   : o->identity       ? "--identity"
			   : o->numbers_given  ? "--numbers"
					       : NULL;
	/* --header is also for formats other than JSON, but not for text. */
	const char *header = o->header ? "--header" : NULL;

	if (text && (json || header))
		return fail(p, "%s is for text, and %s for JSON", text, json ? json : header);
	if (text && o->format != FORMAT_AUTO && o->format != FORMAT_TEXT)
		return fail_format(p, text, "text");
	if (json && o->format != FORMAT_AUTO && o->format != FORMAT_JSON)
		return fail_format(p, json, "JSON");
	if (header && o->format == FORMAT_TEXT)
		return fail_format(p, header, "JSON");
	if (o->context && (o->format == FORMAT_TRACE || o->format == FORMAT_TREE))
		return fail_format(p, "--context", "text, JSON and ECS");
	if (o->print_features && o->format == FORMAT_ES_BULK)
		return fail(p, "-i: the bulk API takes no other lines than those of "
			       "--format=es-bulk");
	if (o->print_features && o->format == FORMAT_TRACE)
		return fail(p, "-i: --format=trace prints one array, which has no place for it");
	if (text)
		o->format = FORMAT_TEXT;
	if ((json || header) && o->format == FORMAT_AUTO)
		o->format = FORMAT_JSON;
	return 0;
}

#define EXISTS ET_EVENT_BIT(ET_EVENT_PROCESS_EXISTS)

/* Check --top, whose screens need standard output. */
static int check_top(struct parser *p)
{
	const struct options *o = &p->opts;

	if (!o->top)
		return 0;
	if (o->replay_count || o->action == ACTION_PROBE)
		return fail(p, "--top works while events are recorded");
	if (o->command)
		return fail(p,
			    "--top: standard output is that of COMMAND; use --summary, or record "
			    "a process that runs with --tree");
	if ((o->output_given && !o->output) || (o->record && !strcmp(o->record, "-")))
		return fail(p, "--top prints on standard output: name a file for events");
	return 0;
}

/* Check --snapshot and --context. The events are already chosen. */
static int check_snapshot(struct parser *p)
{
	struct options *o = &p->opts;

	if (o->context_processes && !o->context)
		return fail(p, "--context-processes needs --context");
	if (o->context && o->failed && !o->replay_count)
		return fail(p, "--context needs all exits: use --failed with --replay");
	if (o->context && o->action == ACTION_PROBE)
		return fail(p, "--probe prints no events: leave out --context");
	if (o->snapshot)
		o->choice.events |= EXISTS;
	if (!(o->choice.events & EXISTS) || o->replay_count)
		return 0;
	if (o->action == ACTION_PROBE)
		return fail(p, "--probe: PROCESS_EXISTS needs no hook; leave it out");
	if (o->choice.events == EXISTS)
		return fail(p, "PROCESS_EXISTS is had together with other events only");
	return 0;
}

/* The events that --format=tree needs. */
static uint64_t tree_events(void)
{
	return ET_EVENT_BIT(ET_EVENT_PROCESS_FORK) | ET_EVENT_BIT(ET_EVENT_PROCESS_EXEC) |
	       ET_EVENT_BIT(ET_EVENT_PROCESS_EXIT);
}

/* Check --format=tree. It prints no events, only the tree of COMMAND's processes at the end. */
static int check_tree(struct parser *p)
{
	const struct options *o = &p->opts;

	if (o->format != FORMAT_TREE)
		return 0;
	if (!o->command)
		return fail(p, "--format=tree needs a COMMAND, whose processes it prints");
	if ((o->choice.events & tree_events()) != tree_events())
		return fail(p, "--format=tree needs the events process-fork, process-exec and "
			       "process-exit");
	if (o->print_features || o->header)
		return fail(p, "%s is a line before events, and --format=tree prints none",
			    o->header ? "--header" : "-i");
	if (o->rotate_size && !o->record)
		return fail(p, "--rotate-size: --format=tree prints only at the end");
	return 0;
}

/* Check options that need or exclude a COMMAND. */
static int check_command(struct parser *p)
{
	const struct options *o = &p->opts;

	if (!o->command) {
		if (o->user.given)
			return fail(p, "--user needs a COMMAND, which runs as this user");
		if (o->wait != COMMAND_WAIT_DEFAULT)
			return fail(p, "--wait needs a COMMAND, whose end it waits for");
		return 0;
	}
	if (o->action == ACTION_PROBE)
		return fail(p, "--probe records nothing, so it has no COMMAND \"%s\"",
			    o->command[0]);
	if (o->record && !strcmp(o->record, "-"))
		return fail(p, "--record=-: stdout belongs to COMMAND; name a file");
	if (o->limit_feedback)
		return fail(p, "--limit-feedback: all events of COMMAND are recorded");
	for (size_t i = 0; i < o->filters.count; i++)
		if (o->filters.values[i].kind == ET_FILTER_TREE && !o->filters.values[i].exclude)
			return fail(p, "--tree: with a COMMAND, its own tree is recorded");
	return 0;
}

/*
 * Choose the events that can be failures, for --failed. Other events are refused, because --failed
 * would drop none of them.
 */
static int choose_failures(struct parser *p)
{
	struct event_choice *choice = &p->opts.choice;
	uint64_t failures = event_list_find("exec-failed") | event_list_find("exit");

	if (!choice->made)
		*choice = (struct event_choice){ .events = failures, .made = true };
	if (choice->events & ~failures)
		return fail(p, "--failed: only exec-failed and exit can be failures; leave out the "
			       "other events");
	return 0;
}

int options_check(struct parser *p)
{
	int err;

	if (p->opts.failed) {
		err = choose_failures(p);
		if (err)
			return err;
	}
	if (!p->opts.choice.made && p->opts.format == FORMAT_TREE)
		p->opts.choice.events = tree_events();
	else if (!p->opts.choice.made)
		event_choice_add_all(&p->opts.choice);
	if (!p->opts.choice.events)
		return fail(p, "the list of events leaves none");
	err = check_ship(p);
	if (!err)
		err = check_format(p);
	if (!err)
		err = check_snapshot(p);
	if (!err)
		err = check_recording(p);
	if (!err)
		err = check_top(p);
	if (!err)
		err = check_tree(p);
	if (!err)
		err = check_segments(p);
	if (!err)
		err = check_compress(p);
	return err ? err : check_command(p);
}
