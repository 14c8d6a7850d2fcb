/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/collide/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/decode/decode.h"
#include "lib/decode/slots.h"
#include "lib/wire/vars.h"

#define CGROUP_PATHS 2 /* number of cgroup paths in a record of an exec */

void collide_check_say(struct collide_check *c, const char *fmt, ...)
{
	va_list ap;

	if (c->line_count == CHECK_LINES)
		return;
	va_start(ap, fmt);
	vsnprintf(c->lines[c->line_count++], sizeof(c->lines[0]), fmt, ap);
	va_end(ap);
}

/* Number of bytes that differ, are missing, or are too many. */
static __u64 differ(const char *got, size_t got_size, const void *want, size_t want_size)
{
	size_t common = got_size < want_size ? got_size : want_size;
	const char *should = want;
	__u64 n = got_size + want_size - 2 * common;

	if (!memcmp(got, should, common))
		return n;
	for (size_t i = 0; i < common; i++)
		n += got[i] != should[i];
	return n;
}

static __u64 field(struct collide_check *c, const struct et_event *ev, const char *what,
		   const struct et_field_view *got, const void *want, size_t size, __u32 orig,
		   __u16 flags)
{
	__u64 n;

	if (!got->data) {
		collide_check_say(c, "source %u, lane %u: no %s",
				  collide_source_of(((const __u64 *)(ev->hdr + 1))[0]),
				  ev->hdr->lane, what);
		return size + 1;
	}
	/* The flag reports that memory could not be read. The bytes before that must be right. */
	if (got->flags & ET_VAR_F_FAULT) {
		c->counts.faults++;
		if (got->size < size)
			size = got->size;
		flags = got->flags;
		orig = got->orig;
	}
	n = differ(got->data, got->size, want, size) + (got->orig != orig) + (got->flags != flags);
	if (n)
		collide_check_say(c,
				  "source %u, lane %u: %s: %llu wrong, %u bytes of %u with flags "
				  "%#x instead of %zu of %u with %#x",
				  collide_source_of(((const __u64 *)(ev->hdr + 1))[0]),
				  ev->hdr->lane, what, (unsigned long long)n, got->size, got->orig,
				  got->flags, size, orig, flags);
	return n;
}

static __u64 bytes(struct collide_check *c, const struct et_event *ev, const char *what,
		   const struct et_field_view *got, __u64 seed, __u32 n, __u32 cap)
{
	__u32 len = collide_len(seed, n, cap);

	return field(c, ev, what, got, c->memory->bytes + collide_start(seed, n),
		     len < cap ? len : cap, len, len > cap ? ET_VAR_F_TRUNCATED : 0);
}

static __u64 name(struct collide_check *c, const struct et_event *ev, const char *what,
		  const struct et_field_view *got, const struct collide_name *want)
{
	return field(c, ev, what, got, want->text, want->len, (__u32)want->len, 0);
}

static __u64 fixed_part(struct collide_check *c, const struct et_event *ev, __u64 seed)
{
	const __u64 *words = (const void *)(ev->hdr + 1);
	__u64 n = 0;

	for (__u32 i = 0; i < (ev->hdr->fixed - sizeof(*ev->hdr)) / sizeof(*words); i++) {
		__u64 want = collide_word(seed, i);

		n += differ((const char *)&words[i], sizeof(want), &want, sizeof(want));
	}
	if (n)
		collide_check_say(c, "source %u, lane %u: fixed part: %llu wrong",
				  collide_source_of(seed), ev->hdr->lane, (unsigned long long)n);
	return n;
}

/* Number of bytes that are not zero in the padding between fields. */
static __u64 padding(struct collide_check *c, const struct et_event *ev)
{
	struct et_var_iter it;
	__u64 n = 0;

	if (ev->hdr->format != ET_FORMAT_VARLEN)
		return 0;
	ET_FOR_EACH_VAR (&it, ev->hdr, ev->hdr->size)
		for (__u32 i = it.var->size; i < ET_VAR_ALIGNED(it.var->size); i++)
			n += it.data[i] != 0;
	if (n)
		collide_check_say(c, "%llu bytes of padding not zero", (unsigned long long)n);
	return n;
}

/*
 * Take the name from the first record, which no program disturbs: the test does not know this name.
 */
static void learn(struct collide_name *name, const struct et_field_view *got)
{
	if (!got->data || got->size > sizeof(name->text))
		return;
	memcpy(name->text, got->data, got->size);
	name->len = got->size;
}

/*
 * Check both paths: that of the pids controller's hierarchy, and that of version 2. They differ on
 * many machines.
 */
static __u64 cgroups(struct collide_check *c, const struct et_event *ev)
{
	const struct et_field_view *pids = &ev->vars[ET_SLOT_process_exec_pids_ss_cgroup_path],
				   *unified = &ev->vars[ET_SLOT_process_exec_cgroup_path];
	struct collide_memory *m = c->memory;

	if (c->learn) {
		learn(&m->pids_cgroup, pids);
		learn(&m->cgroup, unified);
		c->learn = !m->pids_cgroup.len || !m->cgroup.len;
	}
	return name(c, ev, "pids cgroup", pids, &m->pids_cgroup) +
	       name(c, ev, "cgroup", unified, &m->cgroup);
}

static __u64 check_exec(struct collide_check *c, const struct et_event *ev, __u64 seed)
{
	const struct collide_memory *m = c->memory;
	const struct collide_name *paths[2] = { &m->exe, &m->cwd };
	unsigned int first = collide_cwd_first(seed);

	return (collide_has_cgroup(seed) ? cgroups(c, ev) : 0) +
	       bytes(c, ev, "argv", &ev->vars[ET_SLOT_process_exec_argv], seed, 0, ET_CAP_ARGV) +
	       bytes(c, ev, "env", &ev->vars[ET_SLOT_process_exec_env], seed, 1, ET_CAP_ENV) +
	       name(c, ev, "cwd", &ev->vars[ET_SLOT_process_exec_cwd], paths[first]) +
	       name(c, ev, "filename", &ev->vars[ET_SLOT_process_exec_filename], paths[!first]);
}

static __u64 check_tty(struct collide_check *c, const struct et_event *ev, __u64 seed)
{
	return bytes(c, ev, "tty_out", &ev->vars[ET_SLOT_process_tty_write_tty_out], seed, 0,
		     ET_CAP_TTY_OUT);
}

/* Check a list, which programs read only up to its cap. So its full length is unknown. */
static __u64 list_of(struct collide_check *c, const struct et_event *ev, __u64 seed)
{
	const struct collide_memory *m = c->memory;
	char list[COLLIDE_STRING_N * COLLIDE_STRING_SIZE];
	__u32 len = 0;

	for (__u32 i = collide_first_string(seed); i < COLLIDE_STRING_N; i++) {
		size_t size = strlen(m->strings[i]) + 1;

		memcpy(list + len, m->strings[i], size);
		len += size;
	}
	if (len <= ET_CAP_ARGV)
		return field(c, ev, "strings", &ev->vars[ET_SLOT_process_exec_failed_argv], list,
			     len, len, 0);
	return field(c, ev, "strings", &ev->vars[ET_SLOT_process_exec_failed_argv], list,
		     ET_CAP_ARGV, ET_CAP_ARGV, ET_VAR_F_PARTIAL);
}

static __u64 check_strings(struct collide_check *c, const struct et_event *ev, __u64 seed)
{
	const struct collide_memory *m = c->memory;
	const char *one = m->strings[collide_one_string(seed)];
	__u32 len = strlen(one);

	return list_of(c, ev, seed) +
	       name(c, ev, "cwd", &ev->vars[ET_SLOT_process_exec_failed_cwd],
		    collide_cwd_first(seed) ? &m->cwd : &m->exe) +
	       field(c, ev, "string", &ev->vars[ET_SLOT_process_exec_failed_filename], one, len,
		     len, 0);
}

static const struct {
	enum et_event_type type;
	unsigned int vars;
	__u64 (*check)(struct collide_check *c, const struct et_event *ev, __u64 seed);
} kinds[COLLIDE_KINDS] = {
	[COLLIDE_EXEC] = { ET_PROCESS_EXEC, 6, check_exec },
	[COLLIDE_TTY] = { ET_PROCESS_TTY_WRITE, 1, check_tty },
	[COLLIDE_STRINGS] = { ET_PROCESS_EXEC_FAILED, 3, check_strings },
};

static __u64 check_content(struct collide_check *c, const struct et_event *ev, __u64 seed)
{
	unsigned int kind = collide_kind_of(seed), source = collide_source_of(seed);
	unsigned int vars = kinds[kind].vars;

	if (kind == COLLIDE_EXEC && !collide_has_cgroup(seed))
		vars -= CGROUP_PATHS;
	if (source >= COLLIDE_SOURCES || ev->hdr->type != kinds[kind].type ||
	    ev->hdr->vars != vars || ev->hdr->cpu != c->cpu) {
		collide_check_say(c, "a record of seed %#llx has type %u, %u fields, cpu %u",
				  (unsigned long long)seed, ev->hdr->type, ev->hdr->vars,
				  ev->hdr->cpu);
		return ev->hdr->size;
	}
	c->counts.by_source[source]++;
	return fixed_part(c, ev, seed) + padding(c, ev) + kinds[kind].check(c, ev, seed);
}

/* Check that the records of a lane are in the ring in the order of their numbers. */
static void check_order(struct collide_check *c, const struct et_header *hdr)
{
	__u64 *next = &c->next_seq[hdr->lane][hdr->ring], *ts = &c->last_ts[hdr->lane][hdr->ring];

	if (hdr->seq < *next || hdr->ts < *ts) {
		c->counts.out_of_order++;
		collide_check_say(c, "lane %u, ring %u: number %llu where %llu was due", hdr->lane,
				  hdr->ring, (unsigned long long)hdr->seq,
				  (unsigned long long)*next);
	} else {
		c->counts.missing += hdr->seq - *next;
	}
	*next = hdr->seq + 1;
	*ts = hdr->ts;
}

int collide_check_record(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct collide_check *c = ctx;
	struct collide_counts *n = &c->counts;
	struct et_event ev;
	__u64 wrong;
	int r;

	n->records++;
	n->bytes += len;
	r = et_decode(data, len, &ev);
	if (r < 0 || ev.hdr->ring != ring_class) {
		collide_check_say(c, "a record cannot be read: %d", r);
		n->malformed++;
		n->wrong_records++;
		return 0;
	}
	n->by_lane[ev.hdr->lane]++;
	n->received[ev.hdr->type]++;
	n->type_bytes[ev.hdr->type] += ev.hdr->size;
	for (int i = 0; i < ET_VARS_MAX; i++)
		if (ev.vars[i].data && ev.vars[i].flags & (ET_VAR_F_TRUNCATED | ET_VAR_F_PARTIAL)) {
			n->truncated[ev.hdr->type]++;
			break;
		}
	check_order(c, ev.hdr);
	wrong = check_content(c, &ev, ((const __u64 *)(ev.hdr + 1))[0]);
	n->wrong_bytes += wrong;
	n->wrong_records += wrong != 0;
	return 0;
}
