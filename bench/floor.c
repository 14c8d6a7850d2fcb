/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * floor -e EVENTS --ring-size N --tty-bytes N --argv-bytes N: reserves and submits an empty record
 * for each event that eventstrace would record. See floor.bpf.c.
 *
 * Behaves as eventstrace does with -v -s. It prints a line on stderr when its hooks are attached,
 * and its counts when it is terminated.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "lib/wire/bpf_config.h"

#include "bench/floor_bpf.skel.h"
#include "lib/attach/memory.h"
#include "lib/kernel/features.h"
#include "lib/kernel/kallsyms.h"
#include "lib/kernel/pt_regs_offset.h"
#include "lib/kernel/tracefs.h"
#include "lib/ring/ring.h"
#include "lib/wire/schema.h"

#define BATCH  256
#define NAP_NS 1000000 /* ns; eventstrace sleeps that long while events come fast */

/* Size in a record of a variable-length field with @bytes. */
#define VAR(bytes) ((__u32)sizeof(struct et_var) + ET_VAR_ALIGNED(bytes))

/* Approximate lengths of paths and environment in the workloads. */
#define CGROUP_BYTES   1
#define CWD_BYTES      1
#define ENV_BYTES      4
#define FILENAME_BYTES 40

#define MAX_LINKS 8

struct options {
	const char *events;
	size_t ring_size, tty_bytes, argv_bytes;
};

static volatile sig_atomic_t stop;
static uint64_t received, bytes;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static int on_record(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	(void)ctx;
	(void)data;
	(void)ring_class;
	received++;
	bytes += len;
	return 0;
}

static bool wants(const struct options *o, const char *event)
{
	return strcmp(o->events, "process") == 0 || strstr(o->events, event);
}

static __u32 capped(size_t size, __u32 cap)
{
	return size < cap ? (__u32)size : cap;
}

static struct floor_bpf *load(const struct options *o)
{
	struct et_ksym syms[] = { { "tty_write", 0 }, { "redirected_tty_write", 0 } };
	struct btf *vmlinux = btf__load_vmlinux_btf();
	struct floor_bpf *skel = floor_bpf__open();
	bool tty = wants(o, "tty-write");

	if (!skel) {
		btf__free(vmlinux);
		return NULL;
	}
	et_kallsyms__find(syms, sizeof(syms) / sizeof(*syms));
	skel->rodata->et_config.self_tgid = (__u32)getpid();
	skel->rodata->et_config.pt_regs_offset = et_pt_regs__offset(vmlinux);
	btf__free(vmlinux);
	skel->rodata->et_config.tty_write_addr = syms[0].addr;
	skel->rodata->et_config.redirected_tty_write_addr = syms[1].addr;
	skel->rodata->floor_fork_bytes =
		sizeof(struct et_process_fork) + VAR(CGROUP_BYTES) + VAR(CWD_BYTES);
	skel->rodata->floor_exec_bytes = sizeof(struct et_process_exec) + VAR(CGROUP_BYTES) +
					 VAR(capped(o->argv_bytes, ET_CAP_ARGV)) + VAR(ENV_BYTES) +
					 VAR(CWD_BYTES) + VAR(FILENAME_BYTES);
	skel->rodata->floor_exit_bytes = sizeof(struct et_process_exit) + VAR(CGROUP_BYTES);
	skel->rodata->floor_tty_bytes =
		sizeof(struct et_process_tty_write) + VAR(capped(o->tty_bytes, ET_CAP_TTY_OUT));
	bpf_program__set_autoload(skel->progs.floor_fork, wants(o, "fork"));
	bpf_program__set_autoload(skel->progs.floor_exec, wants(o, "exec"));
	bpf_program__set_autoload(skel->progs.floor_exit, wants(o, "exit"));
	bpf_program__set_autoload(skel->progs.floor_write, tty);
	bpf_program__set_autoload(skel->progs.floor_writev, tty);
	/* Only the probe's programs, which are not loaded, use these maps. */
	bpf_map__set_autocreate(skel->maps.rings, false);
	bpf_map__set_autocreate(skel->maps.lanes, false);
	bpf_map__set_autocreate(skel->maps.overflow, false);
	bpf_map__set_autocreate(skel->maps.counts, false);
	bpf_map__set_autocreate(skel->maps.scratch, false);
	bpf_map__set_autocreate(skel->maps.tree, false);
	bpf_map__set_max_entries(skel->maps.floor_lifecycle, (__u32)o->ring_size);
	bpf_map__set_max_entries(skel->maps.floor_bulk, (__u32)o->ring_size);
	if (floor_bpf__load(skel) < 0) {
		floor_bpf__destroy(skel);
		return NULL;
	}
	return skel;
}

static struct bpf_link *attach_syscall(struct bpf_program *prog, int events_fd,
				       const char *tracepoint)
{
	struct bpf_link *link;
	int fd = et_tracefs__open_event(events_fd, tracepoint);

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	link = bpf_program__attach_perf_event(prog, fd);
	if (!link)
		close(fd);
	return link;
}

/* Attach all loaded programs. Return: the number of links, or a negative errno. */
static int attach(struct floor_bpf *skel, struct bpf_link **links)
{
	struct et_feature_set features = ET_FEATURE_SET_INIT;
	struct bpf_program *prog;
	int n = 0, r = 0;

	bpf_object__for_each_program (prog, skel->obj) {
		const char *name = bpf_program__name(prog);

		if (!bpf_program__autoload(prog))
			continue;
		if (strncmp(name, "floor_write", 11)) {
			links[n] = bpf_program__attach(prog);
		} else {
			r = et_feature__check(&features, ET_FEATURE_TRACEFS, NULL);
			links[n] = r < 0 ? NULL
					 : attach_syscall(prog, features.events_fd,
							  strcmp(name, "floor_write")
								  ? "syscalls/sys_exit_writev"
								  : "syscalls/sys_exit_write");
		}
		if (!links[n]) {
			r = r < 0 ? r : -errno;
			break;
		}
		n++;
	}
	et_feature__done(&features);
	return r < 0 ? r : n;
}

static void drain(struct et_rings *rings)
{
	while (et_rings__consume(rings, BATCH) > 0)
		;
}

static int print_account(const struct floor_bpf *skel)
{
	__u64 lifecycle = 0, bulk = 0, ro = 0, lost = skel->bss->floor_lost;
	int r;

	r = et_memory__map(bpf_map__fd(skel->maps.floor_lifecycle), &lifecycle);
	if (r == 0)
		r = et_memory__map(bpf_map__fd(skel->maps.floor_bulk), &bulk);
	if (r == 0)
		r = et_memory__map(bpf_map__fd(skel->maps.rodata), &ro);
	if (r < 0)
		return r;
	fprintf(stderr,
		"{\"total\":{\"attempted\":%" PRIu64 ",\"sent\":%" PRIu64 ",\"received\":%" PRIu64
		",\"lost\":%" PRIu64 ",\"bytes\":%" PRIu64
		"},\"wakeups\":0,\"locked\":{\"rings\":%" PRIu64 ",\"scratch\":0,\"maps\":%" PRIu64
		"}}\n",
		received + (uint64_t)lost, received, received, (uint64_t)lost, bytes,
		(uint64_t)(lifecycle + bulk), (uint64_t)ro);
	return 0;
}

static int record(const struct options *o, struct floor_bpf *skel)
{
	struct bpf_link *links[MAX_LINKS];
	struct et_rings *rings = NULL;
	int n, r;

	r = et_rings__new(NULL, on_record, NULL, &rings);
	if (r == 0)
		r = et_rings__add_map(rings, bpf_map__fd(skel->maps.floor_lifecycle), o->ring_size,
				      ET_RING_LIFECYCLE);
	if (r == 0)
		r = et_rings__add_map(rings, bpf_map__fd(skel->maps.floor_bulk), o->ring_size,
				      ET_RING_BULK);
	n = r < 0 ? r : attach(skel, links);
	if (n < 0) {
		et_rings__free(rings);
		return n;
	}
	fprintf(stderr, "%d hooks: attached\n", n);
	while (!stop) {
		struct timespec nap = { .tv_nsec = NAP_NS };

		drain(rings);
		nanosleep(&nap, NULL);
	}
	while (n)
		bpf_link__destroy(links[--n]);
	drain(rings);
	et_rings__free(rings);
	return print_account(skel);
}

static int usage(void)
{
	fprintf(stderr, "usage: floor -e EVENTS --ring-size N --tty-bytes N --argv-bytes N\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option table[] = {
		{ "events", required_argument, NULL, 'e' },
		{ "ring-size", required_argument, NULL, 'r' },
		{ "tty-bytes", required_argument, NULL, 't' },
		{ "argv-bytes", required_argument, NULL, 'a' },
		{ NULL, 0, NULL, 0 },
	};
	struct sigaction act = { .sa_handler = on_signal };
	struct options o = { .events = NULL };
	struct floor_bpf *skel;
	int c, r;

	while ((c = getopt_long(argc, argv, "e:", table, NULL)) >= 0) {
		if (c == 'e')
			o.events = optarg;
		else if (c == 'r')
			o.ring_size = strtoul(optarg, NULL, 10);
		else if (c == 't')
			o.tty_bytes = strtoul(optarg, NULL, 10);
		else if (c == 'a')
			o.argv_bytes = strtoul(optarg, NULL, 10);
		else
			return usage();
	}
	if (!o.events || !o.ring_size || optind < argc)
		return usage();
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	skel = load(&o);
	if (!skel) {
		fprintf(stderr, "floor: cannot load the BPF programs: %s\n", strerror(errno));
		return 1;
	}
	r = record(&o, skel);
	floor_bpf__destroy(skel);
	if (r < 0) {
		fprintf(stderr, "floor: %s\n", strerror(-r));
		return 1;
	}
	return 0;
}
