/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/links.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/attach/tracefs.h"

/* A program on one hook. */
struct et_link {
	const struct et_hook_program *entry;
	struct bpf_link *link; /* NULL: taken off, or it is `fd` */
	int fd;                /* of a link that libbpf knows nothing of; -1: none */
};

static bool is_on(const struct et_link *l)
{
	return l->link || l->fd >= 0;
}

/*
 * The link keeps the perf event alive, so its descriptor can be closed: that halves what is open.
 * libbpf would keep both. Before 5.15 there is no link between a program and an event,
 * and libbpf attaches the program to the event itself.
 */
static int attach_tracepoint(const struct et_links *links, struct bpf_program *prog,
			     const char *tracepoint, struct et_link *ret)
{
	int fd, link_fd, r = 0;

	fd = et_tracefs__open_event(links->events_fd, tracepoint);
	if (fd < 0)
		return fd;
	link_fd = bpf_link_create(bpf_program__fd(prog), fd, BPF_PERF_EVENT, NULL);
	if (link_fd < 0) {
		ret->link = bpf_program__attach_perf_event(prog, fd);
		if (ret->link) /* which closes the descriptor when it is destroyed */
			return 0;
		r = -errno;
	} else if (ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) < 0) {
		r = -errno;
		close(link_fd);
	} else {
		ret->fd = link_fd;
	}
	close(fd);
	return r;
}

/*
 * Programs of type fentry and fexit know their function since they were loaded; kprobes are told
 * it now, through perf_event_open() and its PMU for kprobes (Linux 4.17), which needs no tracefs.
 */
static int attach_function(struct bpf_program *prog, const char *function, struct et_link *ret)
{
	if (bpf_program__type(prog) == BPF_PROG_TYPE_KPROBE) {
		bool at_return = strncmp(bpf_program__section_name(prog), "kretprobe", 9) == 0;

		ret->link = bpf_program__attach_kprobe(prog, at_return, function);
	} else {
		ret->link = bpf_program__attach(prog);
	}
	return ret->link ? 0 : -errno;
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
	struct bpf_program *prog;
	int r = 0;

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
	if (entry->tracepoint)
		r = attach_tracepoint(links, prog, entry->tracepoint, &new);
	else
		r = attach_function(prog, entry->function, &new);
	if (r < 0)
		return r;
	links->links[links->count++] = new;
	return 0;
}

static __u64 missed_by(const struct bpf_link *link)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_link_get_info_by_fd(bpf_link__fd(link), &info, &size) < 0 ||
	    info.type != BPF_LINK_TYPE_PERF_EVENT ||
	    (info.perf_event.type != BPF_PERF_EVENT_KPROBE &&
	     info.perf_event.type != BPF_PERF_EVENT_KRETPROBE))
		return 0;
	return info.perf_event.kprobe.missed;
}

__u64 et_links__missed(const struct et_links *links)
{
	__u64 missed = links->missed;

	for (size_t i = 0; i < links->count; i++)
		if (links->links[i].link)
			missed += missed_by(links->links[i].link);
	return missed;
}

static void *unlink_program(void *arg)
{
	struct et_link *l = arg;

	bpf_link__destroy(l->link);
	l->link = NULL;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	return NULL;
}

/*
 * All at once, each from a thread of its own: the kernel waits for a grace period behind each
 * program that it takes off a perf event (since 6.13), some 40 ms, but does not hold a lock
 * meanwhile, so that all can wait for the same one.
 */
bool et_links__stop(struct et_links *links)
{
	pthread_t *threads = calloc(links->count + 1, sizeof(*threads));
	size_t started = 0;
	bool any = false;

	links->missed = et_links__missed(links);
	for (size_t i = 0; i < links->count; i++) {
		struct et_link *l = &links->links[i];

		if (!is_on(l))
			continue;
		any = true;
		if (threads && pthread_create(&threads[started], NULL, unlink_program, l) == 0)
			started++;
		else
			unlink_program(l);
	}
	while (started)
		pthread_join(threads[--started], NULL);
	free(threads);
	return any;
}

void et_links__done(struct et_links *links)
{
	et_links__stop(links);
	free(links->links);
	links->count = 0;
	links->links = NULL;
	links->room = 0;
}
