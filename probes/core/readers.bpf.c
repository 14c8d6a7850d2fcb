// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Finds processes that read the output of a tracer, directly or through pipes of other processes.
 * From time to time, user space runs the iterator readers_iter over all open files of all tasks. It
 * repeats this as long as the iterator finds more processes. The iterator only shows tasks of the
 * PID namespace of the process that reads it.
 */
#include "probes/core/feedback.bpf.h"

#define ET_READER_HOPS 4

/*
 * Pipes into which the processes of the map `readers` write. The member hop is that of the writing
 * process: 0 if this process reads the tracer's output, and n + 1 if it reads a pipe of a process
 * with hop n.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ET_READERS);
	__type(key, struct et_reader_pipe);
	__type(value, struct et_reader);
} reader_pipes SEC(".maps");

/*
 * et_readers_search is the number of the current search, which runs readers_iter several times.
 * User space sets it. After the search, user space removes the processes that the search has not
 * found. et_readers_added counts the processes and pipes that this search has found for the first
 * time.
 */
volatile __u64 et_readers_search = 0;
volatile __u64 et_readers_added = 0;

static __always_inline void readers_found(const struct task_struct *task, __u32 hop, __u32 fd,
					  __u64 inode)
{
	struct et_process key = et_process_of(task);
	struct et_reader *known = bpf_map_lookup_elem(&readers, &key);
	struct et_reader first = {
		.pass = et_readers_search, .hop = hop, .fd = fd, .inode = inode
	};

	if (known) {
		if (known->pass != et_readers_search || hop < known->hop) {
			known->pass = et_readers_search;
			known->hop = hop;
			known->fd = fd;
			known->inode = inode;
			et_readers_added++;
		}
		return;
	}
	et_fill_comm(first.comm, task);
	if (bpf_map_update_elem(&readers, &key, &first, BPF_ANY))
		return;
	et_readers_added++;
	/*
	 * This needs no atomic operation: user space writes et_reader_bits too, but only after the
	 * iterator has run.
	 */
	et_reader_bits |= 1ULL << (key.tgid & 63);
}

static __always_inline void readers_look_in(const struct task_struct *task, __u32 fd,
					    const struct et_reader_pipe *pipe)
{
	const struct et_reader *in = bpf_map_lookup_elem(&reader_pipes, pipe);

	if (in && in->pass == et_readers_search && in->hop < ET_READER_HOPS)
		readers_found(task, in->hop + 1, fd, pipe->inode);
}

static __always_inline void readers_look_out(const struct task_struct *task,
					     const struct et_reader_pipe *pipe)
{
	struct et_process key = et_process_of(task);
	const struct et_reader *who = bpf_map_lookup_elem(&readers, &key);
	const struct et_reader *known;
	struct et_reader out = { .pass = et_readers_search };

	if (!who || who->pass != et_readers_search)
		return;
	known = bpf_map_lookup_elem(&reader_pipes, pipe);
	if (known && known->pass == et_readers_search && known->hop <= who->hop)
		return;
	out.hop = who->hop;
	if (!bpf_map_update_elem(&reader_pipes, pipe, &out, BPF_ANY))
		et_readers_added++;
}

SEC("?iter/task_file")
int readers_iter(struct bpf_iter__task_file *ctx)
{
	const struct task_struct *task = ctx->task;
	const struct et_tracers *known = et_tracers_known();
	const struct file *file = ctx->file;
	const struct inode *inode;
	struct et_reader_pipe pipe;
	__u32 type, mode;

	if (!task || !file || !known)
		return 0;
	inode = et_read(file, f_inode);
	type = et_inode_type(inode);
	if ((type != S_IFIFO && type != S_IFSOCK) || et_read(task, tgid) == et_config.self_tgid)
		return 0;
	mode = et_read(file, f_mode);
	pipe.inode = (__u64)inode;
	pipe.number = et_read(inode, i_ino);
	if (et_is_tracers_output(known, inode)) {
		if (mode & FMODE_READ)
			readers_found(task, 0, ctx->fd, pipe.inode);
		return 0;
	}
	if (type != S_IFIFO)
		return 0;
	if (mode & FMODE_READ)
		readers_look_in(task, ctx->fd, &pipe);
	if (mode & FMODE_WRITE)
		readers_look_out(task, &pipe);
	return 0;
}
