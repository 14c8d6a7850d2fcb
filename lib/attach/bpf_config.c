/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/bpf_config.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "lib/kernel/btf_args.h"
#include "lib/kernel/kallsyms.h"
#include "lib/kernel/init_pidns.h"
#include "lib/kernel/pt_regs_offset.h"
#include "lib/api/error.h"
#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

/* The caller's own terminals: output, recording, standard input, standard error, and ctty. */
#define OWN_TERMINALS (ET_SELF_FDS + 1)

static __u64 own_terminal(const struct et_own_task *self, size_t i)
{
	return i < ET_SELF_FDS ? self->files[i].tty : self->ctty;
}

static void add_terminal(__u64 *to, size_t *count, __u64 tty)
{
	for (size_t i = 0; i < *count; i++)
		if (to[i] == tty)
			return;
	if (*count < ET_QUIET_TTYS_MAX)
		to[(*count)++] = tty;
}

/*
 * The caller names terminals by device number, which is unique only within a devpts instance. So
 * this searches the caller's own terminals for them, from @first on. For a number that is not among
 * them, the terminals of all instances are left out.
 */
static size_t to_terminals(__u64 *to, const uint64_t *from, size_t count,
			   const struct et_own_task *self, size_t first, const struct et_log *log)
{
	size_t n = 0;

	if (count > ET_QUIET_TTYS_MAX) {
		et_log__write(log, ET_LOG_WARNING, "of %zu terminals to leave out only %d are",
			      count, ET_QUIET_TTYS_MAX);
		count = ET_QUIET_TTYS_MAX;
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
	return n;
}

/*
 * Translate processes that filters name from the caller's PID namespace to the initial one; with
 * @back, in the other direction.
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
				 * In the initial namespace IDs need no translation; a process may
				 * get the ID later.
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

static int look_up_own_task(struct et_bpf_config *bpf_config, const struct et_attach_config *config,
			    const struct et_log *log, struct et_error *err)
{
	struct et_own_task *self = &bpf_config->self;
	int r;

	*self = (struct et_own_task){
		.fds = { config->output_fd, config->record_fd, STDIN_FILENO, STDERR_FILENO },
	};
	bpf_config->filters = *config->filters;
	if (config->filters_in_pidns)
		exchange_numbers(&bpf_config->filters, self, false, err);
	r = et_init_pidns__own_task(self);
	if (r == 0)
		return config->filters_in_pidns
			       ? exchange_numbers(&bpf_config->filters, self, true, err)
			       : 0;
	et_log__write(log, ET_LOG_WARNING,
		      "the tracer cannot look at itself: writes of its ancestors to terminals are "
		      "events, and processes are numbered as the initial PID namespace does: %s",
		      strerror(-r));
	return 0;
}

/* In 6.16 sched_process_exit got a third parameter, after the one of every tracepoint. */
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

static void find_tty_write(struct et_load_config *load, const struct et_log *log)
{
	struct et_ksym syms[] = { { "tty_write", 0 }, { "redirected_tty_write", 0 } };

	if (!et_kallsyms__find(syms, sizeof(syms) / sizeof(syms[0])))
		et_log__write(log, ET_LOG_INFO,
			      "/proc/kallsyms is hidden: terminals are told by device number");
	load->tty_write_addr = syms[0].addr;
	load->redirected_tty_write_addr = syms[1].addr;
}

/*
 * Size of the hash maps for socket data: one entry for each 256 KiB of memory, since sockets take
 * more. Since 6.1 any program can use a map that allocates memory as it grows: commit 96da3f7d489d
 * ("bpf: Remove tracing program restriction on map types"), in one series with struct
 * bpf_mem_alloc. Before, the map allocates all memory at once, so it is smaller.
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
	load->sock_entries_max = sock_entries;
}

int et_bpf_config__fill(struct et_bpf_config *bpf_config, const struct et_attach_config *config,
			struct et_feature_set *features, const struct et_log *log,
			struct et_error *err)
{
	struct et_load_config *load = &bpf_config->load;
	const struct et_own_task *self = &bpf_config->self;
	int r = look_up_own_task(bpf_config, config, log, err);

	if (r < 0)
		return r;
	load->wakeup_always = config->wakeup_always;
	load->fair = config->fair;
	load->record_feedback = config->record_feedback;
	load->measure = config->trial;
	memcpy(load->ring_sizes, config->ring_sizes, sizeof(load->ring_sizes));
	load->memory_budget = config->memory_budget;
	load->filters = &bpf_config->filters;
	load->self_tgid = self->tgid;
	load->env = config->env;
	load->pt_regs_offset = et_pt_regs__offset(features->vmlinux);
	load->exit_has_group_dead = exit_has_group_dead(features->vmlinux);
	load->sock_storage = et_feature__check(features, ET_FEATURE_SOCK_STORAGE, NULL) == 0;
	size_socket_maps(load, features->vmlinux);
	load->task_storage = !et_feature__check(features, ET_FEATURE_TASK_STORAGE, NULL);
	et_btf_args__fill(features->vmlinux, load->args);
	load->quiet_ttys = bpf_config->quiet_ttys;
	load->quiet_tty_count = to_terminals(bpf_config->quiet_ttys, config->quiet_ttys,
					     config->quiet_tty_count, self, 0, log);
	load->quiet_pgid =
		config->quiet_pgid == ET_QUIET_OWN_PGID ? self->pgid : config->quiet_pgid;
	load->quiet_pgid_ttys = bpf_config->quiet_pgid_ttys;
	load->quiet_pgid_tty_count =
		to_terminals(bpf_config->quiet_pgid_ttys, config->quiet_pgid_ttys,
			     config->quiet_pgid_tty_count, self, 2, log);
	load->quiet_tgids = self->ancestors;
	load->quiet_tgid_count = self->ancestor_count;

	if (config->events & ET_EVENT_BIT(ET_PROCESS_TTY_WRITE))
		find_tty_write(load, log);
	return 0;
}
