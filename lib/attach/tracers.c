/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/tracers.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "lib/kernel/insn.h"

#define MAP_NAME "tracers"

/* ---- finding other tracers -------------------------------------------------------------- */

static int make_map(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);

	return bpf_map_create(BPF_MAP_TYPE_ARRAY, MAP_NAME, sizeof(__u32),
			      sizeof(struct et_tracers), 1, &opts);
}

/*
 * Load the mark: a BPF program that only refers to the map @map_fd. Returns a descriptor or a
 * negative errno.
 */
static int make_mark(int map_fd)
{
	const struct bpf_insn insns[] = {
		ET_INSN(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map_fd),
		ET_INSN(0, 0, 0, 0, 0),
		ET_INSN_MOV_IMM(BPF_REG_0, 0),
		ET_INSN_EXIT(),
	};

	return bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, ET_TRACERS_MARK, "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), NULL);
}

/*
 * True if the BPF program is a tracer's mark; *ret_map is set to the ID of its map. To load a BPF
 * program of this type, a process needs CAP_PERFMON, whatever the value of
 * kernel.unprivileged_bpf_disabled.
 */
static bool is_mark(int prog_fd, __u32 *ret_map)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info), map = 0;

	info.nr_map_ids = 1;
	info.map_ids = (__u64)(unsigned long)&map;
	if (bpf_prog_get_info_by_fd(prog_fd, &info, &size) < 0 ||
	    info.type != BPF_PROG_TYPE_RAW_TRACEPOINT || info.nr_map_ids != 1 ||
	    strcmp(info.name, ET_TRACERS_MARK) != 0)
		return false;
	*ret_map = map;
	return true;
}

static bool is_map(int map_fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	return bpf_map_get_info_by_fd(map_fd, &info, &size) == 0 &&
	       info.type == BPF_MAP_TYPE_ARRAY && info.max_entries == 1 &&
	       info.value_size == sizeof(struct et_tracers) && info.map_flags & BPF_F_MMAPABLE;
}

/*
 * Find the map of the oldest mark (a BPF program that refers to the map). Each tracer searches
 * after it has loaded its own mark. So tracers that start at the same time choose the same map.
 *
 * Returns a descriptor or a negative errno.
 */
static int find_map(void)
{
	__u32 id = 0;
	int r;

	while ((r = bpf_prog_get_next_id(id, &id)) == 0) {
		int prog = bpf_prog_get_fd_by_id(id), map;
		__u32 map_id = 0;
		bool found;

		if (prog == -ENOENT)
			continue;
		if (prog < 0)
			return prog;
		found = is_mark(prog, &map_id);
		map = found ? bpf_map_get_fd_by_id(map_id) : -1;
		close(prog);
		if (map < 0)
			continue;
		if (is_map(map))
			return map;
		close(map);
	}
	return r;
}

/* ---- joining other tracers --------------------------------------------------------------- */

/*
 * True if the tracer @t no longer exists. Either no process has the tracer's ID @tgid, or the new
 * process @self got this ID later.
 */
static bool is_dead(const struct et_tracer *t, __u64 tgid, const struct et_own_task *self)
{
	if (tgid == self->tgid)
		return t->start_time_ns != self->start_time_ns;
	return tgid <= INT_MAX && kill((pid_t)tgid, 0) < 0 && errno == ESRCH;
}

/* Free the elements of tracers that were killed. Another tracer may do this at the same time. */
static void drop_dead(struct et_tracers *all, const struct et_own_task *self)
{
	for (int i = 0; i < ET_TRACERS; i++) {
		struct et_tracer *t = &all->slots[i];
		__u64 tgid = __atomic_load_n(&t->tgid, __ATOMIC_ACQUIRE);

		if (tgid && is_dead(t, tgid, self) &&
		    __atomic_compare_exchange_n(&t->tgid, &tgid, ~0ULL, false, __ATOMIC_ACQ_REL,
						__ATOMIC_RELAXED)) {
			memset(t->outputs, 0, sizeof(t->outputs));
			__atomic_store_n(&t->tgid, 0, __ATOMIC_RELEASE);
		}
	}
}

static struct et_tracer *claim(struct et_tracers *all)
{
	for (__u32 i = 0; i < ET_TRACERS; i++) {
		__u64 nobody = 0;
		__u32 used;

		/*
		 * Take the element by storing the process ID ~0, which no process has. The other
		 * members may still be those of an earlier tracer, so enter() sets them first and
		 * this tracer's ID last.
		 */
		if (!__atomic_compare_exchange_n(&all->slots[i].tgid, &nobody, ~0ULL, false,
						 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			continue;
		used = __atomic_load_n(&all->used, __ATOMIC_RELAXED);
		while (used <= i &&
		       !__atomic_compare_exchange_n(&all->used, &used, i + 1, false,
						    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
			;
		return &all->slots[i];
	}
	return NULL;
}

/*
 * The end of the pipe or socket from which the output @file is read. Zero if the output is neither
 * a pipe nor a socket.
 */
static struct et_tracer_output output_of(const struct et_own_file *file)
{
	if (S_ISFIFO(file->mode))
		return (struct et_tracer_output){ file->inode, file->number };
	if (S_ISSOCK(file->mode) && file->peer)
		return (struct et_tracer_output){ file->peer, file->peer_number };
	return (struct et_tracer_output){ 0 };
}

static void enter(struct et_tracers *all, struct et_tracer *own, const struct et_own_task *self)
{
	own->start_time_ns = self->start_time_ns;
	for (int i = 0; i < ET_TRACER_OUTPUTS; i++) {
		own->outputs[i] = output_of(&self->files[i]);
		if (own->outputs[i].inode)
			__atomic_store_n(&all->piped, 1, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&own->tgid, self->tgid, __ATOMIC_RELEASE);
}

int et_tracers__join(const struct et_own_task *self, struct et_tracers_member *ret)
{
	struct et_tracers_member m = ET_TRACERS_MEMBER_INIT;
	int own_map, r;
	void *shared;

	own_map = make_map();
	if (own_map < 0)
		return own_map;
	m.mark_fd = make_mark(own_map);
	m.map_fd = m.mark_fd < 0 ? m.mark_fd : find_map();
	r = m.map_fd;
	if (r < 0)
		goto out;
	shared = mmap(NULL, sizeof(*m.shared), PROT_READ | PROT_WRITE, MAP_SHARED, m.map_fd, 0);
	if (shared == MAP_FAILED) {
		r = -errno;
		goto out;
	}
	m.shared = shared;
	/*
	 * Load a mark (BPF program) that refers to the shared map. Later tracers find the map by
	 * this mark even after the older tracers have ended.
	 */
	r = make_mark(m.map_fd);
	if (r < 0)
		goto out;
	close(m.mark_fd);
	m.mark_fd = r;
	/*
	 * drop_dead() passes process IDs of the map to kill(2). They are IDs of the initial PID
	 * namespace. In another namespace, they would name other processes, or none.
	 */
	if (!self->level)
		drop_dead(m.shared, self);
	m.own = claim(m.shared);
	r = m.own ? 0 : -ENOSPC;
	if (m.own)
		enter(m.shared, m.own, self);
out:
	close(own_map);
	if (r < 0)
		et_tracers__leave(&m);
	else
		*ret = m;
	return r < 0 ? r : 0;
}

void et_tracers__leave(struct et_tracers_member *m)
{
	if (m->own) {
		__atomic_store_n(&m->own->tgid, ~0ULL, __ATOMIC_RELEASE);
		memset(m->own->outputs, 0, sizeof(m->own->outputs));
		__atomic_store_n(&m->own->tgid, 0, __ATOMIC_RELEASE);
	}
	if (m->shared)
		munmap(m->shared, sizeof(*m->shared));
	if (m->mark_fd >= 0)
		close(m->mark_fd);
	if (m->map_fd >= 0)
		close(m->map_fd);
	*m = (struct et_tracers_member)ET_TRACERS_MEMBER_INIT;
}
