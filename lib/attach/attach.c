/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "lib/attach/caps.h"
#include "lib/attach/kallsyms.h"
#include "lib/attach/plan.h"
#include "lib/attach/self.h"
#include "lib/attach/tracefs.h"
#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

/* As many as programs have room for: probes/core/config.bpf.h. */
#define QUIET_TTYS  4
#define QUIET_TGIDS 16

/* A program on one hook. */
struct attachment {
	const struct et_hook_program *entry;
	struct bpf_link *link; /* NULL: taken off */
	int event_fd;          /* what is closed at the very end; or -1 */
};

struct et_attached {
	const struct et_log *log;
	struct et_feature_set features;
	struct et_plan plan;
	struct et_way way;
	__u64 events;
	struct et_hook *hooks;

	struct et_load_config load;
	__u64 quiet_ttys[QUIET_TTYS];
	__u64 quiet_pgid_ttys[QUIET_TTYS];
	__u32 quiet_tgids[QUIET_TGIDS];
	struct et_loaded loaded;

	struct attachment *attachments;
	size_t attachment_count;
};

__attribute__((format(printf, 4, 5))) static int error(struct et_error *err,
						       enum et_error_kind kind, int r,
						       const char *fmt, ...)
{
	va_list args;

	err->kind = kind;
	va_start(args, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	return r;
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* ---- what must be there for any event --------------------------------------------------- */

static int check_basics(struct et_attached *at, struct et_error *err)
{
	const char *why;
	char missing[64];
	__u64 caps;
	int r;

	r = et_caps__effective(&caps);
	if (r < 0)
		return error(err, ET_ERROR_SYSTEM, r, "capget: %s", strerror(-r));
	if (et_caps__missing_for_bpf(caps, missing, sizeof(missing)))
		return error(err, ET_ERROR_PRIVILEGE, -EPERM,
			     "missing privilege: %s. Run as root, or give the program "
			     "cap_bpf,cap_perfmon,cap_sys_admin,cap_dac_read_search+ep with setcap",
			     missing);

	r = et_feature__check(&at->features, ET_FEATURE_BTF, &why);
	if (r < 0)
		return error(err, ET_ERROR_ATTACH, r, "%s", why);
	r = et_feature__check(&at->features, ET_FEATURE_RINGBUF, &why);
	if (r == -EPERM)
		/* The capabilities are there, so it is something else that says no. */
		return error(
			err, ET_ERROR_PRIVILEGE, r,
			"%s although CAP_BPF is there: is it one of a user namespace, or does a "
			"security module or seccomp forbid bpf()?",
			why);
	if (r < 0)
		return error(err, ET_ERROR_ATTACH, r, "%s", why);
	return 0;
}

/* ---- choosing --------------------------------------------------------------------------- */

/* What can be known of a candidate without loading it. */
static void check_row(struct et_attached *at, struct et_plan_row *row)
{
	const struct et_hook_program *entry;
	const char *why = "";
	int r = 0;

	if (!row->candidate || row->err)
		return;
	if (row->kind == ET_ATTACH_FENTRY)
		r = et_feature__check(&at->features, ET_FEATURE_FENTRY, &why);
	else if (row->kind == ET_ATTACH_KPROBE)
		r = et_feature__check(&at->features, ET_FEATURE_KPROBE, &why);
	if (r < 0) {
		et_plan__fail(row, r, "%s", why);
		return;
	}

	for (const char *const *name = row->candidate->needs; name && *name; name++) {
		if (btf__find_by_name(at->features.vmlinux, *name) >= 0)
			continue;
		et_plan__fail(row, -ENOENT, "the kernel's BTF has no %s", *name);
		return;
	}

	et_for_each_program(entry, row->candidate)
	{
		char text[200];
		__u64 id;

		if (!entry->tracepoint)
			continue;
		r = et_feature__check(&at->features, ET_FEATURE_TRACEFS, &why);
		if (r < 0) {
			et_plan__fail(row, r, "%s", why);
			return;
		}
		r = et_tracefs__id(at->features.events_fd, entry->tracepoint, &id);
		if (r == -ENOENT)
			snprintf(text, sizeof(text), "the kernel has no tracepoint %s",
				 entry->tracepoint);
		else if (r < 0)
			snprintf(text, sizeof(text), "tracepoint %s: %s", entry->tracepoint,
				 strerror(-r));
		if (r < 0)
			et_plan__fail_program(&at->plan, entry->program, entry->tracepoint, r,
					      text);
	}
}

static bool wants(const void *ctx, const char *program)
{
	return et_plan__wants(ctx, program);
}

/* A program does not load. Would it, if it did not make its records directly? */
static bool is_for_direct(const struct et_attached *at, const char *program)
{
	struct et_load_config load = at->load;
	char why[200];

	if (!et_way__is_direct(&at->way))
		return false;
	load.way = ET_WAY_VARLEN;
	return et_load__try(&load, program, why, sizeof(why)) == 0;
}

/*
 * Loading together failed: load each program by itself, and fail those that do not. Return whether
 * there was one, so that another attempt makes sense; or -EOPNOTSUPP if records cannot be made in
 * the way that is asked for.
 */
static int find_culprits(struct et_attached *at)
{
	int found = 0;

	for (size_t i = 0; i < at->plan.count; i++) {
		const struct et_plan_row *row = &at->plan.rows[i];
		const struct et_hook_program *entry;

		if (!row->chosen)
			continue;
		et_for_each_program(entry, row->candidate)
		{
			char why[200];
			int r;

			/* Entries of one program stand together: it is tried once. */
			if (entry > row->candidate->programs &&
			    strcmp(entry[-1].program, entry->program) == 0)
				continue;
			if (et_plan__dropped(&at->plan, entry))
				continue;
			r = et_load__try(&at->load, entry->program, why, sizeof(why));
			if (r == 0)
				continue;
			if (is_for_direct(at, entry->program)) {
				r = et_way__without_direct(&at->way, entry->program, why);
				at->load.way = at->way.way;
				return r < 0 ? r : 1;
			}
			et_plan__fail_program(&at->plan, entry->program, NULL, r, why);
			found = 1;
		}
	}
	return found;
}

/* ---- attaching -------------------------------------------------------------------------- */

/*
 * A tracepoint by its number: perf_event_open() on one CPU is enough, since a program that hangs
 * on the tracepoint behind the event runs whichever CPU gets there.
 */
static int attach_tracepoint(struct et_attached *at, struct bpf_program *prog,
			     const char *tracepoint, struct attachment *ret)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.sample_period = 1,
		.wakeup_events = 1,
	};
	struct bpf_link *link;
	__u64 id;
	int fd, r;

	r = et_tracefs__id(at->features.events_fd, tracepoint, &id);
	if (r < 0)
		return r;
	attr.config = id;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -errno;
	link = bpf_program__attach_perf_event(prog, fd);
	if (!link) {
		r = -errno;
		close(fd);
		return r;
	}
	ret->link = link; /* which closes the descriptor when it is destroyed */
	/*
	 * Freeing the last event of a tracepoint waits for grace periods too, with a lock held, for
	 * one tracepoint after the other. So the event is kept until the end, and only the program
	 * is taken off it when it shall stop. Before 5.15 there is no link between the two, and
	 * freeing the event is the only way.
	 */
	if (bpf_link__fd(link) != fd)
		ret->event_fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return 0;
}

static bool is_attached(const struct et_attached *at, const struct et_hook_program *entry)
{
	for (size_t i = 0; i < at->attachment_count; i++) {
		const struct et_hook_program *other = at->attachments[i].entry;

		if (strcmp(other->program, entry->program) != 0)
			continue;
		if (!entry->tracepoint || !other->tracepoint)
			return entry->tracepoint == other->tracepoint;
		if (strcmp(other->tracepoint, entry->tracepoint) == 0)
			return true;
	}
	return false;
}

static int attach_program(struct et_attached *at, const struct et_hook_program *entry)
{
	struct attachment new = { .entry = entry, .event_fd = -1 };
	struct bpf_program *prog;
	int r = 0;

	prog = bpf_object__find_program_by_name(at->loaded.obj, entry->program);
	if (!prog)
		return -ENOENT;
	if (entry->tracepoint) {
		r = attach_tracepoint(at, prog, entry->tracepoint, &new);
	} else {
		new.link = bpf_program__attach(prog);
		if (!new.link)
			r = -errno;
	}
	if (r < 0)
		return r;
	at->attachments[at->attachment_count++] = new;
	return 0;
}

/* Attach what is chosen. Return 0, or a negative errno of what then has failed in the plan. */
static int attach_chosen(struct et_attached *at)
{
	for (size_t i = 0; i < at->plan.count; i++) {
		const struct et_plan_row *row = &at->plan.rows[i];
		const struct et_hook_program *entry;

		if (!row->chosen)
			continue;
		et_for_each_program(entry, row->candidate)
		{
			const char *where;
			char why[200];
			int r;

			if (et_plan__dropped(&at->plan, entry) || is_attached(at, entry))
				continue;
			r = attach_program(at, entry);
			if (r == 0)
				continue;
			where = entry->tracepoint ? entry->tracepoint : row->candidate->hook;
			snprintf(why, sizeof(why), "the kernel does not attach %s to %s: %s",
				 entry->program, where, strerror(-r));
			et_plan__fail_program(&at->plan, entry->program, entry->tracepoint, r, why);
			return r;
		}
	}
	return 0;
}

static void *unlink_program(void *arg)
{
	struct attachment *a = arg;

	bpf_link__destroy(a->link);
	a->link = NULL;
	return NULL;
}

/*
 * Take the programs off. Return whether there was one.
 *
 * All at once, each from a thread of its own: the kernel waits for a grace period behind each
 * program that it takes off a perf event (since 6.13), some 40 ms, but does not hold a lock
 * meanwhile, so that all can wait for the same one.
 */
static bool unlink_programs(struct et_attached *at)
{
	pthread_t *threads = calloc(at->attachment_count + 1, sizeof(*threads));
	size_t started = 0;
	bool any = false;

	for (size_t i = 0; i < at->attachment_count; i++) {
		struct attachment *a = &at->attachments[i];

		if (!a->link)
			continue;
		any = true;
		if (threads && pthread_create(&threads[started], NULL, unlink_program, a) == 0)
			started++;
		else
			unlink_program(a);
	}
	while (started)
		pthread_join(threads[--started], NULL);
	free(threads);
	return any;
}

static void drop_attachments(struct et_attached *at)
{
	unlink_programs(at);
	while (at->attachment_count) {
		int fd = at->attachments[--at->attachment_count].event_fd;

		if (fd >= 0)
			close(fd);
	}
}

/* ---- the whole -------------------------------------------------------------------------- */

static int no_such_way(const struct et_attached *at, struct et_error *err)
{
	return error(err, ET_ERROR_ATTACH, -EOPNOTSUPP, "records cannot be made directly here: %s",
		     at->way.why);
}

static int attach_all(struct et_attached *at, struct et_error *err)
{
	double loading = 0, attaching = 0;

	for (;;) {
		double t0 = now_ms(), t1;
		__u64 least = 0;
		int r;

		at->events = et_plan__choose(&at->plan);
		if (!at->events)
			return 0;
		at->load.events = at->events;
		r = et_load__open(&at->load, wants, &at->plan, &at->loaded, &least);
		t1 = now_ms();
		loading += t1 - t0;
		if (r == -ENOSPC && least)
			return error(err, ET_ERROR_USAGE, r,
				     "a memory budget of %llu bytes is too small: at least %llu "
				     "(%llu KiB)",
				     at->load.memory_budget, least, (least + 1023) / 1024);
		if (r < 0) {
			int found = find_culprits(at);

			if (found < 0)
				return no_such_way(at, err);
			if (found)
				continue;
			return error(err, r == -EPERM ? ET_ERROR_PRIVILEGE : ET_ERROR_SYSTEM, r,
				     "the programs and their maps do not load: %s", strerror(-r));
		}
		r = attach_chosen(at);
		attaching += now_ms() - t1;
		if (r == 0)
			break;
		/*
		 * Another candidate was not loaded with the rest, and the programs know for which
		 * events they are: begin again with what has been learnt.
		 */
		drop_attachments(at);
		et_load__close(&at->loaded);
	}
	et_log__say(at->log, ET_LOG_INFO, "%zu hooks: loaded in %.1f ms, attached in %.1f ms",
		    at->attachment_count, loading, attaching);
	return 0;
}

static size_t to_devs(__u64 *to, const uint64_t *from, size_t count, const struct et_log *log)
{
	if (count > QUIET_TTYS) {
		et_log__say(log, ET_LOG_WARNING, "of %zu terminals to leave out only %d are", count,
			    QUIET_TTYS);
		count = QUIET_TTYS;
	}
	for (size_t i = 0; i < count; i++)
		to[i] = ET_DEV(major(from[i]), minor(from[i]));
	return count;
}

/* sched_process_exit got a third parameter, behind the one that every tracepoint has, in 6.16. */
static bool exit_has_group_dead(const struct btf *vmlinux)
{
	const struct btf_type *t;
	int id;

	id = btf__find_by_name_kind(vmlinux, "btf_trace_sched_process_exit", BTF_KIND_TYPEDEF);
	if (id < 0)
		return false;
	t = btf__type_by_id(vmlinux, btf__type_by_id(vmlinux, (__u32)id)->type);
	if (!t || !btf_is_ptr(t))
		return false;
	t = btf__type_by_id(vmlinux, t->type);
	return t && btf_is_func_proto(t) && btf_vlen(t) >= 3;
}

static void fill_load_config(struct et_attached *at, const struct et_attach_config *config)
{
	struct et_ksym syms[] = { { "tty_write", 0 }, { "redirected_tty_write", 0 } };
	struct et_load_config *load = &at->load;

	load->way = at->way.way;
	load->wakeup_always = config->wakeup_always;
	memcpy(load->ring_sizes, config->ring_sizes, sizeof(load->ring_sizes));
	load->memory_budget = config->memory_budget;
	load->self_tgid = et_self__tgid();
	load->exit_has_group_dead = exit_has_group_dead(at->features.vmlinux);
	load->quiet_ttys = at->quiet_ttys;
	load->quiet_tty_count =
		to_devs(at->quiet_ttys, config->quiet_ttys, config->quiet_tty_count, at->log);
	load->quiet_pgid = config->quiet_pgid;
	load->quiet_pgid_ttys = at->quiet_pgid_ttys;
	load->quiet_pgid_tty_count = to_devs(at->quiet_pgid_ttys, config->quiet_pgid_ttys,
					     config->quiet_pgid_tty_count, at->log);
	load->quiet_tgids = at->quiet_tgids;
	load->quiet_tgid_count = et_self__ancestors(at->quiet_tgids, QUIET_TGIDS);

	if (!(config->events & ET_EVENT_BIT(ET_PROCESS_TTY_WRITE)))
		return;
	if (!et_kallsyms__find(syms, sizeof(syms) / sizeof(syms[0])))
		et_log__say(at->log, ET_LOG_INFO,
			    "/proc/kallsyms is hidden: terminals are told by device number");
	load->tty_write_addr = syms[0].addr;
	load->redirected_tty_write_addr = syms[1].addr;
}

static void warn_of_missing(struct et_attached *at, __u64 wanted)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	for (size_t i = 0; i < count; i++) {
		const char *why = "no candidate";

		if (!(wanted & ~at->events & ET_EVENT_BIT(infos[i].id)))
			continue;
		for (size_t j = 0; j < at->plan.count; j++)
			if (at->plan.rows[j].event_id == infos[i].id)
				why = at->plan.rows[j].why;
		et_log__say(at->log, ET_LOG_WARNING, "%s cannot be seen: %s", infos[i].flag, why);
	}
	for (size_t i = 0; i < at->plan.dropped_count; i++)
		et_log__say(at->log, ET_LOG_INFO, "going without %s", at->plan.dropped[i]->program);
}

/* Nothing at all: for want of a privilege, or because the kernel cannot? */
static int nothing_attached(const struct et_attached *at, struct et_error *err)
{
	const struct et_plan_row *row = &at->plan.rows[0];
	bool privilege = true;

	for (size_t i = 0; i < at->plan.count; i++)
		if (at->plan.rows[i].err != -EPERM && at->plan.rows[i].err != -EACCES)
			privilege = false;
	return error(err, privilege ? ET_ERROR_PRIVILEGE : ET_ERROR_ATTACH,
		     privilege ? -EPERM : -EOPNOTSUPP,
		     "none of the events that were asked for can be seen here: %s", row->why);
}

static int make_hooks(struct et_attached *at)
{
	at->hooks = calloc(at->plan.count + 1, sizeof(*at->hooks));
	if (!at->hooks)
		return -ENOMEM;
	for (size_t i = 0; i < at->plan.count; i++) {
		const struct et_plan_row *row = &at->plan.rows[i];

		at->hooks[i] = (struct et_hook){
			.event_id = row->event_id,
			.kind = row->kind,
			.hook = row->candidate ? row->candidate->hook : "none",
			.chosen = row->chosen,
			.reason = row->err ? row->why : NULL,
		};
	}
	return 0;
}

static int open_all(struct et_attached *at, const struct et_attach_config *config,
		    struct et_error *err)
{
	const struct et_hook_candidate *table;
	double t0 = now_ms();
	size_t count, programs = 0;
	int r;

	r = check_basics(at, err);
	if (r < 0)
		return r;
	table = et_hook_candidates(&count);
	for (size_t i = 0; i < count; i++) {
		const struct et_hook_program *entry;

		et_for_each_program(entry, &table[i]) programs++;
	}
	at->attachments = calloc(programs + 1, sizeof(*at->attachments));
	if (!at->attachments ||
	    et_plan__init(&at->plan, table, count, config->events, config->kind) < 0)
		return error(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	for (size_t i = 0; i < at->plan.count; i++)
		check_row(at, &at->plan.rows[i]);
	if (et_way__choose(config->wire_format, &at->features, &at->way) < 0)
		return no_such_way(at, err);
	fill_load_config(at, config);
	et_log__say(at->log, ET_LOG_INFO, "looked at the kernel for %.1f ms", now_ms() - t0);

	r = attach_all(at, err);
	if (r < 0)
		return r;
	et_log__say(at->log, ET_LOG_INFO, "wire format: %s%s%s", at->way.name,
		    *at->way.why ? ": " : "", at->way.why);
	warn_of_missing(at, config->events);
	if (!at->events && !config->trial)
		return nothing_attached(at, err);
	if (make_hooks(at) < 0)
		return error(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	return 0;
}

int et_attach__open(const struct et_attach_config *config, const struct et_log *log,
		    struct et_attached **ret, struct et_error *err)
{
	struct et_attached *at;
	int r;

	at = calloc(1, sizeof(*at));
	if (!at)
		return error(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	at->log = log;
	at->features = (struct et_feature_set)ET_FEATURE_SET_INIT;
	for (int i = 0; i < ET_RINGS; i++)
		at->loaded.ring_fds[i] = -1;

	et_log__take_libbpf(log);
	r = open_all(at, config, err);
	et_log__release_libbpf();
	et_feature__done(&at->features);
	if (r < 0) {
		et_attach__close(at);
		return r;
	}
	*ret = at;
	return 0;
}

const struct et_loaded *et_attach__loaded(const struct et_attached *at)
{
	return &at->loaded;
}

__u64 et_attach__events(const struct et_attached *at)
{
	return at->events;
}

const struct et_hook *et_attach__hooks(const struct et_attached *at, size_t *ret_count)
{
	*ret_count = at->plan.count;
	return at->hooks;
}

const struct et_way *et_attach__way(const struct et_attached *at)
{
	return &at->way;
}

struct et_feature_set *et_attach__features(struct et_attached *at)
{
	return &at->features;
}

void et_attach__detach(struct et_attached *at)
{
	if (!unlink_programs(at))
		return;
	/*
	 * A program that runs at this moment on another CPU goes on to its end. It is in an RCU
	 * read-side section, and this waits until those that are open have been left.
	 */
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0)
		usleep(20 * 1000);
}

void et_attach__close(struct et_attached *at)
{
	if (!at)
		return;
	drop_attachments(at);
	et_load__close(&at->loaded);
	et_plan__done(&at->plan);
	free(at->attachments);
	free(at->hooks);
	free(at);
}
