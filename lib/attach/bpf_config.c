/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/ring_shards.h"
#include "lib/attach/bpf_config.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "lib/kernel/btf_args.h"
#include "lib/kernel/kallsyms.h"
#include "lib/kernel/init_pidns.h"
#include "lib/kernel/pt_regs_offset.h"
#include "lib/api/error.h"
#include "lib/hooks/plan.h"
#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

/*
 * Number of terminals that the tracer itself may use: those of output, recording, standard input
 * and standard error, and its controlling terminal.
 */
#define OWN_TERMINALS (ET_SELF_FDS + 1)

_Static_assert(ET_SELF_ANCESTORS == ET_QUIET_TGIDS, "room for all ancestors");

static __u64 own_terminal(const struct et_own_task *self, size_t i)
{
	return i < ET_SELF_FDS ? self->files[i].tty : self->ctty;
}

static void add_terminal(__u64 *to, size_t *count, __u64 tty)
{
	for (size_t i = 0; i < *count; i++)
		if (to[i] == tty)
			return;
	if (*count < ET_QUIET_TTYS)
		to[(*count)++] = tty;
}

/*
 * Fill @to with the terminals to which writes are not recorded. @from has their device numbers. A
 * device number is unique only within a devpts instance. To find the instance, search for the
 * number in the tracer's own terminals, from index @first on. If none of them has the number, take
 * the terminals with this number in all instances.
 */
static void fill_terminals(__u64 to[ET_QUIET_TTYS], const uint64_t *from, size_t count,
			   const struct et_own_task *self, size_t first, const struct et_log *log)
{
	size_t n = 0;

	if (count > ET_QUIET_TTYS) {
		et_log__write(log, ET_LOG_WARNING, "of %zu terminals to leave out only %d are",
			      count, ET_QUIET_TTYS);
		count = ET_QUIET_TTYS;
	}
	for (size_t i = 0; i < count; i++) {
		__u64 tty = ET_TERMINAL(0, major(from[i]), minor(from[i]));
		bool found = false;

		for (size_t j = first; j < OWN_TERMINALS && !(found && !first); j++) {
			if ((__u32)own_terminal(self, j) != tty)
				continue;
			add_terminal(to, &n, own_terminal(self, j));
			found = true;
		}
		if (!found)
			add_terminal(to, &n, tty);
	}
}

/*
 * The BPF program of probes/self translates process IDs of filters from the caller's PID namespace
 * to the initial one. Without @back, copy the filters' IDs to @self, before the BPF program runs.
 * With @back, copy the translated IDs from @self to the filters.
 */
static int exchange_numbers(struct et_filter_set *set, struct et_own_task *self, bool back,
			    struct et_error *err)
{
	__u32 n = 0;

	for (int form = 0; form < 2; form++) {
		for (int by = 0; by < 2; by++) {
			__u32 *numbers = by ? set->trees[form] : set->pids[form];
			__u32 count = set->counts[form][by ? ET_FILTER_TREE : ET_FILTER_PID];

			for (__u32 i = 0; i < count; i++, n++) {
				if (!back) {
					self->wanted[n] = numbers[i];
					continue;
				}
				/*
				 * In the initial PID namespace, IDs need no translation. So a
				 * filter may name a process that begins later.
				 */
				if (!self->found[n] && !self->level)
					continue;
				if (!self->found[n])
					return et_error_set(err, ET_ERROR_USAGE, -ESRCH,
							    "there is no process %u in this PID "
							    "namespace",
							    numbers[i]);
				numbers[i] = self->found[n];
			}
		}
	}
	self->wanted_count = n;
	return 0;
}

static int look_up_own_task(struct et_own_task *self, struct et_filter_set *filters,
			    const struct et_attach_config *config, const struct btf *vmlinux,
			    const struct et_log *log, struct et_error *err)
{
	int r;

	*self = (struct et_own_task){
		.fds = { config->output_fd, config->record_fd, STDIN_FILENO, STDERR_FILENO },
	};
	if (config->filters_in_pidns)
		exchange_numbers(filters, self, false, err);
	r = et_init_pidns__own_task(self, vmlinux);
	if (r == 0)
		return config->filters_in_pidns ? exchange_numbers(filters, self, true, err) : 0;
	et_log__write(log, ET_LOG_WARNING,
		      "the tracer cannot look at itself: writes of its ancestors to terminals are "
		      "events, and processes are numbered as the initial PID namespace does: %s",
		      strerror(-r));
	return 0;
}

/*
 * True if the tracepoint sched_process_exit has the parameter group_dead, since 6.16. In BTF it is
 * the third parameter, because the first parameter of each tracepoint is for the kernel's own data.
 */
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

static void find_tty_write(struct et_bpf_config *bpf, const struct et_log *log)
{
	struct et_ksym syms[] = { { "tty_write", 0 }, { "redirected_tty_write", 0 } };

	if (!et_kallsyms__find(syms, sizeof(syms) / sizeof(syms[0])))
		et_log__write(log, ET_LOG_INFO,
			      "/proc/kallsyms is hidden: terminals are found by device number");
	bpf->tty_write_addr = syms[0].addr;
	bpf->redirected_tty_write_addr = syms[1].addr;
}

/*
 * Size of the hash maps for socket data: one entry for each 256 KiB of the host's memory. Since
 * 6.1, tracing programs can use a map that allocates memory as it grows: commit 96da3f7d489d
 * ("bpf: Remove tracing program restriction on map types"). The commit's series also added struct
 * bpf_mem_alloc. If the kernel has this struct, it is 6.1 or later. On older kernels the map
 * allocates all memory at once, so the map is smaller.
 */
#define SOCK_ENTRY_MEMORY    (256 * 1024ULL)
#define SOCK_ENTRIES_LEAST   8192
#define SOCK_ENTRIES_MOST    65536
#define SOCK_ENTRIES_AT_ONCE 8192

static void size_socket_maps(struct et_load_config *load, const struct btf *vmlinux)
{
	unsigned long long memory =
		(unsigned long long)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
	__u32 most, sock_entries = SOCK_ENTRIES_LEAST;

	load->sock_entries_grow =
		btf__find_by_name_kind(vmlinux, "bpf_mem_alloc", BTF_KIND_STRUCT) >= 0;
	most = load->sock_entries_grow ? SOCK_ENTRIES_MOST : SOCK_ENTRIES_AT_ONCE;
	while (sock_entries < most && sock_entries < memory / SOCK_ENTRY_MEMORY)
		sock_entries *= 2;
	load->bpf.sock_entries_ended_max = sock_entries;
	/* Few connection attempts wait for an answer at the same time, each at most a second. */
	load->bpf.sock_entries_attempts_max = sock_entries / 4;
}

/* Largest number of CPUs with slots of their own in the map `envs`; further CPUs share slots. */
#define ENV_CPUS_MAX 64

/*
 * Choose the number of rings of each class, and how often programs query how full a ring is. With a
 * memory budget, the rings may become smaller and fewer when the programs are loaded.
 */
static void divide_rings(struct et_load_config *load, unsigned int online)
{
	struct et_bpf_config *bpf = &load->bpf;
	unsigned int least = ET_RING_SHARDS_MAX;

	bpf->ring_shards = 1;
	for (int i = 0; i < ET_RING_CLASSES; i++) {
		unsigned int wanted =
			load->shards[i] ? load->shards[i] : et_ring_shards__for_cpus(online);

		load->shards[i] =
			et_ring_shards__fit((enum et_ring_class)i, load->ring_sizes[i], wanted);
		if (load->shards[i] > bpf->ring_shards)
			bpf->ring_shards = load->shards[i];
		if (load->shards[i] < least)
			least = load->shards[i];
	}
	if (load->memory_budget || !least)
		least = 1;
	/*
	 * A lane queries its ring each time that it has added (size of the ring) >> fair_look_shift
	 * bytes. This is 1/8 of the ring, divided by the number of online CPUs that share the ring.
	 * The shift stays the same if more CPUs come online later.
	 */
	bpf->fair_look_shift = 3;
	for (unsigned int cpus = (online + least - 1) / least; cpus > 1; cpus = (cpus + 1) / 2)
		bpf->fair_look_shift++;
}

static int count_cpus(struct et_load_config *load, struct et_error *err)
{
	struct et_bpf_config *bpf = &load->bpf;
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	int possible = libbpf_num_possible_cpus();

	if (possible < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, possible,
				    "the number of possible CPUs is unknown: %s",
				    strerror(-possible));
	if (online < 1)
		online = 1;
	bpf->shards = 1;
	while (bpf->shards < (__u32)possible && bpf->shards < ET_SHARDS_MAX)
		bpf->shards *= 2;
	bpf->env_slots = ET_ENV_SLOTS * (__u32)(online < ENV_CPUS_MAX ? online : ENV_CPUS_MAX);
	divide_rings(load, (unsigned int)online);
	return 0;
}

int et_bpf_config__fill(struct et_load_config *load, struct et_own_task *self,
			const struct et_attach_config *config, struct et_feature_set *features,
			const struct et_log *log, struct et_error *err)
{
	struct et_bpf_config *bpf = &load->bpf;
	int r = look_up_own_task(self, &bpf->filters, config, features->vmlinux, log, err);

	if (r == 0)
		r = count_cpus(load, err);
	if (r < 0)
		return r;
	bpf->self_tgid = self->tgid;
	bpf->pt_regs_offset = et_pt_regs__offset(features->vmlinux);
	bpf->exit_has_group_dead = exit_has_group_dead(features->vmlinux);
	size_socket_maps(load, features->vmlinux);
	bpf->task_storage = !et_feature__check(features, ET_FEATURE_TASK_STORAGE, NULL);
	et_btf_args__fill(features->vmlinux, bpf->args);
	fill_terminals(bpf->quiet_ttys, config->quiet_ttys, config->quiet_tty_count, self, 0, log);
	fill_terminals(bpf->quiet_pgid_ttys, config->quiet_pgid_ttys, config->quiet_pgid_tty_count,
		       self, 2, log);
	if (bpf->quiet_pgid == ET_QUIET_OWN_PGID)
		bpf->quiet_pgid = self->pgid;
	memcpy(bpf->quiet_tgids, self->ancestors, sizeof(bpf->quiet_tgids));

	if (bpf->events & ET_EVENT_BIT(ET_PROCESS_TTY_WRITE))
		find_tty_write(bpf, log);
	return 0;
}

void et_bpf_config__fill_from_plan(struct et_bpf_config *bpf, const struct et_plan *plan,
				   __u64 events, struct et_feature_set *features)
{
	bpf->events = events;
	bpf->exit_late = et_plan__wants(plan, "exit_notify_fentry", NULL) ||
			 et_plan__wants(plan, "exit_notify_kprobe", NULL) ||
			 et_plan__wants(plan, "exit_notify_tp_btf", NULL);
	/* Socket storage needs the socket as a typed argument, and a kprobe gets no types. */
	bpf->sock_storage = et_feature__check(features, ET_FEATURE_SOCK_STORAGE, NULL) == 0 &&
			    !et_plan__wants(plan, "closed_kprobe", NULL);
}
