/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/redact/redact.h"

#include <errno.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

#include "lib/redact/glob.h"
#include "lib/wire/schema.h"

struct et_redactor {
	struct et_glob *globs; /* the patterns of secrets */
	size_t count;          /* number of patterns in `globs` */
	bool tty;              /* true: also search text that processes write to terminals */
	char *copy; /* the most recent redacted copy of a record; the next copy reuses its memory */
	size_t room; /* number of bytes allocated at `copy` */
};

#define MARK_LEN (sizeof(ET_REDACTED) - 1)

/* With one of these flags, bytes at the end of a field's value may be missing. */
#define CUT_FLAGS (ET_VAR_F_TRUNCATED | ET_VAR_F_FAULT | ET_VAR_F_PARTIAL)

static const __u32 caps[ET_VAR_TYPES] = {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) [id] = (cap),
#include "lib/wire/schema.def"
};

int et_redactor_new(const char *const *patterns, size_t count, bool tty, struct et_redactor **ret)
{
	struct et_redactor *redactor;
	int r = 0;

	redactor = calloc(1, sizeof(*redactor));
	if (!redactor)
		return -ENOMEM;
	redactor->tty = tty;
	redactor->count = count;
	redactor->globs = calloc(count ? count : 1, sizeof(*redactor->globs));
	if (!redactor->globs)
		r = -ENOMEM;
	for (size_t i = 0; i < count && r == 0; i++)
		r = et_glob_init(&redactor->globs[i], patterns[i]);
	if (r < 0) {
		et_redactor_free(redactor);
		return r;
	}
	*ret = redactor;
	return 0;
}

static bool matches(const struct et_redactor *redactor, const char *text, size_t len, bool cut)
{
	for (size_t i = 0; i < redactor->count; i++)
		if (et_glob_matches(&redactor->globs[i], text, len, cut))
			return true;
	return false;
}

/* A function that is true for a byte between two texts of a field, such as two arguments. */
typedef bool (*is_between_fn)(unsigned char byte);

static bool is_end_of_string(unsigned char byte)
{
	return !byte;
}

/*
 * True for a byte between two words that a process writes to a terminal: a blank or a control
 * character.
 */
static bool is_blank(unsigned char byte)
{
	return byte <= ' ' || byte == 0x7f;
}

/*
 * The function that finds the ends of texts in fields of this type. NULL: fields of this type are
 * not searched.
 */
static is_between_fn between_of(const struct et_redactor *redactor, __u16 type)
{
	switch (type) {
	case ET_VAR_ARGV:
	case ET_VAR_SCRIPT:
		return is_end_of_string;
	case ET_VAR_TTY_OUT:
		return redactor->tty ? is_blank : NULL;
	default:
		return NULL;
	}
}

/*
 * With @to, copy a field's texts to @to, and write ET_REDACTED for each secret. Return the size of
 * the copy in bytes. Without @to, only return whether the field contains a secret, 0 or 1.
 */
static size_t redact_texts(const struct et_redactor *redactor, is_between_fn is_between,
			   const char *data, size_t size, bool cut, char *to)
{
	size_t out = 0;

	for (size_t at = 0; at < size;) {
		size_t len = 0, kept;
		bool match;

		if (is_between((unsigned char)data[at])) {
			if (to)
				to[out] = data[at];
			out++;
			at++;
			continue;
		}
		while (at + len < size && !is_between((unsigned char)data[at + len]))
			len++;
		match = matches(redactor, data + at, len, cut && at + len == size);
		if (match && !to)
			return 1;
		kept = match && len > MARK_LEN ? MARK_LEN : len;
		if (to)
			memmove(to + out, match ? ET_REDACTED : data + at, kept);
		out += kept;
		at += len;
	}
	return to ? out : 0;
}

/* Number of bytes that the value of a field takes in a record, padding included. */
static size_t slot_size(const struct et_header *hdr, const struct et_var *var)
{
	return hdr->format == ET_FORMAT_FIXED ? caps[var->type] : ET_VAR_ALIGNED(var->size);
}

static bool has_secret(const struct et_redactor *redactor, const struct et_header *hdr)
{
	size_t at = hdr->fixed;

	for (unsigned int i = 0; i < hdr->vars; i++) {
		const struct et_var *var = (const void *)((const char *)hdr + at);
		is_between_fn is_between = between_of(redactor, var->type);

		if (is_between && redact_texts(redactor, is_between, (const char *)(var + 1),
					       var->size, var->flags & CUT_FLAGS, NULL))
			return true;
		at += sizeof(*var) + slot_size(hdr, var);
	}
	return false;
}

static void copy_field(const struct et_redactor *redactor, const struct et_var *from,
		       struct et_var *to)
{
	is_between_fn is_between = between_of(redactor, from->type);
	const char *data = (const char *)(from + 1);
	struct et_var var = *from;

	if (is_between) {
		var.size = (__u32)redact_texts(redactor, is_between, data, from->size,
					       from->flags & CUT_FLAGS, (char *)(to + 1));
		var.orig -= from->size - var.size;
	} else {
		memcpy(to + 1, data, var.size);
	}
	*to = var;
	memset((char *)(to + 1) + var.size, 0, ET_VAR_ALIGNED(var.size) - var.size);
}

static const void *redacted_copy(struct et_redactor *redactor, const struct et_header *hdr)
{
	size_t from = hdr->fixed, to = hdr->fixed;
	struct et_header *copy;

	if (redactor->room < hdr->size) {
		free(redactor->copy);
		redactor->room = 0;
		redactor->copy = malloc(hdr->size);
		if (!redactor->copy)
			return NULL;
		redactor->room = hdr->size;
	}
	copy = (void *)redactor->copy;
	/*
	 * In ET_FORMAT_FIXED, a value can be shorter than its slot. The loop does not copy the rest
	 * of the slot, so make it zero.
	 */
	if (hdr->format == ET_FORMAT_FIXED)
		memset(redactor->copy, 0, hdr->size);
	memcpy(copy, hdr, hdr->fixed);
	for (unsigned int i = 0; i < hdr->vars; i++) {
		const struct et_var *var = (const void *)((const char *)hdr + from);
		struct et_var *dst = (void *)(redactor->copy + to);

		copy_field(redactor, var, dst);
		from += sizeof(*var) + slot_size(hdr, var);
		to += sizeof(*var) + slot_size(hdr, dst);
	}
	copy->size = (__u32)to;
	return copy;
}

const void *et_redact(struct et_redactor *redactor, const void *rec, size_t len)
{
	const struct et_header *hdr = rec;

	if (!redactor || len < sizeof(*hdr) || !has_secret(redactor, hdr))
		return rec;
	return redacted_copy(redactor, hdr);
}

void et_redactor_free(struct et_redactor *redactor)
{
	if (!redactor)
		return;
	free(redactor->globs);
	free(redactor->copy);
	free(redactor);
}
