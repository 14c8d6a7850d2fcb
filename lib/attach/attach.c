/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/attach.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "lib/kernel/btf_subset.h"
#include "lib/kernel/caps.h"
#include "lib/attach/calls.h"
#include "lib/attach/diagnose.h"
#include "lib/attach/dcache.h"
#include "lib/attach/links.h"
#include "lib/attach/ring_shards.h"
#include "lib/hooks/plan.h"
#include "lib/attach/bpf_config.h"
#include "lib/attach/tracers.h"
#include "lib/attach/process_tree.h"
#include "lib/api/error.h"

struct et_attached {
	const struct et_log *log;
	struct et_feature_set features;
	struct et_plan plan;
	struct et_emit_choice choice;
	__u64 events;
	struct et_hook *hooks;
	char (*hook_names)[160]; /* memory for the names in `hooks` */

	struct et_load_config config;
	struct et_btf_subset types;
	struct et_own_task self;
	struct et_loaded loaded;
	struct et_links links;
	struct et_process_tree tree;
	struct et_tracers_member member;
	struct bpf_link *readers;
	bool stopped, switched_off;
};

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* ---- shortages --------------------------------------------------------------------------- */

/* True if @r means that descriptors or memory ran out. Then all other candidates fail too. */
static bool is_shortage(int r)
{
	return r == -EMFILE || r == -ENFILE || r == -ENOMEM;
}

/* Return: the first shortage among @r and the errnos of the plan's rows; 0: there is none. */
static int find_shortage(const struct et_plan *plan, int r)
{
	for (size_t i = 0; !is_shortage(r) && i < plan->count; i++)
		r = plan->rows[i].err;
	return is_shortage(r) ? r : 0;
}

static int name_shortage(int r, struct et_error *err)
{
	struct rlimit limit = { 0 };

	if (r == -ENOMEM)
		return et_error_set(err, ET_ERROR_SYSTEM, r,
				    "the kernel has no memory for programs and maps: is the limit "
				    "of a memory cgroup (memory.max) too low?");
	if (r == -ENFILE)
		return et_error_set(err, ET_ERROR_SYSTEM, r,
				    "no file can be opened on this host: raise fs.file-max");
	getrlimit(RLIMIT_NOFILE, &limit);
	return et_error_set(
		err, ET_ERROR_SYSTEM, r,
		"too few file descriptors: %llu are allowed: raise the limit (ulimit -n)",
		(unsigned long long)limit.rlim_cur);
}

/* ---- requirements of every event ---------------------------------------------------------- */

static int check_basics(struct et_attached *at, struct et_error *err)
{
	const char *why;
	char missing[64];
	__u64 caps;
	int r;

	r = et_caps__effective(&caps);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "capget: %s", strerror(-r));
	if (et_caps__missing_for_bpf(caps, missing, sizeof(missing)))
		return et_error_set(
			err, ET_ERROR_PRIVILEGE, -EPERM,
			"missing privilege: %s. Run as root, or give the program "
			"cap_bpf,cap_perfmon,cap_sys_admin,cap_dac_read_search+ep with setcap",
			missing);

	r = et_feature__check(&at->features, ET_FEATURE_BTF, &why);
	if (r < 0)
		return et_error_set(err, ET_ERROR_ATTACH, r, "%s", why);
	r = et_feature__check(&at->features, ET_FEATURE_RINGBUF, &why);
	if (r == -EPERM)
		/* The process has CAP_BPF and CAP_PERFMON, so something else refuses the ring. */
		return et_error_set(
			err, ET_ERROR_PRIVILEGE, r,
			"%s although CAP_BPF is there: is it one of a user namespace, or does a "
			"security module or seccomp forbid bpf()?",
			why);
	if (r < 0)
		return et_error_set(err, ET_ERROR_ATTACH, r, "%s", why);
	return 0;
}

/* ---- tracepoints of system calls ---------------------------------------------------------- */

/*
 * True if programs for system calls run from the two tracepoints that all system calls share:
 * tp_btf/sys_enter and tp_btf/sys_exit. False if each system call's own tracepoint is used.
 */
static bool uses_all_calls(struct et_attached *at, enum et_attach_kind kind)
{
	if (!et_calls__are_possible(at->features.vmlinux))
		return false;
	return kind == ET_ATTACH_TP_BTF ||
	       et_feature__check(&at->features, ET_FEATURE_TRACEFS, NULL) < 0;
}

/* Use each system call's own tracepoint, after the shared tracepoints have failed. */
static void use_single_calls(struct et_attached *at, int r)
{
	et_log__write(at->log, ET_LOG_INFO,
		      "tp_btf/sys_enter and sys_exit cannot be used: %s: system calls have their "
		      "own tracepoints",
		      strerror(-r));
	at->config.bpf.calls_tp_btf = false;
	et_diagnose__check(&at->plan, &at->features, false);
}

/* ---- attaching --------------------------------------------------------------------------- */

/*
 * Attach the BPF programs of all chosen candidates. Return: 0, or a negative errno after the
 * failed BPF program was marked in the plan.
 */
static int attach_chosen(struct et_attached *at)
{
	int r;

	at->links.events_fd = at->features.events_fd;
	at->links.calls = at->config.bpf.calls_tp_btf ? at->loaded.skel : NULL;
	for (size_t i = 0; i < at->plan.count; i++) {
		const struct et_plan_row *row = &at->plan.rows[i];
		const struct et_hook_program *entry;

		if (!row->chosen)
			continue;
		et_for_each_program(entry, row->candidate)
		{
			const char *place = et_hook_place(entry);
			char why[200];

			if (!et_plan__uses(&at->plan, entry))
				continue;
			r = et_links__add(&at->links, at->loaded.obj, entry);
			if (r == 0)
				continue;
			snprintf(why, sizeof(why), "the kernel does not attach %s to %s: %s",
				 entry->program, place ? place : row->candidate->hook,
				 strerror(-r));
			et_plan__fail_program(&at->plan, entry->program, place, r, why);
			return r;
		}
	}
	r = et_links__add_calls(&at->links, at->loaded.obj);
	if (r < 0)
		use_single_calls(at, r);
	return r;
}

static int no_such_way(const struct et_attached *at, struct et_error *err)
{
	return et_error_set(err, ET_ERROR_ATTACH, -EOPNOTSUPP,
			    "records cannot be made directly here: %s", at->choice.why);
}

/*
 * Load the BPF programs of all chosen candidates. Return: 0; 1 if a candidate or the emit mode
 * failed, so that the caller must choose again; or a negative errno.
 */
static int load(struct et_attached *at, struct et_error *err)
{
	struct et_load_config *config = &at->config;
	__u64 least = 0;
	char why[200];
	int found, r;

	et_bpf_config__fill_from_plan(&config->bpf, &at->plan, at->events, &at->features);
	r = et_load__open(config, &at->plan, &at->loaded, &least);
	if (r == 0 || is_shortage(r))
		return r;
	if (r == -ENOSPC && least)
		return et_error_set(err, ET_ERROR_USAGE, r,
				    "a memory budget of %llu bytes is too small: at least %llu "
				    "(%llu KiB)",
				    config->memory_budget, least, (least + 1023) / 1024);
	found = et_diagnose__find_failing_programs(&at->plan, config, &at->choice);
	if (found)
		return found < 0 ? no_such_way(at, err) : 1;
	if (config->bpf.calls_tp_btf) {
		use_single_calls(at, r);
		return 1;
	}
	found = et_process_tree__fails(config, why, sizeof(why));
	if (found < 0)
		return et_error_set(err, ET_ERROR_ATTACH, found,
				    "no tree of processes can be followed here: %s", why);
	return et_error_set(err, r == -EPERM ? ET_ERROR_PRIVILEGE : ET_ERROR_SYSTEM, r,
			    "the programs and their maps do not load: %s", strerror(-r));
}

/*
 * Attach the loaded BPF programs. Return: 0; 1 if a candidate failed, so that the caller must
 * choose again; or a negative errno.
 */
static int attach(struct et_attached *at, struct et_error *err)
{
	int r;

	/*
	 * First attach the BPF programs that follow process trees. They fill the map of trees, and
	 * the filters of all events read this map.
	 */
	r = et_process_tree__begin(&at->loaded, &at->config.bpf.filters, &at->tree, err);
	if (r < 0)
		return r;
	et_dcache__find(&at->loaded, at->log);
	if (attach_chosen(at) == 0)
		return 0;
	/*
	 * Unload all BPF programs, because all must be loaded again. The next candidate has other
	 * programs, and each program has the wanted events as a constant. The plan keeps the
	 * failures found so far.
	 */
	et_links__done(&at->links);
	et_process_tree__end(&at->tree);
	et_load__close(&at->loaded);
	return 1;
}

static int attach_all(struct et_attached *at, struct et_error *err)
{
	double loading = 0, attaching = 0;
	int r;

	do {
		double t0 = now_ms(), t1;

		at->events = et_plan__choose(&at->plan);
		if (!at->events)
			return 0;
		r = load(at, err);
		t1 = now_ms();
		loading += t1 - t0;
		if (r == 0)
			r = attach(at, err);
		attaching += now_ms() - t1;
		if (r > 0 && find_shortage(&at->plan, 0))
			r = find_shortage(&at->plan, 0);
	} while (r > 0);
	if (r < 0)
		return r;
	et_log__write(at->log, ET_LOG_INFO, "%zu hooks: loaded in %.1f ms, attached in %.1f ms",
		      at->links.count, loading, attaching);
	return 0;
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
		et_log__write(at->log, ET_LOG_WARNING, "%s cannot be seen: %s", infos[i].flag, why);
	}
	for (size_t i = 0; i < at->plan.count; i++) {
		const struct et_plan_row *row = &at->plan.rows[i];
		const struct et_hook_program *entry;

		if (!row->chosen)
			continue;
		et_for_each_program(entry, row->candidate)
		{
			if (!et_plan__goes_without(&at->plan, entry))
				continue;
			et_log__write(at->log, ET_LOG_INFO, "going without %s on %s",
				      entry->program, et_hook_place(entry));
		}
	}
}

/*
 * Set the error if no BPF program is attached. Either a privilege is missing, or the kernel
 * supports none of the wanted events.
 */
static int nothing_attached(const struct et_attached *at, struct et_error *err)
{
	const struct et_plan_row *row = &at->plan.rows[0];
	bool privilege = true;

	for (size_t i = 0; i < at->plan.count; i++)
		if (at->plan.rows[i].err != -EPERM && at->plan.rows[i].err != -EACCES)
			privilege = false;
	return et_error_set(err, privilege ? ET_ERROR_PRIVILEGE : ET_ERROR_ATTACH,
			    privilege ? -EPERM : -EOPNOTSUPP,
			    "none of the events that were asked for can be seen here: %s",
			    row->why);
}

static int make_hooks(struct et_attached *at)
{
	at->hooks = calloc(at->plan.count + 1, sizeof(*at->hooks));
	at->hook_names = calloc(at->plan.count + 1, sizeof(*at->hook_names));
	if (!at->hooks || !at->hook_names)
		return -ENOMEM;
	for (size_t i = 0; i < at->plan.count; i++) {
		const struct et_plan_row *row = &at->plan.rows[i];

		if (row->candidate && at->config.bpf.calls_tp_btf)
			et_calls__name(row->candidate->hook, at->hook_names[i],
				       sizeof(at->hook_names[i]));
		else
			snprintf(at->hook_names[i], sizeof(at->hook_names[i]), "%s",
				 row->candidate ? row->candidate->hook : "none");
		at->hooks[i] = (struct et_hook){
			.event_id = row->event_id,
			.kind = row->kind,
			.hook = at->hook_names[i],
			.chosen = row->chosen,
			.reason = row->err ? row->why : NULL,
		};
	}
	return 0;
}

static const char *join_strerror(int r)
{
	switch (r) {
	case -ENOSPC:
		return "there are too many";
	case -EPERM:
		/* BPF_PROG_GET_NEXT_ID requires CAP_SYS_ADMIN; CAP_BPF is not enough. */
		return "to find them, CAP_SYS_ADMIN is needed";
	default:
		return strerror(-r);
	}
}

/*
 * Join the other tracers of this host. If this fails, the tracer still works, but it also records
 * the writes of the other tracers.
 */
static void join_tracers(struct et_attached *at)
{
	int r = et_tracers__join(&at->self, &at->member);

	if (r == 0)
		at->config.tracers_fd = at->member.map_fd;
	else
		et_log__write(at->log, ET_LOG_WARNING,
			      "this tracer and others do not know each other, and record what the "
			      "other ones write: %s",
			      join_strerror(r));
}

static void find_readers(struct et_attached *at)
{
	int r = et_readers__begin(&at->loaded, &at->readers);

	if (r == 0)
		r = et_attach__look_for_readers(at);
	if (r < 0)
		et_log__write(at->log, ET_LOG_WARNING,
			      "readers of the output are known by their standard input alone: the "
			      "open files of others cannot be seen: %s",
			      strerror(-r));
}

/* Log the number of rings of each class, and warn if there are fewer than the caller wants. */
static void tell_rings(const struct et_attached *at, const struct et_attach_config *config)
{
	static const char *const names[ET_RING_CLASSES] = {
		[ET_RING_LIFECYCLE] = "lifecycle",
		[ET_RING_BULK] = "bulk",
	};

	for (int i = 0; i < ET_RING_CLASSES && !config->trial && at->loaded.obj; i++) {
		unsigned int wanted = config->load.shards[i], have = at->loaded.shards[i];
		size_t size = at->loaded.ring_sizes[i];

		if (have < wanted)
			et_log__write(at->log, ET_LOG_WARNING,
				      "rings for %s events: %u in place of %u, because each needs "
				      "%zu KiB: use a larger --ring-size",
				      names[i], have, wanted,
				      et_ring_shards__least((enum et_ring_class)i) / 1024);
		et_log__write(at->log, ET_LOG_INFO,
			      "rings for %s events: %u of %zu KiB; a burst of one CPU has room in "
			      "one of them",
			      names[i], have, size / 1024);
	}
}

static int open_all(struct et_attached *at, const struct et_attach_config *config,
		    struct et_error *err)
{
	const struct et_hook_table *const *tables;
	double t0 = now_ms();
	bool all_calls;
	size_t count;
	int r;

	r = check_basics(at, err);
	if (r < 0)
		return r;
	tables = et_hook_tables(&count);
	if (et_plan__init(&at->plan, tables, count, config->load.bpf.events,
			  config->kind == ET_ATTACH_TP_BTF ? ET_ATTACH_TRACEPOINT : config->kind) <
	    0)
		return et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	all_calls = uses_all_calls(at, config->kind);
	et_diagnose__check(&at->plan, &at->features, all_calls);
	r = find_shortage(&at->plan, 0);
	if (r < 0)
		return r;
	if (et_emit_mode__choose(config->wire_format, &at->features, &at->choice) < 0)
		return no_such_way(at, err);
	at->config = config->load;
	at->types.vmlinux = at->features.vmlinux;
	at->config.types = &at->types;
	r = et_bpf_config__fill(&at->config, &at->self, config, &at->features, at->log, err);
	if (r < 0)
		return r;
	at->config.bpf.emit_mode = at->choice.mode;
	at->config.bpf.calls_tp_btf = all_calls;
	if (!config->trial)
		join_tracers(at);
	et_log__write(at->log, ET_LOG_INFO, "looked at the kernel for %.1f ms", now_ms() - t0);

	r = attach_all(at, err);
	if (r < 0)
		return r;
	tell_rings(at, config);
	et_log__write(at->log, ET_LOG_INFO, "wire format: %s%s%s", at->choice.name,
		      *at->choice.why ? ": " : "", at->choice.why);
	warn_of_missing(at, config->load.bpf.events);
	if (!at->events && !config->trial)
		return nothing_attached(at, err);
	if (!config->trial)
		find_readers(at);
	if (make_hooks(at) < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	return 0;
}

int et_attach__open(const struct et_attach_config *config, const struct et_log *log,
		    struct et_attached **ret, struct et_error *err)
{
	struct et_attached *at;
	int r;

	at = calloc(1, sizeof(*at));
	if (!at)
		return et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	at->log = log;
	at->features = (struct et_feature_set)ET_FEATURE_SET_INIT;
	at->member = (struct et_tracers_member)ET_TRACERS_MEMBER_INIT;
	at->types = (struct et_btf_subset)ET_BTF_SUBSET_INIT;
	for (int i = 0; i < ET_RING_KEYS_MAX; i++)
		at->loaded.ring_fds[i] = -1;

	et_log__take_libbpf(log);
	r = open_all(at, config, err);
	if (r < 0 && find_shortage(&at->plan, r))
		r = name_shortage(find_shortage(&at->plan, r), err);
	et_log__release_libbpf();
	et_btf_subset__close(&at->types);
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

const struct et_emit_choice *et_attach__emit_choice(const struct et_attached *at)
{
	return &at->choice;
}

struct et_feature_set *et_attach__features(struct et_attached *at)
{
	return &at->features;
}

__u64 et_attach__tree_missed(const struct et_attached *at)
{
	return et_process_tree__missed(&at->loaded);
}

bool et_attach__was_switched_off(const struct et_attached *at)
{
	if (at->stopped || !at->loaded.obj)
		return at->switched_off;
	return __atomic_load_n(at->loaded.stopped, __ATOMIC_SEQ_CST) != 0;
}

int et_attach__look_for_readers(const struct et_attached *at)
{
	/* Only outputs that are pipes or sockets have readers. */
	if (!at->member.shared || !at->member.shared->piped)
		return 0;
	return et_readers__look(&at->loaded, at->readers);
}

size_t et_attach__readers(const struct et_attached *at, struct et_reader_row *ret, size_t max)
{
	return et_readers__list(&at->loaded, ret, max);
}

int et_attach__damp(const struct et_attached *at, const struct et_reader_row *row)
{
	return et_readers__damp(&at->loaded, row);
}

int et_attach__left_out(const struct et_attached *at, struct et_left_out *ret, size_t max,
			uint64_t *ret_others)
{
	return et_readers__left_out(&at->loaded, ret, max, ret_others);
}

__u64 et_attach__skipped(const struct et_attached *at)
{
	return et_load__skipped(&at->loaded) + et_links__missed(&at->links);
}

/*
 * Wait for BPF programs that still run on other CPUs. They are in RCU read-side sections, and
 * membarrier(2) waits for the end of all open sections. With one CPU, membarrier(2) returns at
 * once, although a BPF program may be preempted: in this case, sleep.
 */
static void wait_for_programs(void)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0 ||
	    sysconf(_SC_NPROCESSORS_ONLN) == 1)
		usleep(20 * 1000);
}

void et_attach__stop(struct et_attached *at)
{
	if (!at->loaded.obj)
		return;
	et_load__settle(&at->loaded);
	at->switched_off = et_attach__was_switched_off(at);
	at->stopped = true;
	__atomic_store_n(at->loaded.stopped, 1, __ATOMIC_SEQ_CST);
	wait_for_programs();
}

void et_attach__detach(struct et_attached *at)
{
	et_load__settle(&at->loaded);
	if (!et_links__stop(&at->links))
		return;
	et_process_tree__end(&at->tree);
	wait_for_programs();
}

void et_attach__close(struct et_attached *at)
{
	if (!at)
		return;
	et_tracers__leave(&at->member);
	bpf_link__destroy(at->readers);
	et_links__done(&at->links);
	et_process_tree__end(&at->tree);
	et_load__close(&at->loaded);
	et_plan__done(&at->plan);
	free(at->hooks);
	free(at->hook_names);
	free(at);
}
