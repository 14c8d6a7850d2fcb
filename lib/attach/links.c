/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/links.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/attach/calls.h"
#include "lib/attach/parallel.h"
#include "lib/kernel/tracefs.h"

#define KPROBES "/sys/bus/event_source/devices/kprobe"

/* A BPF program that is attached to one hook. */
struct et_link {
	const struct et_hook_program *entry;
	/*
	 * descriptor of the BPF link or perf event that keeps the program attached. -1: its file is
	 * in the fd store; or another BPF program calls this program; or the program is detached
	 */
	int fd;
};

/*
 * Attach the BPF program @prog to the perf event @event. *ret is set to the descriptor that keeps
 * the BPF program attached. Since 5.15 *ret is a BPF link, which also keeps the perf event alive;
 * @event is then closed. Older kernels have no such links: there *ret is @event.
 */
static int attach_event(int prog, int event, int *ret)
{
	int link, r = 0;

	link = bpf_link_create(prog, event, BPF_PERF_EVENT, NULL);
	if (link < 0 && ioctl(event, PERF_EVENT_IOC_SET_BPF, prog) < 0)
		r = -errno;
	if (r == 0 && ioctl(event, PERF_EVENT_IOC_ENABLE, 0) < 0)
		r = -errno;
	if (r < 0 || link >= 0)
		close(event);
	if (r < 0 && link >= 0)
		close(link);
	if (r < 0)
		return r;
	*ret = link >= 0 ? link : event;
	return 0;
}

static int read_number(const char *path, const char *format, unsigned int *ret)
{
	FILE *f = fopen(path, "re");
	int n;

	if (!f)
		return -errno;
	n = fscanf(f, format, ret);
	fclose(f);
	return n == 1 ? 0 : -EBADMSG;
}

/*
 * Open a perf event for a kprobe, or for a kretprobe if @at_return is true. perf_event_open() can
 * do this since 4.17, without tracefs. Returns a descriptor or a negative errno.
 */
static int open_kprobe(const char *function, bool at_return)
{
	/* config1 is in a union with kprobe_func, which is the address of the function's name. */
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.config1 = (__u64)(uintptr_t)function,
	};
	unsigned int type = 0, bit = 0;
	int fd, r;

	r = read_number(KPROBES "/type", "%u", &type);
	if (r == 0 && at_return)
		r = read_number(KPROBES "/format/retprobe", "config:%u", &bit);
	if (r < 0)
		return r;
	attr.type = type;
	attr.config = at_return ? 1ULL << bit : 0;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool is_kprobe(const struct bpf_program *prog)
{
	return bpf_program__type(prog) == BPF_PROG_TYPE_KPROBE;
}

/*
 * Attach a BPF program that is neither a kprobe nor on a system call's tracepoint. Its hook was set
 * when it was loaded.
 */
static int attach_tracing(const struct bpf_program *prog, int *ret)
{
	struct bpf_link *link = bpf_program__attach(prog);
	int fd;

	if (!link)
		return -errno;
	fd = fcntl(bpf_link__fd(link), F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		fd = -errno;
	bpf_link__destroy(link); /* this only closes libbpf's own descriptor */
	if (fd < 0)
		return fd;
	*ret = fd;
	return 0;
}

static int attach(const struct et_links *links, const struct bpf_program *prog,
		  const struct et_hook_program *entry, int *ret)
{
	int event;

	if (entry->tracepoint && links->calls)
		return et_calls__add(links->calls, prog, entry->tracepoint);
	if (!entry->tracepoint && !is_kprobe(prog))
		return attach_tracing(prog, ret);
	if (entry->tracepoint)
		event = et_tracefs__open_event(links->events_fd, entry->tracepoint);
	else
		event = open_kprobe(entry->function,
				    strncmp(bpf_program__section_name(prog), "kretprobe", 9) == 0);
	return event < 0 ? event : attach_event(bpf_program__fd(prog), event, ret);
}

/*
 * Set *ret to the number of calls that the kprobe of the BPF link @fd has missed. Returns 0, or a
 * negative errno if @fd is no kprobe's link.
 */
static int missed_by(int fd, __u64 *ret)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_link_get_info_by_fd(fd, &info, &size) < 0)
		return -errno;
	if (info.type != BPF_LINK_TYPE_PERF_EVENT ||
	    (info.perf_event.type != BPF_PERF_EVENT_KPROBE &&
	     info.perf_event.type != BPF_PERF_EVENT_KRETPROBE))
		return -ENOENT;
	*ret = info.perf_event.kprobe.missed;
	return 0;
}

/* Number of descriptors that the links of kprobes must leave free. */
#define SPARE 40

static bool are_scarce(int fd)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 && (rlim_t)fd + SPARE >= limit.rlim_cur;
}

/*
 * Move a BPF link's file to the fd store, which keeps it open without a descriptor. While there are
 * enough descriptors, the link of a kprobe keeps its descriptor, through which et_links__missed()
 * reads how many calls the kprobe has missed.
 */
static void keep(struct et_links *links, const struct bpf_program *prog, struct et_link *link)
{
	__u64 missed = 0;

	if (link->fd < 0)
		return;
	if (is_kprobe(prog) && missed_by(link->fd, &missed) == 0 && !are_scarce(link->fd))
		return;
	if (et_fd_store__put(&links->store, link->fd) < 0)
		return;
	close(link->fd);
	link->fd = -1;
}

static bool is_attached(const struct et_links *links, const struct et_hook_program *entry)
{
	const char *place = et_hook_place(entry);

	for (size_t i = 0; i < links->count; i++) {
		const struct et_hook_program *other = links->links[i].entry;
		const char *there = et_hook_place(other);

		if (strcmp(other->program, entry->program) != 0)
			continue;
		if (place && there ? strcmp(place, there) == 0 : place == there)
			return true;
	}
	return false;
}

int et_links__add(struct et_links *links, const struct bpf_object *obj,
		  const struct et_hook_program *entry)
{
	struct et_link new = { .entry = entry, .fd = -1 };
	const struct bpf_program *prog;
	int r;

	if (is_attached(links, entry))
		return 0;
	prog = bpf_object__find_program_by_name(obj, entry->program);
	if (!prog)
		return -ENOENT;
	if (links->count == links->room) {
		size_t room = links->room ? 2 * links->room : 32;
		struct et_link *more = realloc(links->links, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		links->links = more;
		links->room = room;
	}
	r = attach(links, prog, entry, &new.fd);
	if (r < 0)
		return r;
	keep(links, prog, &new);
	links->links[links->count++] = new;
	return 0;
}

int et_links__add_calls(struct et_links *links, const struct bpf_object *obj)
{
	/*
	 * First attach the program that runs when system calls return. Then each value that the
	 * program at the beginning of a call saves is also used when the call returns.
	 */
	static const struct et_hook_program callers[] = {
		{ .program = "calls_exit_tp_btf" },
		{ .program = "calls_enter_tp_btf" },
	};

	for (size_t i = 0; links->calls && i < sizeof(callers) / sizeof(callers[0]); i++) {
		const struct bpf_program *prog =
			bpf_object__find_program_by_name(obj, callers[i].program);
		int r;

		if (!prog || bpf_program__fd(prog) < 0)
			continue;
		r = et_links__add(links, obj, &callers[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

__u64 et_links__missed(const struct et_links *links)
{
	__u64 sum = links->missed, missed = 0;

	for (size_t i = 0; i < links->count; i++)
		if (links->links[i].fd >= 0 && missed_by(links->links[i].fd, &missed) == 0)
			sum += missed;
	return sum;
}

static void close_fd(void *fd)
{
	close(*(const int *)fd);
}

/*
 * Close all BPF links concurrently. Since 6.13 the kernel waits for an RCU grace period, about 40
 * ms, for each BPF program that it detaches from a perf event.
 */
bool et_links__stop(struct et_links *links)
{
	int sockets[ET_FD_STORE_SOCKETS];
	size_t count, stored;
	int *fds;

	links->missed = et_links__missed(links);
	stored = et_fd_store__take(&links->store, sockets);
	et_parallel__run(close_fd, sockets, stored, sizeof(*sockets));
	fds = calloc(links->count + 1, sizeof(*fds));
	count = 0;
	for (size_t i = 0; i < links->count; i++) {
		struct et_link *link = &links->links[i];

		if (link->fd < 0)
			continue;
		if (fds)
			fds[count++] = link->fd;
		else
			close(link->fd);
		link->fd = -1;
	}
	et_parallel__run(close_fd, fds, count, sizeof(*fds));
	free(fds);
	return stored || count;
}

void et_links__done(struct et_links *links)
{
	et_links__stop(links);
	free(links->links);
	links->count = 0;
	links->links = NULL;
	links->room = 0;
}
