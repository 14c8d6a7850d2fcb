/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sources, and what each can interrupt:
 *
 *	SLEEP	Two threads call a program that sleeps while it makes its record, as a preempted
 *		program. The program reads a page that another thread provides after a random time.
 *	TASK	Two threads make a system call. They preempt each other if the kernel preempts
 *		programs.
 *	SOFTIRQ	After the timer's tick, during SLEEP and TASK.
 *	HARDIRQ	A tracepoint in each timer interrupt, during all sources above.
 *	CLOCK	A perf event with its own timer, also during all sources above.
 *	WATCH	Hardware breakpoints on a lane's memory. The program starts as in an NMI, directly
 *		after the instruction that writes to this memory, when a claim is half done. Or a
 *		breakpoint on a counter, after instructions that read or write it.
 *
 * CLOCK and WATCH cannot interrupt each other: the kernel runs one perf event program at a time.
 */
#include "tools/collide/drive.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "tools/collide/content.h"

#define SLEEPERS 2
#define TASKS    2
#define LINKS    16

/* Nanoseconds between two interrupts of CLOCK. The tick's period is no multiple of it. */
#define CLOCK_NS 61001

/* Longest time in microseconds until an absent page is provided. */
#define PAGE_US 256

struct drive;

struct sleeper {
	struct drive *drive;
	void *page;
	__u64 random;
};

struct drive {
	const struct collide_object *o;
	unsigned int cpu;
	atomic_bool stop;
	struct bpf_link *links[LINKS];
	unsigned int link_count;
	struct sleeper sleepers[SLEEPERS];
	pthread_t sleeper_threads[SLEEPERS];
	pthread_t task_threads[TASKS];
	pthread_t page_thread;
	unsigned int sleeper_count, task_count;
	bool brings_pages;
	int faults_fd; /* descriptor of userfaultfd(2) */
	long page_size;
};

/* ---- threads ------------------------------------------------------------------------------ */

int drive_move_to(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) < 0 ? -errno : 0;
}

int drive_move_away(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (long i = 0; i < sysconf(_SC_NPROCESSORS_CONF) && i < CPU_SETSIZE; i++)
		if (i != cpu)
			CPU_SET(i, &set);
	if (!CPU_COUNT(&set))
		return 0;
	return sched_setaffinity(0, sizeof(set), &set) < 0 ? -errno : 0;
}

static void *calls(void *arg)
{
	struct drive *d = arg;

	drive_move_to(d->cpu);
	while (!atomic_load_explicit(&d->stop, memory_order_relaxed))
		syscall(DRIVE_SYSCALL);
	return NULL;
}

static void *sleeps(void *arg)
{
	struct sleeper *s = arg;
	struct drive *d = s->drive;

	drive_move_to(d->cpu);
	while (!atomic_load(&d->stop)) {
		struct collide_args args = { .page = (uintptr_t)s->page };

		s->random = collide_mix(s->random + 1);
		args.seed = collide_seed(COLLIDE_SLEEP, s->random);
		if (collide_object_call(d->o, "collide_sleep", &args, sizeof(args)) < 0)
			break;
		/* Make the page absent again. */
		madvise(s->page, (size_t)d->page_size, MADV_DONTNEED);
	}
	return NULL;
}

/* Thread that provides absent pages, each after a random time. */
static void *brings_pages(void *arg)
{
	struct drive *d = arg;
	struct pollfd fd = { .fd = d->faults_fd, .events = POLLIN };
	__u64 random = 1;

	drive_move_away(d->cpu);
	while (!atomic_load(&d->stop) || d->sleeper_count) {
		struct uffdio_zeropage zero = { .range.len = (__u64)d->page_size };
		struct uffd_msg msg;

		if (poll(&fd, 1, 10) == 0 && atomic_load(&d->stop))
			break;
		if (read(d->faults_fd, &msg, sizeof(msg)) != sizeof(msg))
			continue;
		random = collide_mix(random + 1);
		usleep((useconds_t)(random % PAGE_US));
		zero.range.start = msg.arg.pagefault.address & ~((__u64)d->page_size - 1);
		ioctl(d->faults_fd, UFFDIO_ZEROPAGE, &zero);
	}
	return NULL;
}

static int start_tasks(struct drive *d)
{
	while (d->task_count < TASKS) {
		int r = pthread_create(&d->task_threads[d->task_count], NULL, calls, d);

		if (r)
			return -r;
		d->task_count++;
	}
	return 0;
}

static int make_page(struct drive *d, struct sleeper *s)
{
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	s->page = mmap(NULL, (size_t)d->page_size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->page == MAP_FAILED) {
		s->page = NULL;
		return -errno;
	}
	reg.range.start = (uintptr_t)s->page;
	reg.range.len = (__u64)d->page_size;
	return ioctl(d->faults_fd, UFFDIO_REGISTER, &reg) < 0 ? -errno : 0;
}

static int start_sleepers(struct drive *d)
{
	struct uffdio_api api = { .api = UFFD_API };
	int r;

	d->faults_fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (d->faults_fd < 0 || ioctl(d->faults_fd, UFFDIO_API, &api) < 0)
		return -errno;
	for (int i = 0; i < SLEEPERS; i++) {
		d->sleepers[i].drive = d;
		d->sleepers[i].random = (__u64)i << 32;
		r = make_page(d, &d->sleepers[i]);
		if (r < 0)
			return r;
	}
	r = pthread_create(&d->page_thread, NULL, brings_pages, d);
	if (r)
		return -r;
	d->brings_pages = true;
	while (d->sleeper_count < SLEEPERS) {
		unsigned int i = d->sleeper_count;

		r = pthread_create(&d->sleeper_threads[i], NULL, sleeps, &d->sleepers[i]);
		if (r)
			return -r;
		d->sleeper_count++;
	}
	return 0;
}

/* ---- programs ----------------------------------------------------------------------------- */

static int add_link(struct drive *d, struct bpf_link *link)
{
	if (!link)
		return -errno;
	d->links[d->link_count++] = link;
	return 0;
}

static int attach(struct drive *d, const char *program)
{
	return add_link(d, bpf_program__attach(collide_object_program(d->o, program)));
}

static int attach_event(struct drive *d, const char *program, struct perf_event_attr *attr)
{
	int fd, r;

	attr->size = sizeof(*attr);
	fd = (int)syscall(SYS_perf_event_open, attr, -1, d->cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = add_link(d, bpf_program__attach_perf_event(collide_object_program(d->o, program), fd));
	if (r < 0)
		close(fd);
	return r;
}

static int attach_clock(struct drive *d)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = CLOCK_NS,
	};

	return attach_event(d, "collide_clock", &attr);
}

static int watch(struct drive *d, __u32 type, __u64 addr, __u64 size)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.bp_type = type,
		.bp_addr = addr,
		.bp_len = size,
		.sample_period = 1,
		.exclude_user = 1,
	};

	return attach_event(d, "collide_watch", &attr);
}

/* x86-64 has four hardware breakpoints per CPU. This function uses all of them. */
static int attach_watch(struct drive *d)
{
	const __u64 *lanes = d->o->lanes;
	int r;

	r = drive_move_to(d->cpu);
	if (r == 0)
		r = collide_object_call(d->o, "collide_find_lanes", NULL, 0);
	drive_move_away(d->cpu);
	if (r < 0)
		return r;
	/* Interrupt between the increment of the claim and the comparison after it. */
	r = watch(d, HW_BREAKPOINT_W, lanes[0] + offsetof(struct et_lane, busy), sizeof(__u32));
	if (r == 0)
		r = watch(d, HW_BREAKPOINT_W, lanes[1] + offsetof(struct et_lane, busy),
			  sizeof(__u32));
	/*
	 * Interrupt after the lane has given a sequence number, before the record is complete. In
	 * ET_EMIT_BY_SIZE, interrupt between a counter's read and its write, if these are two
	 * instructions.
	 */
	if (r == 0 && d->o->mode == ET_EMIT_BY_SIZE)
		r = watch(d, HW_BREAKPOINT_RW, *d->o->counter, sizeof(__u64));
	else if (r == 0)
		r = watch(d, HW_BREAKPOINT_W,
			  lanes[0] + offsetof(struct et_lane, seq[ET_RING_LIFECYCLE]),
			  sizeof(__u64));
	/* Interrupt during a path walk, while a record is being made. */
	if (r == 0)
		r = watch(d, HW_BREAKPOINT_W, lanes[0] + offsetof(struct et_lane, walk.pos),
			  sizeof(__u32));
	return r;
}

static int start(struct drive *d, enum collide_source source)
{
	int r;

	switch (source) {
	case COLLIDE_SLEEP:
		return start_sleepers(d);
	case COLLIDE_TASK:
		r = attach(d, "collide_task");
		return r < 0 ? r : start_tasks(d);
	case COLLIDE_SOFTIRQ:
		return attach(d, "collide_softirq");
	case COLLIDE_HARDIRQ:
		return attach(d, "collide_hardirq");
	case COLLIDE_CLOCK:
		return attach_clock(d);
	case COLLIDE_WATCH:
		return attach_watch(d);
	default:
		return 0;
	}
}

int drive_start(const struct collide_object *o, unsigned int cpu, unsigned int sources,
		struct drive **ret, unsigned int *ret_missing)
{
	struct drive *d = calloc(1, sizeof(*d));
	unsigned int missing = 0;
	int r;

	if (!d)
		return -ENOMEM;
	d->o = o;
	d->cpu = cpu;
	d->faults_fd = -1;
	d->page_size = sysconf(_SC_PAGESIZE);
	for (unsigned int i = 0; i < COLLIDE_SOURCES; i++) {
		r = sources & 1U << i ? start(d, i) : 0;
		/*
		 * The user can grant a missing privilege, so this is an error and no missing
		 * source.
		 */
		if (r == -EPERM || r == -EACCES) {
			drive_stop(d);
			return r;
		}
		if (r < 0)
			missing |= 1U << i;
	}
	*ret = d;
	*ret_missing = missing;
	return 0;
}

void drive_stop(struct drive *d)
{
	if (!d)
		return;
	while (d->link_count)
		bpf_link__destroy(d->links[--d->link_count]);
	atomic_store(&d->stop, true);
	while (d->task_count)
		pthread_join(d->task_threads[--d->task_count], NULL);
	for (unsigned int i = d->sleeper_count; i > 0; i--)
		pthread_join(d->sleeper_threads[i - 1], NULL);
	d->sleeper_count = 0;
	if (d->brings_pages)
		pthread_join(d->page_thread, NULL);
	if (d->faults_fd >= 0)
		close(d->faults_fd);
	for (int i = 0; i < SLEEPERS; i++)
		if (d->sleepers[i].page)
			munmap(d->sleepers[i].page, (size_t)d->page_size);
	free(d);
}
