/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Generates two files about the public functions that read an event's fields. The header
 * eventstrace_events.h declares the functions. accessors.inc has a line for each function:
 * lib/event/typed.c defines the functions from these lines, and a test calls each of them.
 */
#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/wire/gen.h"
#include "lib/wire/schema.h"

#define COLUMNS 100

static const char head[] =
	"/* SPDX-License-Identifier: BSD-2-Clause */\n"
	"/*\n"
	" * Generated from lib/wire/schema.def; do not edit:\n"
	" *\t./bazelw run //lib/wire:gen -- events > lib/include/eventstrace_events.h\n"
	" *\n"
	" * The functions that read the data of an event. eventstrace.h includes this file.\n"
	" *\n"
	" * Each field of an event has a function, et_<event>__<field>(). Fields that belong together, such\n"
	" * as the IDs of a process, are a group: a struct, to which the function returns a pointer. A later\n"
	" * version may add members at the end of a group. So read the members through the pointer, and do\n"
	" * not copy the struct: its size may differ in the library.\n"
	" *\n"
	" * There is no struct for a whole event, because a larger group would move all fields after it. A\n"
	" * later version adds functions, and changes none of those that exist.\n"
	" *\n"
	" * All results are valid as long as the event. A function returns 0, false or NULL if the event has\n"
	" * another type, or if it is from an old recording without the field.\n"
	" *\n"
	" * The function of a text or a list returns bytes without a terminating NUL. @ret_size receives\n"
	" * their number, and @ret_flags a mask of enum et_field_flags; both may be NULL. Processes choose\n"
	" * these bytes, so they may have any values, and need not be UTF-8. In a list, each string ends with\n"
	" * a NUL: et_strings__next() returns the strings one by one.\n"
	" */\n"
	"#ifndef EVENTSTRACE_EVENTS_H\n"
	"#define EVENTSTRACE_EVENTS_H\n"
	"\n"
	"#include <stdbool.h>\n"
	"#include <stddef.h>\n"
	"#include <stdint.h>\n"
	"\n"
	"#ifdef __cplusplus\n"
	"extern \"C\" {\n"
	"#endif\n"
	"\n"
	"/* clang-format off */\n"
	"\n"
	"struct et_event;\n";

static const char tail[] = "\n"
			   "/* clang-format on */\n"
			   "\n"
			   "#ifdef __cplusplus\n"
			   "}\n"
			   "#endif\n"
			   "\n"
			   "#endif /* EVENTSTRACE_EVENTS_H */\n";

/* The C type of each kind of field in the public interface. */
#define TYPE_U8    "uint8_t"
#define TYPE_U16   "uint16_t"
#define TYPE_U32   "uint32_t"
#define TYPE_U64   "uint64_t"
#define TYPE_S32   "int32_t"
#define TYPE_S64   "int64_t"
#define TYPE_BOOL  "bool"
#define TYPE_DEC32 "uint32_t"
#define TYPE_DEC64 "uint64_t"
#define TYPE_COMM  "char"
#define TYPE_RING  "uint8_t"
#define TYPE_EVENT "uint16_t"
#define TYPE_MODE  "uint16_t"
#define TYPE_ADDR  "uint8_t"

/* The rows of schema.def, in the same order. */
struct row {
	enum { ENUM, VALUE, STRUCT, EVENT, NOTE, FIELD, NAMED, SUB, VAR, PAD, SINCE } what;
	const char *name;
	/* for ENUM, EVENT and NOTE: the name in capitals; for VALUE: that of its enum */
	const char *upper;
	const char *kind; /* only set if `what` is FIELD */
	const char *type; /* for FIELD: the C type; for NAMED: the enum; for SUB: the struct */
	const char *doc;
	/* for VALUE and EVENT: the number; for PAD: the bytes; for SINCE: the generation */
	unsigned int number;
};

static const struct row rows[] = {
#define ET_ENUM_BEGIN(NAME, name_, doc_) \
	{ .what = ENUM, .name = #name_, .upper = #NAME, .doc = (doc_) },
#define ET_ENUM_VALUE(ENUM_, enum_, number_, NAME, doc_) \
	{ .what = VALUE, .name = #NAME, .upper = #ENUM_, .doc = (doc_), .number = (number_) },
#define ET_STRUCT_BEGIN(name_, doc_) { .what = STRUCT, .name = #name_, .doc = (doc_) },
#define ET_EVENT_BEGIN(id, NAME, name_, flag, category, RING, doc_) \
	{ .what = EVENT, .name = #name_, .upper = #NAME, .doc = (doc_), .number = (id) },
#define ET_SYNTHETIC_BEGIN(id, NAME, name_, doc_) \
	{ .what = NOTE,                           \
	  .name = #name_,                         \
	  .upper = #NAME,                         \
	  .doc = (doc_),                          \
	  .number = ET_SYNTHETIC + (id) },
#define ET_FIELD(owner, KIND, name_, doc_) \
	{ .what = FIELD, .name = #name_, .kind = #KIND, .type = TYPE_##KIND, .doc = (doc_) },
#define ET_ENUM(owner, enum_, name_, doc_) \
	{ .what = NAMED, .name = #name_, .type = #enum_, .doc = (doc_) },
#define ET_SUB(owner, type_, name_, doc_) \
	{ .what = SUB, .name = #name_, .type = #type_, .doc = (doc_) },
#define ET_PAD(owner, n, bytes)          { .what = PAD, .name = "pad" #n, .number = (bytes) },
#define ET_VAR(owner, NAME, name_, doc_) { .what = VAR, .name = #name_, .doc = (doc_) },
#define ET_SINCE(owner, generation)      { .what = SINCE, .number = (generation) },
#include "lib/wire/schema.def"
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool is_member(const struct row *row)
{
	return row < rows + ROWS && row->what >= FIELD;
}

/* Write a comment with @text, in as many lines as it needs. */
static void comment(FILE *f, const char *indent, const char *text)
{
	size_t margin = *indent ? 8 : 0, at, left = strlen(text);

	if (margin + strlen("/*  */") + left <= COLUMNS) {
		fprintf(f, "%s/* %s */\n", indent, text);
		return;
	}
	fprintf(f, "%s/*", indent);
	at = COLUMNS;
	while (*text) {
		size_t word = strcspn(text, " ");

		if (at + 1 + word > COLUMNS) {
			fprintf(f, "\n%s *", indent);
			at = margin + 2;
		}
		fprintf(f, " %.*s", (int)word, text);
		at += 1 + word;
		text += word;
		text += strspn(text, " ");
	}
	fprintf(f, "\n%s */\n", indent);
}

static void gen_enum(FILE *f, const struct row *row)
{
	const struct row *name = row;

	fputc('\n', f);
	comment(f, "", row->doc);
	fprintf(f, "enum et_event_%s {\n", row->name);
	for (row++; row < rows + ROWS && row->what == VALUE; row++) {
		comment(f, "\t", row->doc);
		fprintf(f, "\tET_EVENT_%s_%s = %u,\n", row->upper, row->name, row->number);
	}
	fprintf(f,
		"};\n"
		"\n"
		"/* The name of a value as in JSON, without \"ET_EVENT_%s_\". NULL: no such value. */\n"
		"const char *et_%s_name(unsigned int value);\n",
		name->upper, name->name);
}

static void gen_struct(FILE *f, const struct row *row)
{
	fputc('\n', f);
	comment(f, "", row->doc);
	fprintf(f, "struct et_event_%s {\n", row->name);
	for (row++; is_member(row); row++) {
		if (row->what == PAD) {
			fprintf(f, "\tuint8_t %s[%u];\n", row->name, row->number);
		} else if (row->what == NAMED) {
			comment(f, "\t", row->doc);
			fprintf(f, "\tuint8_t %s; /* enum et_event_%s */\n", row->name, row->type);
		} else if (row->what == FIELD) {
			comment(f, "\t", row->doc);
			fprintf(f, "\t%s %s%s;\n", row->type, row->name,
				!strcmp(row->kind, "ADDR") || !strcmp(row->kind, "COMM") ? "[16]"
											 : "");
		}
	}
	fprintf(f, "};\n");
}

#define EVENT_ARG "const struct et_event *event"

static void gen_function(FILE *f, const char *event, const struct row *row)
{
	if (row->what == PAD || row->what == SINCE)
		return;
	comment(f, "", row->doc);
	switch (row->what) {
	case SUB:
		fprintf(f, "const struct et_event_%s *et_%s__%s(" EVENT_ARG ");\n", row->type,
			event, row->name);
		break;
	case NAMED:
		fprintf(f, "/* Returns an enum et_event_%s. */\n", row->type);
		fprintf(f, "unsigned int et_%s__%s(" EVENT_ARG ");\n", event, row->name);
		break;
	case VAR:
		fprintf(f, "const char *et_%s__%s(" EVENT_ARG ",\n", event, row->name);
		fprintf(f, "\t\tsize_t *ret_size, unsigned int *ret_flags);\n");
		break;
	default:
		if (!strcmp(row->kind, "COMM"))
			fprintf(f, "const char *et_%s__%s(" EVENT_ARG ", size_t *ret_size);\n",
				event, row->name);
		else if (!strcmp(row->kind, "RING"))
			fprintf(f, "const char *et_%s__%s(" EVENT_ARG ");\n", event, row->name);
		else
			fprintf(f, "%s et_%s__%s(" EVENT_ARG ");\n", row->type, event, row->name);
		break;
	}
}

static void gen_functions(FILE *f, const struct row *row)
{
	const char *event = row->name;

	fprintf(f, "\n/* ---- %s ---- */\n\n", row->upper);
	for (row++; is_member(row); row++)
		gen_function(f, event, row);
}

void et_gen_events(FILE *f)
{
	fputs(head, f);
	fprintf(f,
		"\n/* The types of events, as et_event__id() returns them. */\nenum et_event_id {\n");
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		if (row->what != EVENT && row->what != NOTE)
			continue;
		comment(f, "\t", row->doc);
		fprintf(f, row->what == NOTE ? "\tET_EVENT_%s = 0x%x,\n" : "\tET_EVENT_%s = %u,\n",
			row->upper, row->number);
	}
	fprintf(f, "};\n");
	for (const struct row *row = rows; row < rows + ROWS; row++)
		if (row->what == ENUM)
			gen_enum(f, row);
	for (const struct row *row = rows; row < rows + ROWS; row++)
		if (row->what == STRUCT)
			gen_struct(f, row);
	for (const struct row *row = rows; row < rows + ROWS; row++)
		if (row->what == EVENT || row->what == NOTE)
			gen_functions(f, row);
	fputs(tail, f);
}

static void gen_accessor(FILE *f, const struct row *event, const struct row *row,
			 unsigned int since)
{
	const char *macro;

	switch (row->what) {
	case SUB:
		fprintf(f, "ET_GROUP(%s, %s, %s, %s, %u)\n", event->name, event->upper, row->type,
			row->name, since);
		return;
	case NAMED:
		fprintf(f, "ET_NUMBER(%s, %s, unsigned int, %s)\n", event->name, event->upper,
			row->name);
		return;
	case VAR:
		fprintf(f, "ET_TEXT(%s, %s, %s, %u)\n", event->name, event->upper, row->name,
			since);
		return;
	case FIELD:
		macro = !strcmp(row->kind, "COMM")   ? "ET_COMM"
			: !strcmp(row->kind, "RING") ? "ET_RING"
						     : NULL;
		if (macro)
			fprintf(f, "%s(%s, %s, %s, %u)\n", macro, event->name, event->upper,
				row->name, since);
		else
			fprintf(f, "ET_NUMBER(%s, %s, %s, %s)\n", event->name, event->upper,
				row->type, row->name);
		return;
	default:
		return;
	}
}

void et_gen_accessors(FILE *f)
{
	const struct row *owner = rows;
	unsigned int since = 1;

	for (const struct row *row = rows; row < rows + ROWS; row++) {
		if (!is_member(row)) {
			owner = row;
			since = 1;
		} else if (row->what == SINCE) {
			since = row->number;
		} else if (owner->what != STRUCT) {
			gen_accessor(f, owner, row, since);
		} else if (row->what == FIELD || row->what == NAMED) {
			fprintf(f, "ET_MEMBER(%s, %s)\n", owner->name, row->name);
		}
	}
	fprintf(f, "#undef ET_MEMBER\n#undef ET_GROUP\n#undef ET_NUMBER\n#undef ET_TEXT\n"
		   "#undef ET_COMM\n#undef ET_RING\n");
}
