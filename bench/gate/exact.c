/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/gate/exact.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/run/log_err.h"
#include "bench/run/programs.h"
#include "bench/run/runfiles.h"
#include "bench/run/tracer.h"
#include "bench/run/worker.h"
#include "lib/recording/reader.h"
#include "lib/wire/schema.h"
#include "lib/wire/vars.h"

/*
 * Number of operations to measure sizes with. A ring holds that many records even of the largest
 * size.
 */
#define SAMPLES 20

/* Number of writes whose packed records all fit into a ring, so that no record may be lost. */
#define FLOOD 5000

/* The largest number of workloads with exact figures. */
#define EXACT_MAX 16

/* The workload that fills a ring, for the figures "holds/". */
#define HELD "tty-flood-1"

/* More writes than a ring of the default size holds. */
#define OVERFLOW 100000

/* Other processes may write to terminals at the same time, so several attempts are made. */
#define TRIES 30

static const char *const formats[] = { "fixed", "varlen", "direct" };
static const char *const event_names[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = (flag),
#include "lib/wire/schema.def"
};

/* Events of one worker in a recording. */
struct seen {
	__u32 worker; /* its PID */
	__u64 foreign;
	struct {
		__u64 count, size, other_size;
	} types[ET_EVENT_TYPES];
};

struct run {
	const struct runfiles *runfiles;
	const struct run_choice *flags;
	const char *format;
	const char *events;
	bool whole_ring; /* --fair=off: one user's events may fill the ring */
	char record[64]; /* path of record_fd */
	int record_fd;
	struct tracer *tracer;
};

/* ---- recordings -------------------------------------------------------------------------- */

/*
 * The worker that caused an event: the process itself. For fork, exec and exit, it is the parent.
 */
static __u32 cause_of(const struct et_header *hdr)
{
	switch (hdr->type) {
	case ET_PROCESS_FORK:
		return ((const struct et_process_fork *)hdr)->parent_pids.tgid;
	case ET_PROCESS_EXEC:
		return ((const struct et_process_exec *)hdr)->pids.ppid;
	case ET_PROCESS_EXIT:
		return ((const struct et_process_exit *)hdr)->pids.ppid;
	case ET_PROCESS_TTY_WRITE:
		return ((const struct et_process_tty_write *)hdr)->pids.tgid;
	default:
		return 0;
	}
}

/* Size of a record without the cgroup's path, which depends on the machine. */
static __u64 size_of(const struct et_header *hdr, size_t len)
{
	struct et_var_iter it;
	__u64 size = len;

	if (hdr->format == ET_FORMAT_FIXED)
		return size;
	ET_FOR_EACH_VAR (&it, hdr, len)
		if (it.var->type == ET_VAR_PIDS_SS_CGROUP_PATH)
			size -= ET_VAR_ALIGNED(it.var->size);
	return size;
}

static void see(struct seen *seen, const struct et_recorded *rec)
{
	const struct et_header *hdr = rec->data;
	__u64 size;

	if (hdr->type >= ET_EVENT_TYPES)
		return;
	if (cause_of(hdr) != seen->worker) {
		seen->foreign++;
		return;
	}
	size = size_of(hdr, hdr->size);
	if (seen->types[hdr->type].count++ && seen->types[hdr->type].size != size)
		seen->types[hdr->type].other_size = size;
	seen->types[hdr->type].size = size;
}

static int read_recording(const struct run *run, struct seen *seen)
{
	struct et_recording_reader *reader = NULL;
	struct et_recorded rec;
	int r;

	if (run->record_fd < 0 || lseek(run->record_fd, 0, SEEK_SET) < 0)
		return -errno;
	r = et_recording_reader_new(run->record_fd, &reader);
	if (r < 0)
		return r;
	do {
		while ((r = et_recording_reader_next(reader, &rec)) > 0)
			see(seen, &rec);
		if (r == -EAGAIN)
			r = et_recording_reader_fill(reader);
	} while (r > 0);
	if (r < 0)
		log_err("the recording %s", et_recording_reader_why(reader));
	et_recording_reader_free(reader);
	return r;
}

/* ---- tracers ----------------------------------------------------------------------------- */

static int open_run(struct run *run)
{
	const char *argv[32] = { place_tool(run->runfiles) };
	char why[256] = "";
	int n = 1, r;

	run->record_fd = memfd_create("record", MFD_CLOEXEC);
	if (run->record_fd < 0)
		return -errno;
	snprintf(run->record, sizeof(run->record), "/proc/%d/fd/%d", (int)getpid(), run->record_fd);
	argv[n++] = "-v";
	argv[n++] = "-s";
	argv[n++] = "--env=all";
	argv[n++] = "-e";
	argv[n++] = run->events;
	argv[n++] = "--record";
	argv[n++] = run->record;
	argv[n++] = "--wire-format";
	argv[n++] = run->format;
	if (run->whole_ring)
		argv[n++] = "--fair=off";
	for (size_t i = 0; i < run->flags->count && n < 31; i++)
		argv[n++] = run->flags->names[i];
	r = argv[0] ? tracer_start(argv, why, sizeof(why), &run->tracer) : -ENOENT;
	if (r == 0) {
		tracer_settle(run->tracer);
		return 0;
	}
	close(run->record_fd);
	if (r == -EOPNOTSUPP)
		log_err("no figures for %s: %s", run->format, why);
	else
		log_err("eventstrace does not start: %s", *why ? why : strerror(-r));
	return r;
}

static int close_run(struct run *run, struct tracer_account *ret)
{
	return tracer_stop(run->tracer, ret);
}

static int work(const struct runfiles *runfiles, const struct bench_workload *workload,
		uint64_t count, pid_t *ret_pid)
{
	const struct worker_options o = { .runfiles = runfiles,
					  .workload = workload,
					  .work = count };
	struct worker_result worked;
	struct worker *worker;
	int r;

	r = worker_start(&o, &worker);
	if (r < 0)
		return r;
	*ret_pid = worker_pid(worker);
	r = worker_go(worker, &worked);
	worker_end(worker);
	return r;
}

/* ---- figures ----------------------------------------------------------------------------- */

static int add_sizes(const struct seen *seen, const char *workload, const char *format,
		     struct figures *f)
{
	int r = 0;

	for (int type = 0; type < ET_EVENT_TYPES && r == 0; type++) {
		if (!seen->types[type].count)
			continue;
		if (seen->types[type].other_size) {
			log_err("records of %s in %s have several sizes: %llu and %llu",
				event_names[type], workload,
				(unsigned long long)seen->types[type].size,
				(unsigned long long)seen->types[type].other_size);
			return -EBADMSG;
		}
		r = figures_add(f, FIGURES_EXACT, (double)seen->types[type].size, "bytes/%s/%s/%s",
				workload, event_names[type], format);
	}
	return r;
}

/*
 * True if the workload has exact figures. `mixed` has none, nor workloads that run programs of the
 * host, because the sizes of their records differ between hosts. Workloads at a fixed rate have the
 * same records as those without a rate.
 */
static bool is_exact(const struct bench_workload *w)
{
	return !w->varied && !w->missing && !(w->tty_bytes && w->argv_bytes) && !w->latency;
}

/* True if figures "KIND/OF..." are among those that @only names. */
static bool wants(const char *only, const char *kind, const char *of)
{
	char name[128];

	snprintf(name, sizeof(name), "%s/%s", kind, of);
	return !only || figure_is_below(name, only) || figure_is_below(only, name);
}

static bool wants_sizes(const char *only, const struct bench_workload *w)
{
	return is_exact(w) && (wants(only, "bytes", w->name) || wants(only, "lost", w->name));
}

/* Number of operations to measure a record's size and, with packed records, losses. */
static __u64 operations(const struct bench_workload *w, const char *format)
{
	bool flood = !w->argv_bytes && w->tty_bytes == 1;

	return flood && strcmp(format, "fixed") != 0 ? FLOOD : SAMPLES;
}

/* Add the size of each record of a workload's process, and the number of missing records. */
static int add_workload(const struct run *run, const struct bench_workload *w, pid_t pid,
			struct figures *f)
{
	struct seen seen = { .worker = (__u32)pid };
	__u64 count = operations(w, run->format), missing;
	int r;

	r = read_recording(run, &seen);
	if (r == 0)
		r = add_sizes(&seen, w->name, run->format, f);
	/*
	 * `fixed` records are so large that some are lost if the reader is late. This is no
	 * failure.
	 */
	if (r < 0 || !strcmp(run->format, "fixed"))
		return r;
	if (w->argv_bytes)
		missing = 3 * count - seen.types[ET_PROCESS_FORK].count -
			  seen.types[ET_PROCESS_EXEC].count - seen.types[ET_PROCESS_EXIT].count;
	else
		missing = count - seen.types[ET_PROCESS_TTY_WRITE].count;
	return figures_add(f, FIGURES_EXACT, (double)(__s64)missing, "lost/%s/%s", w->name,
			   run->format);
}

/*
 * Measure workloads with the same events in one run of eventstrace, because its start takes most of
 * the time.
 */
static int sizes_of(const struct runfiles *runfiles, const struct run_choice *flags,
		    const char *format, const struct bench_workload *const *workloads, size_t count,
		    struct figures *f)
{
	struct run run = { .runfiles = runfiles,
			   .flags = flags,
			   .format = format,
			   .events = workloads[0]->events };
	struct tracer_account account;
	pid_t pids[EXACT_MAX] = { 0 };
	int r, r2;

	r = open_run(&run);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count && r == 0; i++) {
		progress("sizes of records: %s, %s", workloads[i]->name, format);
		r = work(runfiles, workloads[i], operations(workloads[i], format), &pids[i]);
		/*
		 * Wait until the ring is empty, as it is with a separate tracer for each workload.
		 */
		tracer_settle(run.tracer);
	}
	r2 = close_run(&run, &account);
	r = r < 0 ? r : r2;
	for (size_t i = 0; i < count && r == 0; i++)
		r = add_workload(&run, workloads[i], pids[i], f);
	close(run.record_fd);
	return r;
}

/* Measure the sizes in all workloads that @only selects. */
static int sizes(const struct runfiles *runfiles, const struct run_choice *flags,
		 const char *format, const char *only, struct figures *f)
{
	const struct bench_workload *group[EXACT_MAX];
	int r = 0;

	for (const struct bench_workload *w = bench_workloads; w && r == 0; w = w->next) {
		bool is_first = wants_sizes(only, w);
		size_t count = 0;

		for (const struct bench_workload *v = bench_workloads; v && is_first; v = v->next) {
			if (!wants_sizes(only, v) || strcmp(v->events, w->events) != 0)
				continue;
			is_first = count || v == w;
			if (is_first && count < EXACT_MAX)
				group[count++] = v;
		}
		if (is_first && count)
			r = sizes_of(runfiles, flags, format, group, count, f);
	}
	return r;
}

/* Count the one-byte writes that a ring holds, while the reader is stopped. */
static int try_holds(const struct runfiles *runfiles, const struct run_choice *flags,
		     const char *format, struct seen *seen)
{
	struct run run = {
		.runfiles = runfiles,
		.flags = flags,
		.format = format,
		.events = "tty-write",
		.whole_ring = true,
	};
	struct tracer_account account;
	pid_t pid = 0;
	int r, r2;

	r = open_run(&run);
	if (r < 0)
		return r;
	r = tracer_pause(run.tracer);
	if (r == 0)
		r = work(runfiles, bench_workload_named(HELD), OVERFLOW, &pid);
	r2 = tracer_resume(run.tracer);
	tracer_settle(run.tracer);
	r = r < 0 ? r : r2;
	r2 = close_run(&run, &account);
	r = r < 0 ? r : r2;
	seen->worker = (__u32)pid;
	if (r == 0)
		r = read_recording(&run, seen);
	close(run.record_fd);
	return r;
}

static int holds(const struct runfiles *runfiles, const struct run_choice *flags,
		 const char *format, struct figures *f)
{
	for (int i = 0; i < TRIES; i++) {
		struct seen seen = { 0 };
		int r = try_holds(runfiles, flags, format, &seen);

		if (r < 0)
			return r;
		if (!seen.foreign)
			return figures_add(f, FIGURES_EXACT,
					   (double)seen.types[ET_PROCESS_TTY_WRITE].count,
					   "holds/" HELD "/%s", format);
	}
	log_err("cannot measure what a ring holds: other processes keep writing to terminals");
	return -EBUSY;
}

/*
 * Measure the kernel memory and the verifier's instructions, with the programs of all process
 * events.
 */
static int loaded(const struct runfiles *runfiles, const struct run_choice *flags,
		  const char *format, struct figures *f)
{
	struct run run = {
		.runfiles = runfiles, .flags = flags, .format = format, .events = "process"
	};
	struct programs programs = { .count = 0 };
	struct tracer_account account;
	int r, r2;

	r = open_run(&run);
	if (r < 0)
		return r;
	r = programs_open(tracer_pid(run.tracer), &programs);
	programs_close(&programs);
	r2 = close_run(&run, &account);
	close(run.record_fd);
	r = r < 0 ? r : r2;
	for (size_t i = 0; i < programs.count && r == 0; i++)
		r = figures_add(f, FIGURES_VERIFIER, (double)programs.v[i].verified_instructions,
				"instructions/%s/%s", programs.v[i].name, format);
	if (r == 0)
		r = figures_add(f, FIGURES_EXACT, (double)account.locked_rings, "locked/rings/%s",
				format);
	if (r == 0)
		r = figures_add(f, FIGURES_EXACT, (double)account.locked_scratch,
				"locked/scratch/%s", format);
	if (r == 0)
		r = figures_add(f, FIGURES_EXACT, (double)account.locked_maps, "locked/maps/%s",
				format);
	return r;
}

static bool wants_loaded(const char *only)
{
	return !only || figure_is_below(only, "locked") || figure_is_below(only, "instructions");
}

bool exact_has(const char *only)
{
	bool has = wants_loaded(only) || wants(only, "holds", HELD);

	for (const struct bench_workload *w = bench_workloads; w && !has; w = w->next)
		has = wants_sizes(only, w);
	return has;
}

static int measure_format(const struct runfiles *runfiles, const struct run_choice *flags,
			  const char *format, const char *only, struct figures *f)
{
	int r = sizes(runfiles, flags, format, only, f);

	if (r == 0 && wants(only, "holds", HELD)) {
		progress("what a ring holds: %s", format);
		r = holds(runfiles, flags, format, f);
	}
	if (r == 0 && wants_loaded(only)) {
		progress("programs and memory: %s", format);
		r = loaded(runfiles, flags, format, f);
	}
	progress("%s", "");
	return r;
}

bool exact_has_format(const char *format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(format, formats[i]))
			return true;
	return false;
}

int exact_measure(const struct runfiles *runfiles, const struct run_choice *flags,
		  const char *format, const char *only, struct figures *ret)
{
	struct figures f = { .format = format, .only = only };

	figures_of_here(&f);
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		int r;

		if (format && strcmp(format, formats[i]) != 0)
			continue;
		r = measure_format(runfiles, flags, formats[i], only, &f);
		if (r < 0 && r != -EOPNOTSUPP) {
			figures_free(&f);
			return r;
		}
	}
	*ret = f;
	return 0;
}
