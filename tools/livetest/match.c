/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/livetest/match.h"

#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/wire/schema.h"
#include "tools/livetest/memory.h"
#include "tools/livetest/text.h"

/* Add a difference: the member's path, and both values as JSON, at most 300 bytes each. */
static void differ(struct mismatches *r, const char *path, yyjson_val *want, yyjson_val *got)
{
	char *w = want ? yyjson_val_write(want, 0, NULL) : NULL;
	char *g = got ? yyjson_val_write(got, 0, NULL) : NULL;

	if (r)
		mismatches_add(r, "    %s: expected %.300s, is %.300s", path, w ? w : "nothing",
			       g ? g : "absent");
	free(w);
	free(g);
}

static yyjson_val *marker(yyjson_val *want, const char *key)
{
	return yyjson_is_obj(want) && yyjson_obj_size(want) == 1 ? yyjson_obj_get(want, key) : NULL;
}

/* Decode the bytes of an account's string. */
static bool want_bytes(yyjson_val *want, struct bytes *ret)
{
	yyjson_val *hex = marker(want, "$hex");

	if (hex)
		return !text_from_hex(yyjson_get_str(hex), yyjson_get_len(hex), ret);
	if (!yyjson_is_str(want))
		return false;
	ret->len = yyjson_get_len(want);
	ret->data = must_realloc(NULL, ret->len + 1);
	memcpy(ret->data, yyjson_get_str(want), ret->len);
	return true;
}

static bool got_bytes(yyjson_val *got, struct bytes *ret)
{
	return yyjson_is_str(got) && !text_to_bytes(yyjson_get_str(got), yyjson_get_len(got), ret);
}

static bool same_bytes(yyjson_val *want, yyjson_val *got)
{
	struct bytes w, g;
	bool same;

	if (!want_bytes(want, &w))
		return false;
	if (!got_bytes(got, &g)) {
		free(w.data);
		return false;
	}
	same = w.len == g.len && !memcmp(w.data, g.data, w.len);
	free(w.data);
	free(g.data);
	return same;
}

static bool match_value(yyjson_val *want, yyjson_val *got, const char *path, struct mismatches *r);

static bool match_range(yyjson_val *range, yyjson_val *got)
{
	return yyjson_is_uint(got) &&
	       yyjson_get_uint(got) >= yyjson_get_uint(yyjson_arr_get(range, 0)) &&
	       yyjson_get_uint(got) <= yyjson_get_uint(yyjson_arr_get(range, 1));
}

static bool match_any(yyjson_val *any, yyjson_val *got)
{
	size_t i, max;
	yyjson_val *one;

	yyjson_arr_foreach(any, i, max, one)
	{
		if (match_value(one, got, "", NULL))
			return true;
	}
	return false;
}

static bool match_members(yyjson_val *want, yyjson_val *got, const char *path, struct mismatches *r)
{
	yyjson_val *key, *value;
	size_t i, max;
	bool ok = true;

	yyjson_obj_foreach(want, i, max, key, value)
	{
		char below[256];

		snprintf(below, sizeof(below), "%s%s%s", path, *path ? "." : "",
			 yyjson_get_str(key));
		ok = match_value(value, yyjson_obj_get(got, yyjson_get_str(key)), below, r) && ok;
	}
	return ok;
}

static bool match_value(yyjson_val *want, yyjson_val *got, const char *path, struct mismatches *r)
{
	yyjson_val *m;
	bool ok;

	if (yyjson_is_obj(want) && !marker(want, "$hex")) {
		if ((m = marker(want, "$range")))
			ok = match_range(m, got);
		else if ((m = marker(want, "$any")))
			ok = match_any(m, got);
		else if (yyjson_is_obj(got))
			return match_members(want, got, path, r);
		else
			ok = false;
	} else if (yyjson_is_obj(want) || yyjson_is_str(want)) {
		ok = same_bytes(want, got);
	} else {
		ok = got && yyjson_equals(want, got);
	}
	if (!ok)
		differ(r, path, want, got);
	return ok;
}

/* ---- variable-length fields --------------------------------------------------------------- */

enum kind { KIND_STR, KIND_LIST, KIND_BYTES };

#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) enum { KIND_OF_##NAME = KIND_##KIND };
#include "lib/wire/schema.def"

/*
 * All variable-length fields of all events. A name occurs several times if several events have the
 * field.
 */
static const struct field {
	const char *name;
	enum kind kind;
	size_t cap;
} fields[] = {
#define ET_VAR(owner, NAME, name, doc) { #name, (enum kind)KIND_OF_##NAME, ET_CAP_##NAME },
#include "lib/wire/schema.def"
};

static const struct field *field_of(const char *name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	}
	return NULL;
}

static void append(struct bytes *to, const void *data, size_t len)
{
	to->data = must_realloc(to->data, to->len + len + 1);
	memcpy(to->data + to->len, data, len);
	to->len += len;
}

/*
 * Convert a field to its bytes in a record: the strings of a list follow one another, each with its
 * terminator.
 */
static bool flatten(yyjson_val *val, enum kind kind, bool wanted, struct bytes *ret)
{
	bool (*convert)(yyjson_val *, struct bytes *) = wanted ? want_bytes : got_bytes;
	struct bytes one;
	yyjson_val *item;
	size_t i, max;

	if (kind != KIND_LIST)
		return convert(val, ret);
	if (!yyjson_is_arr(val))
		return false;
	*ret = (struct bytes){ NULL, 0 };
	append(ret, "", 0);
	yyjson_arr_foreach(val, i, max, item)
	{
		if (!convert(item, &one)) {
			free(ret->data);
			return false;
		}
		append(ret, one.data, one.len);
		append(ret, "", 1);
		free(one.data);
	}
	return true;
}

static yyjson_val *companion(yyjson_val *got, const char *name, const char *suffix)
{
	char key[64];

	snprintf(key, sizeof(key), "%s%s", name, suffix);
	return yyjson_obj_get(got, key);
}

/* The number next to a field must be @n. It may be missing if @n is 0 and @may_lack is set. */
static bool match_count(yyjson_val *got, const char *name, const char *suffix, size_t n,
			bool may_lack, struct mismatches *r)
{
	yyjson_val *val = companion(got, name, suffix);

	if (val ? yyjson_is_uint(val) && yyjson_get_uint(val) == n : may_lack && !n)
		return true;
	if (r)
		mismatches_add(r, "    %s%s: expected %zu, is %lld", name, suffix, n,
			       val ? (long long)yyjson_get_sint(val) : -1);
	return false;
}

static bool match_bytes(const struct field *f, const struct bytes *w, const struct bytes *g,
			struct mismatches *r)
{
	size_t len = w->len < f->cap ? w->len : f->cap;
	size_t got_len = g->len, i;

	/*
	 * If a cap cuts a string of a list, the record lacks the string's terminator, but flatten()
	 * has added it.
	 */
	if (f->kind == KIND_LIST && got_len == len + 1)
		got_len--;
	for (i = 0; i < len && i < got_len; i++) {
		if (w->data[i] != g->data[i])
			break;
	}
	if (i == len && got_len == len)
		return true;
	if (r)
		mismatches_add(r, "    %s: expected %zu bytes, is %zu; they differ at %zu", f->name,
			       len, got_len, i);
	return false;
}

static bool has_flag(yyjson_val *flags, const char *flag)
{
	yyjson_val *one;
	size_t i, max;

	yyjson_arr_foreach(flags, i, max, one)
	{
		if (yyjson_equals_str(one, flag))
			return true;
	}
	return false;
}

/* Check the members next to a field: the number of cut bytes, and the flags. */
static bool match_companions(const struct field *f, size_t len, bool partial, yyjson_val *want,
			     yyjson_val *got, struct mismatches *r)
{
	size_t cut = len > f->cap && !partial ? len - f->cap : 0;
	yyjson_val *want_flags = companion(want, f->name, "_flags");
	yyjson_val *got_flags = companion(got, f->name, "_flags");
	bool ok;

	ok = match_count(got, f->name, "_truncated", cut, f->kind != KIND_BYTES, r);
	ok = match_count(got, f->name, "_size", cut ? len : 0, !cut, r) && ok;
	if (!want_flags && got_flags) {
		differ(r, f->name, NULL, got_flags);
		ok = false;
	}
	return ok;
}

/*
 * The beginning of a path may be missing if the event is flagged, and if the path has more names,
 * or more bytes, than this.
 */
#define LONG_WALK 100
#define LONG_PATH 4000

/*
 * True if @g is the end of the path @w, and long enough that the beginning may be missing. @g
 * begins with a whole name, or is as long as the cap.
 */
static bool is_end_of_long_path(const struct field *f, const struct bytes *w, const struct bytes *g)
{
	size_t slashes = 0;

	for (size_t i = 0; i < g->len; i++)
		slashes += g->data[i] == '/';
	return g->len && g->len < w->len && (g->data[0] == '/' || g->len == f->cap) &&
	       (slashes > LONG_WALK || g->len > LONG_PATH) &&
	       !memcmp(w->data + w->len - g->len, g->data, g->len);
}

static bool match_contents(const struct field *f, yyjson_val *want, const struct bytes *w,
			   yyjson_val *got, const struct bytes *g, struct mismatches *r)
{
	if (w->len > f->cap)
		return match_bytes(f, w, g, r);
	if (f->kind != KIND_LIST)
		return match_value(want, got, f->name, r);
	/*
	 * If no byte was cut, each item of a list must be equal. The concatenated bytes alone do
	 * not show where an item ends.
	 */
	if (yyjson_arr_size(want) == yyjson_arr_size(got) && w->len == g->len &&
	    !memcmp(w->data, g->data, w->len))
		return true;
	differ(r, f->name, want, got);
	return false;
}

static bool match_field(const struct field *f, yyjson_val *want, yyjson_val *got,
			struct mismatches *r)
{
	yyjson_val *got_val = yyjson_obj_get(got, f->name);
	yyjson_val *want_val = yyjson_obj_get(want, f->name);
	struct bytes w, g;
	bool ok;

	if (!flatten(want_val, f->kind, true, &w))
		abort();
	if (!flatten(got_val, f->kind, false, &g)) {
		differ(r, f->name, want_val, got_val);
		free(w.data);
		return false;
	}
	if (f->kind == KIND_STR && has_flag(companion(got, f->name, "_flags"), "partial")) {
		ok = is_end_of_long_path(f, &w, &g);
		if (!ok)
			differ(r, f->name, want_val, got_val);
	} else {
		bool partial = has_flag(companion(want, f->name, "_flags"), "partial");

		ok = match_contents(f, want_val, &w, got_val, &g, r);
		ok = match_companions(f, w.len, partial, want, got, r) && ok;
	}
	free(w.data);
	free(g.data);
	return ok;
}

bool match_event(yyjson_val *want, yyjson_val *got, struct mismatches *r)
{
	yyjson_val *key, *value;
	size_t i, max;
	bool ok = true;

	yyjson_obj_foreach(want, i, max, key, value)
	{
		const char *name = yyjson_get_str(key);
		const struct field *f = field_of(name);

		if (f)
			ok = match_field(f, want, got, r) && ok;
		else
			ok = match_value(value, yyjson_obj_get(got, name), name, r) && ok;
	}
	return ok;
}

bool match_unique_keys(yyjson_val *val)
{
	yyjson_val *key, *value;
	size_t i, max;

	if (yyjson_is_arr(val)) {
		yyjson_arr_foreach(val, i, max, value)
		{
			if (!match_unique_keys(value))
				return false;
		}
		return true;
	}
	yyjson_obj_foreach(val, i, max, key, value)
	{
		/* The first member with this name must be the current one. */
		if (yyjson_obj_get(val, yyjson_get_str(key)) != value || !match_unique_keys(value))
			return false;
	}
	return true;
}
