/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Generates docs/events.md, the reference of the JSON output. The descriptions of events and of
 * their own members come from schema.def. This file describes the members that every event has.
 */
#include <linux/types.h>
#include <stdbool.h>
#include <string.h>

#include "lib/wire/gen.h"
#include "lib/wire/schema.h"

static const char intro[] =
	"# Events\n"
	"\n"
	"<!-- Written from lib/wire/schema.def; do not edit.\n"
	"     ./bazelw run //lib/wire:gen -- docs > docs/events.md -->\n"
	"\n"
	"What `eventstrace` prints: one JSON object per line. Names and meanings are those of\n"
	"EventsTrace where it has the field; members may be added, so a reader skips what it does\n"
	"not know. With `--print-features-on-init` or `--header` the first line is not an event: it\n"
	"has no `event_type`.\n"
	"\n";

static const char common[] =
	"\n"
	"## Every event\n"
	"\n"
	"| member | type | meaning |\n"
	"|---|---|---|\n"
	"| `event_type` | string | which event it is, as in the table above |\n"
	"| `timestamp` | string | when it happened: UTC, RFC 3339, to the nanosecond |\n"
	"| `ts_ns` | integer | the same on `CLOCK_MONOTONIC`, in nanoseconds: it never steps, so "
	"order and distance of events are best taken from it |\n"
	"\n"
	"With `--identity` these follow:\n"
	"\n"
	"| member | type | meaning |\n"
	"|---|---|---|\n"
	"| `time_unix_ns` | integer | `timestamp` in nanoseconds since 1970 |\n"
	"| `seq` | integer | number of the event among all of the session, from 0. A `LOST` line has "
	"one too. A replay prints the same numbers, so they have gaps if it leaves out events |\n"
	"| `host` | string | name of the host where it happened; null: not known |\n"
	"| `boot_id` | string | the boot of that host, as in `/proc/sys/kernel/random/boot_id`: "
	"`ts_ns` and the numbers of processes begin again with each boot; null: not known |\n"
	"\n"
	"Integers are written in full. Those of 64 bits (`ts_ns`, `start_time_ns`) want a reader\n"
	"that does not turn them into floating point, or `--numbers`. A field that could not be had\n"
	"at all is `0`, `\"\"` or `[]`.\n";

static const char notes[] =
	"\n"
	"## Between the events\n"
	"\n"
	"Lines of this kind are not events: no option chooses them or leaves them out, and `--count` does\n"
	"not count them. They have the members of every event; `timestamp` is that of `before_ts_ns`.\n";

static const char names[] =
	"\n"
	"## Names\n"
	"\n"
	"Members that are one of a few names. More may be added; a value that this version has no\n"
	"name for, such as one of a recording of a later version, is `UNKNOWN`.\n";

static const char cut[] =
	"\n"
	"## Fields that are cut or marked\n"
	"\n"
	"A field of variable length is sent up to the most that its table says. When that was not\n"
	"everything, or there is more to be said, members stand behind the field:\n"
	"\n"
	"| member | type | meaning |\n"
	"|---|---|---|\n"
	"| *name*`_truncated` | integer | bytes that are missing: at its end, or of a path that was "
	"looked up at its beginning |\n"
	"| *name*`_size` | integer | bytes that it had before it was cut |\n"
	"| *name*`_flags` | array of strings | see below |\n"
	"\n"
	"They are absent otherwise, but for `tty_out_truncated`, which is always there, and in\n"
	"front of `tty_out`. Of an array that was cut the last string may be a part of one.\n"
	"\n"
	"| flag | meaning |\n"
	"|---|---|\n"
	"| `fault` | the process's memory could not be read: bytes are missing from there on |\n"
	"| `deleted` | the file is unlinked: the path is where it was |\n"
	"| `unreachable` | the path does not lead to the process's root: it begins at the root of "
	"its last mount |\n"
	"| `partial` | more is missing than could be counted: of a path that was looked up its first "
	"components, of anything else its end |\n"
	"| `unresolved` | the kernel's file was not found: `file_info` says `UNKNOWN`. The path is as "
	"the process gave it, made absolute, if symbolic links or mounts on it could not be followed |\n";

static const char escaping[] =
	"\n"
	"## Text and bytes\n"
	"\n"
	"To Linux, names, arguments and terminal output are bytes, not text. Every line is valid\n"
	"JSON in valid UTF-8 all the same, and no byte is lost:\n"
	"\n"
	"- Valid UTF-8 stands as it is.\n"
	"- `\"` and `\\`, and control characters (below 0x20, and 0x7f) are escaped as JSON does: "
	"`\\n`, `\\u001b`.\n"
	"- So are the characters that a terminal obeys instead of printing them: U+0080 to U+009F, "
	"and those that\n"
	"  turn the direction of writing (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to "
	"U+2069). A parser gives them\n"
	"  back as they were.\n"
	"- A byte *b* from 0x80 to 0xff that is not part of valid UTF-8 becomes the private-use\n"
	"  character U+10FE00 + *b*, written `\\udbff\\ude80` to `\\udbff\\udeff`: the last two\n"
	"  digits are the byte. Parsers keep it, as they do not a lone surrogate. A character that "
	"was\n"
	"  cut in the middle ends in such bytes.\n"
	"- A real U+10FE80 to U+10FEFF in the input is written as its four bytes in the same way, "
	"so\n"
	"  that reading backwards is never wrong.\n"
	"\n"
	"The bytes of a parsed string, in Python:\n"
	"\n"
	"```python\n"
	"b\"\".join(bytes([ord(c) - 0x10FE00]) if 0x10FE80 <= ord(c) <= 0x10FEFF else c.encode() "
	"for c in s)\n"
	"```\n"
	"\n"
	"An empty string in an array is an empty argument: `[\"a\",\"\",\"\"]` has three. A NUL "
	"byte\n"
	"in terminal output is `\\u0000`.\n";

/* The JSON type of each kind of field. */
#define TYPE_U8    "integer"
#define TYPE_U16   "integer"
#define TYPE_U32   "integer"
#define TYPE_U64   "integer"
#define TYPE_S32   "integer"
#define TYPE_S64   "integer"
#define TYPE_BOOL  "boolean"
#define TYPE_DEC32 "string of decimal digits"
#define TYPE_DEC64 "string of decimal digits"
#define TYPE_COMM  "string"
#define TYPE_RING  "string"
#define TYPE_EVENT "string"
#define TYPE_MODE  "integer"
#define TYPE_ADDR  "string"
#define TYPE_STR   "string"
#define TYPE_LIST  "array of strings"
#define TYPE_BYTES "string"

/* The rows of schema.def, in the same order. */
struct row {
	enum { ENUM, VALUE, STRUCT, EVENT, NOTE, FIELD, NAMED, SUB, VAR } what;
	const char *name;
	const char *type; /* for FIELD: the JSON type; for NAMED: the enum; for SUB: the struct */
	const char *doc;
	const char *json_name;       /* only set if `what` is EVENT or NOTE */
	const char *flag, *category; /* only set if `what` is EVENT */
	enum et_var_type var;        /* only set if `what` is VAR */
};

static const struct row rows[] = {
#define ET_ENUM_BEGIN(NAME, name_, doc_) { .what = ENUM, .name = #name_, .doc = (doc_) },
#define ET_ENUM_VALUE(ENUM_, enum_, number, NAME, doc_) \
	{ .what = VALUE, .name = #NAME, .doc = (doc_) },
#define ET_STRUCT_BEGIN(name_, doc_) { .what = STRUCT, .name = #name_, .doc = (doc_) },
#define ET_EVENT_BEGIN(id, NAME, name_, flag_, category_, RING, doc_) \
	{ .what = EVENT,                                              \
	  .name = #name_,                                             \
	  .doc = (doc_),                                              \
	  .json_name = #NAME,                                         \
	  .flag = (flag_),                                            \
	  .category = #category_ },
#define ET_SYNTHETIC_BEGIN(id, NAME, name_, doc_) \
	{ .what = NOTE, .name = #name_, .doc = (doc_), .json_name = #NAME },
#define ET_FIELD(owner, KIND, name_, doc_) \
	{ .what = FIELD, .name = #name_, .type = TYPE_##KIND, .doc = (doc_) },
#define ET_ENUM(owner, enum_, name_, doc_) \
	{ .what = NAMED, .name = #name_, .type = #enum_, .doc = (doc_) },
#define ET_SUB(owner, type_, name_, doc_) \
	{ .what = SUB, .name = #name_, .type = #type_, .doc = (doc_) },
#define ET_VAR(owner, NAME, name_, doc_) \
	{ .what = VAR, .name = #name_, .doc = (doc_), .var = ET_VAR_##NAME },
#include "lib/wire/schema.def"
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static const struct {
	const char *type;
	const char *kind;
	unsigned int cap;
} var_types[ET_VAR_TYPES] = {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) [id] = { TYPE_##KIND, #KIND, (cap) },
#include "lib/wire/schema.def"
};

static void gen_var(FILE *f, const struct row *row)
{
	unsigned int cap = var_types[row->var].cap;

	/* The JSON encoder prints a second member for kind BYTES, as EventsTrace does. */
	if (!strcmp(var_types[row->var].kind, "BYTES"))
		fprintf(f, "| `%s_truncated` | integer | bytes that are missing at its end |\n",
			row->name);
	fprintf(f, "| `%s` | %s | %s; at most ", row->name, var_types[row->var].type, row->doc);
	if (cap >= 1000)
		fprintf(f, "%u,%03u bytes |\n", cap / 1000, cap % 1000);
	else
		fprintf(f, "%u bytes |\n", cap);
}

/* Write a table of the members of the struct or event at @row. */
static void gen_members(FILE *f, const struct row *row)
{
	fprintf(f, "| member | type | meaning |\n|---|---|---|\n");
	for (row++; row < rows + ROWS; row++) {
		switch (row->what) {
		case ENUM:
		case VALUE:
		case STRUCT:
		case EVENT:
		case NOTE:
			return;
		case FIELD:
			fprintf(f, "| `%s` | %s | %s |\n", row->name, row->type, row->doc);
			break;
		case NAMED:
			fprintf(f, "| `%s` | string: [%s](#%s) | %s |\n", row->name, row->type,
				row->type, row->doc);
			break;
		case SUB:
			fprintf(f, "| `%s` | [%s](#%s) | %s |\n", row->name, row->type, row->type,
				row->doc);
			break;
		case VAR:
			gen_var(f, row);
			break;
		}
	}
}

/* Write a table of the values of the enum at @row. */
static void gen_values(FILE *f, const struct row *row)
{
	fprintf(f, "| name | meaning |\n|---|---|\n");
	for (row++; row < rows + ROWS && row->what == VALUE; row++)
		fprintf(f, "| `%s` | %s |\n", row->name, row->doc);
}

/*
 * True if @event is the first row of its category in schema.def: the page begins a new chapter
 * there. Compare with all rows before it, because the rows of a category need not be next to each
 * other.
 */
static bool is_first(const struct row *event)
{
	for (const struct row *row = rows; row < event; row++)
		if (row->what == EVENT && !strcmp(row->category, event->category))
			return false;
	return true;
}

static void gen_category(FILE *f, const char *category)
{
	fprintf(f, "\n## Category `%s`\n", category);
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		if (row->what != EVENT || strcmp(row->category, category) != 0)
			continue;
		fprintf(f, "\n### %s\n\n`--%s`. %s\n\n", row->json_name, row->flag, row->doc);
		gen_members(f, row);
	}
}

void et_gen_docs(FILE *f)
{
	fputs(intro, f);
	fprintf(f, "| `event_type` | option | what happened |\n|---|---|---|\n");
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		if (row->what == EVENT)
			fprintf(f, "| [`%s`](#%s) | `--%s` | %s |\n", row->json_name, row->name,
				row->flag, row->doc);
	}
	fputs(common, f);

	for (const struct row *row = rows; row < rows + ROWS; row++)
		if (row->what == EVENT && is_first(row))
			gen_category(f, row->category);

	fputs(notes, f);
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		if (row->what != NOTE)
			continue;
		fprintf(f, "\n### %s\n\n%s\n\n", row->json_name, row->doc);
		gen_members(f, row);
	}

	fprintf(f, "\n## Objects\n\nMembers that are objects, and what is in them.\n");
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		if (row->what != STRUCT)
			continue;
		fprintf(f, "\n### %s\n\n%s\n\n", row->name, row->doc);
		gen_members(f, row);
	}

	fputs(names, f);
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		if (row->what != ENUM)
			continue;
		fprintf(f, "\n### %s\n\n%s\n\n", row->name, row->doc);
		gen_values(f, row);
	}

	fputs(cut, f);
	fputs(escaping, f);
}
