/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tests the rules for rows of schema.def, and the struct layouts that the compiler made. */
#include <ctype.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/hash.h"
#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct event {
	int id;
	const char *NAME, *name, *flag, *category, *doc;
	size_t size;
};

static const struct event events[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	{ (id), #NAME, #name, (flag), #category, (doc), sizeof(struct et_##name) },
#include "lib/wire/schema.def"
};

static const struct {
	int id, type;
	const char *NAME, *name, *doc;
	size_t size;
} notes[] = {
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) \
	{ (id), ET_##NAME, #NAME, #name, (doc), sizeof(struct et_##name) },
#include "lib/wire/schema.def"
};

static const struct {
	int id;
	const char *NAME, *doc;
	unsigned int cap;
} var_types[] = {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) { (id), #NAME, (doc), (cap) },
#include "lib/wire/schema.def"
};

/* Every value of every enum, in the order of schema.def. */
static const struct {
	int number, value;
	const char *name, *NAME, *doc;
} values[] = {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) \
	{ (number), ET_##ENUM##_##NAME, #enum_, #NAME, (doc) },
#include "lib/wire/schema.def"
};

/* Every member in the order of schema.def, with the struct or event that it belongs to. */
static const struct {
	const char *owner, *name, *doc;
	int var; /* type of a variable-length field */
} members[] = {
#define ET_FIELD(owner, KIND, name, doc) { #owner, #name, (doc), 0 },
#define ET_ENUM(owner, enum_, name, doc) { #owner, #name, (doc), 0 },
#define ET_SUB(owner, type, name, doc)   { #owner, #name, (doc), 0 },
#define ET_VAR(owner, NAME, name, doc)   { #owner, #name, (doc), ET_VAR_##NAME },
#include "lib/wire/schema.def"
};

static void test_record_headers(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct et_header), 32);
	assert_int_equal(offsetof(struct et_header, size), 16);
	assert_int_equal(offsetof(struct et_header, version), 22);
	assert_int_equal(offsetof(struct et_header, fixed), 30);
	assert_int_equal(sizeof(struct et_var), 12);
	assert_int_equal(sizeof(struct et_var) % ET_VAR_ALIGN, 0);
	assert_int_equal(sizeof(struct et_lane) % 8, 0);
	assert_int_equal(sizeof(struct et_shard) % 64, 0);
	assert_int_equal(ET_VAR_ALIGNED(0), 0);
	assert_int_equal(ET_VAR_ALIGNED(1), 4);
	assert_int_equal(ET_VAR_ALIGNED(4), 4);
	assert_int_equal(ET_VAR_ALIGNED(5), 8);
}

/*
 * A record's fixed part ends where a variable-length field may begin, and its size fits the header.
 */
static void test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(events); i++) {
		assert_true(events[i].size > sizeof(struct et_header));
		assert_int_equal(events[i].size % 8, 0);
		assert_true(events[i].size <= UINT16_MAX);
	}
	for (size_t i = 0; i < COUNT(notes); i++)
		assert_true(notes[i].size <= UINT16_MAX);
	for (size_t i = 0; i < COUNT(var_types); i++) {
		assert_true(var_types[i].cap > 0);
		assert_int_equal(var_types[i].cap % ET_VAR_ALIGN, 0);
	}
}

static void test_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(events); i++) {
		assert_true(events[i].id > (i ? events[i - 1].id : 0));
		/* Event ids are bits of a 64-bit mask: ET_EVENT_BIT. */
		assert_true(events[i].id < 64);
	}
	assert_int_equal(ET_EVENT_TYPES, events[COUNT(events) - 1].id + 1);
	for (size_t i = 0; i < COUNT(notes); i++) {
		assert_true(notes[i].id > (i ? notes[i - 1].id : 0));
		/*
		 * Types of synthetic records differ from every event type, and fit the header's 16
		 * bits.
		 */
		assert_in_range(notes[i].type, 64, UINT16_MAX);
	}
	for (size_t i = 0; i < COUNT(var_types); i++)
		assert_true(var_types[i].id > (i ? var_types[i - 1].id : 0));
	assert_int_equal(ET_VAR_TYPES, var_types[COUNT(var_types) - 1].id + 1);
}

/* True if @s consists of lower-case words that are separated by a single @sep. */
static bool is_words(const char *s, char sep)
{
	if (!islower((unsigned char)*s))
		return false;
	for (; *s; s++) {
		if (*s == sep) {
			if (!isalnum((unsigned char)s[1]))
				return false;
		} else if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s)) {
			return false;
		}
	}
	return true;
}

/* True if @a and @b are equal except for case, and for `-` instead of `_`. */
static bool is_same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a == '-' ? '_' : tolower((unsigned char)*a);
		char y = *b == '-' ? '_' : tolower((unsigned char)*b);

		if (x != y)
			return false;
	}
	return *a == *b;
}

/*
 * True if each word of the option is a prefix of the name's word at the same position:
 * net-conn-attempt and network_connection_attempted.
 */
static bool is_short_for(const char *flag, const char *name)
{
	for (;;) {
		size_t len = strcspn(flag, "-"), word = strcspn(name, "_");

		if (!len || len > word || memcmp(flag, name, len) != 0)
			return false;
		flag += len;
		name += word;
		if (!*flag || !*name)
			return *flag == *name;
		flag++;
		name++;
	}
}

static void test_is_short_for(void **state)
{
	(void)state;
	assert_true(is_short_for("net-conn-attempt", "network_connection_attempted"));
	assert_true(is_short_for("process-exec", "process_exec"));
	assert_false(is_short_for("process-exec", "process_exec_failed"));
	assert_false(is_short_for("process-exec-failed", "process_exec"));
	assert_false(is_short_for("process-exex", "process_exec"));
	assert_false(is_short_for("processes-exec", "process_exec"));
	assert_false(is_short_for("", "process_exec"));
}

/* The numbers of an enum's values increase from UNKNOWN and fit a byte; no name occurs twice. */
static void test_enums(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		bool first = !i || strcmp(values[i].name, values[i - 1].name) != 0;

		assert_int_equal(values[i].value, values[i].number);
		assert_true(strlen(values[i].doc) > 0);
		assert_null(strpbrk(values[i].doc, "|\n"));
		for (const char *c = values[i].NAME; *c; c++)
			assert_true(isupper((unsigned char)*c) || isdigit((unsigned char)*c) ||
				    (*c == '_' && c != values[i].NAME));
		if (first) {
			assert_int_equal(values[i].number, 0);
			assert_string_equal(values[i].NAME, "UNKNOWN");
		} else {
			assert_in_range(values[i].number, values[i - 1].number + 1, 255);
		}
		for (size_t j = 0; j < i; j++)
			assert_false(!strcmp(values[i].name, values[j].name) &&
				     !strcmp(values[i].NAME, values[j].NAME));
	}
}

/*
 * The first members of struct et_net_closed are those of struct et_net, because one BPF function
 * fills both.
 */
static void test_net_closed_begins_as_net(void **state)
{
	(void)state;
#define SAME(name) \
	assert_int_equal(offsetof(struct et_net, name), offsetof(struct et_net_closed, name))
	SAME(transport);
	SAME(family);
	SAME(source_port);
	SAME(destination_port);
	SAME(network_namespace);
	SAME(source_address);
	SAME(destination_address);
#undef SAME
	assert_int_equal(sizeof(struct et_net), offsetof(struct et_net_closed, bytes_sent));
}

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(events); i++) {
		const struct event *e = &events[i];
		size_t len = strcspn(e->flag, "-");

		assert_true(is_words(e->category, '\0'));
		assert_true(is_words(e->flag, '-'));
		assert_true(is_words(e->name, '_'));
		assert_true(is_short_for(e->flag, e->name));
		assert_true(is_same_name(e->NAME, e->name));
		/* An option begins with its category, in full or shortened: net-conn-attempt. */
		assert_int_equal(strncmp(e->flag, e->category, len), 0);
		assert_int_equal(e->flag[len], '-');
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(e->name, events[j].name);
			assert_string_not_equal(e->flag, events[j].flag);
		}
	}
	for (size_t i = 0; i < COUNT(notes); i++) {
		assert_true(is_words(notes[i].name, '_'));
		assert_true(is_same_name(notes[i].NAME, notes[i].name));
		for (size_t j = 0; j < COUNT(events); j++)
			assert_string_not_equal(notes[i].name, events[j].name);
	}
}

static void test_docs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(events); i++) {
		size_t len = strlen(events[i].doc);

		/* An event's description is a sentence that fits into a Markdown table. */
		assert_true(len > 10 && events[i].doc[len - 1] == '.');
		assert_null(strpbrk(events[i].doc, "|\n"));
	}
	for (size_t i = 0; i < COUNT(notes); i++) {
		size_t len = strlen(notes[i].doc);

		assert_true(len > 10 && notes[i].doc[len - 1] == '.');
	}
	for (size_t i = 0; i < COUNT(members); i++) {
		assert_true(strlen(members[i].doc) > 0);
		assert_null(strpbrk(members[i].doc, "|\n"));
	}
	for (size_t i = 0; i < COUNT(var_types); i++)
		assert_true(strlen(var_types[i].doc) > 0);
}

static bool has_suffix_of(const char *name, const char *base)
{
	static const char *const suffixes[] = { "_truncated", "_size", "_flags" };
	size_t len = strlen(base);

	if (strncmp(name, base, len) != 0)
		return false;
	for (size_t i = 0; i < COUNT(suffixes); i++) {
		if (!strcmp(name + len, suffixes[i]))
			return true;
	}
	return false;
}

/* No object has two members of the same name, including the members that the encoder adds. */
static void test_members(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(members); i++) {
		assert_true(is_words(members[i].name, '_'));
		assert_string_not_equal(members[i].name, "event_type");
		assert_string_not_equal(members[i].name, "timestamp");
		assert_string_not_equal(members[i].name, "ts_ns");
		for (size_t j = 0; j < COUNT(members); j++) {
			if (i == j || strcmp(members[i].owner, members[j].owner) != 0)
				continue;
			assert_string_not_equal(members[i].name, members[j].name);
			if (members[i].var) {
				assert_int_not_equal(members[i].var, members[j].var);
				assert_false(has_suffix_of(members[j].name, members[i].name));
			}
		}
	}
}

static void test_vars_per_event(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(events); i++) {
		unsigned int vars = 0;

		for (size_t j = 0; j < COUNT(members); j++) {
			if (members[j].var && !strcmp(members[j].owner, events[i].name))
				vars++;
		}
		assert_true(vars <= ET_VARS_MAX);
	}
}

static void test_infos(void **state)
{
	const struct et_event_info *infos;
	size_t count = 0;

	(void)state;
	infos = et_event_infos(&count);
	assert_int_equal(count, COUNT(events));
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(infos[i].id, events[i].id);
		assert_string_equal(infos[i].name, events[i].NAME);
		assert_string_equal(infos[i].flag, events[i].flag);
		assert_string_equal(infos[i].category, events[i].category);
		assert_string_equal(infos[i].doc, events[i].doc);
		assert_ptr_equal(et_event_by_flag(infos[i].flag), &infos[i]);
		assert_ptr_equal(et_event_by_id(infos[i].id), &infos[i]);
		assert_ptr_equal(et_event_info_at(i), &infos[i]);
	}
	assert_null(et_event_by_flag("process"));
	assert_null(et_event_by_flag("process-execs"));
	assert_null(et_event_by_flag(""));
	assert_null(et_event_by_id(0));
	assert_null(et_event_by_id(ET_LOST));
	assert_null(et_event_info_at(count));
}

/* Every event has its own layout hash, and an unknown ID has none. */
static void hashes_differ(void **state)
{
	(void)state;
	for (unsigned int a = 1; a < ET_EVENT_TYPES; a++) {
		assert_true(et_wire_event_hash(a));
		for (unsigned int b = 1; b < a; b++)
			assert_true(et_wire_event_hash(a) != et_wire_event_hash(b));
	}
	for (unsigned int a = 1; a < ET_EVENT_TYPES; a++)
		assert_true(et_wire_event_hash(a) != et_wire_event_hash(ET_LOST));
	assert_true(et_wire_event_hash(ET_LOST));
	assert_true(!et_wire_event_hash(0));
	assert_true(!et_wire_event_hash(ET_EVENT_TYPES));
	assert_true(!et_wire_event_hash(0xffffffff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_differ),
		cmocka_unit_test(test_record_headers),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_docs),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_vars_per_event),
		cmocka_unit_test(test_infos),
		cmocka_unit_test(test_enums),
		cmocka_unit_test(test_is_short_for),
		cmocka_unit_test(test_net_closed_begins_as_net),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
