/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/cell.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/run/command.h"
#include "bench/run/latency.h"
#include "bench/run/runfiles.h"
#include "bench/run/tracer.h"
#include "bench/run/worker.h"

const char *const metric_names[METRICS] = {
#define METRIC(name) #name,
#include "bench/run/metrics.def"
#undef METRIC
};

#define FLAGS_MAX 31

/* The warm-up is a tenth of the work, and is not measured. */
#define WARM_PART 10

/* CPU times of the machine and of the tracer. They are read before and after the work. */
struct state {
	struct host_cpu cpu;
	struct tracer_cpu tracer;
};

static struct worker_options worker_of(const struct cell_options *o)
{
	return (struct worker_options){
		.runfiles = o->runfiles,
		.workload = o->workload,
		.work = o->work,
		.warm = o->work / WARM_PART + 1,
		.duration_s = o->duration_s,
	};
}

static int fail(char *why, size_t size, int r, const char *what)
{
	snprintf(why, size, "%s: %s", what, strerror(-r));
	return r;
}

static int start_tracer(const struct cell_options *o, const struct latency *latency, char *why,
			size_t size, struct tracer **ret)
{
	const struct bench_workload *w = o->workload;
	bool is_tool = o->row->program == BENCH_TOOL;
	const char *program = is_tool ? place_tool(o->runfiles) : place_program(o->row->program);
	char ring[32], tty[32], argv_bytes[32];
	const char *argv[FLAGS_MAX + 1];
	int n = 0, r;

	if (o->row->program == BENCH_FLOOR && !w->tty_bytes && !w->argv_bytes) {
		snprintf(why, size, "it has no programs for the events of this workload");
		return -EOPNOTSUPP;
	}
	if (!program)
		return fail(why, size, -ENOENT, "the row's program");
	snprintf(ring, sizeof(ring), "%zu", o->row->ring_size);
	argv[n++] = program;
	argv[n++] = "-e";
	argv[n++] = w->events;
	argv[n++] = "--ring-size";
	argv[n++] = ring;
	if (o->row->program == BENCH_FLOOR) {
		snprintf(tty, sizeof(tty), "%zu", w->tty_bytes);
		snprintf(argv_bytes, sizeof(argv_bytes), "%zu", w->argv_bytes);
		argv[n++] = "--tty-bytes";
		argv[n++] = tty;
		argv[n++] = "--argv-bytes";
		argv[n++] = argv_bytes;
	} else {
		/* With -v, eventstrace prints a line once all hooks are attached. */
		argv[n++] = "-v";
		argv[n++] = "-s";
		argv[n++] = "--env=all";
		argv[n++] = "-o";
		argv[n++] = latency ? latency_path(latency) : "/dev/null";
		argv[n++] = "--wire-format";
		argv[n++] = o->row->wire_format;
		argv[n++] = "--wakeup";
		argv[n++] = o->row->wakeup;
		if (o->row->filter)
			argv[n++] = o->row->filter;
		if (o->row->latency)
			argv[n++] = o->row->latency;
		/* These flags are last, because eventstrace uses the last value of a flag. */
		for (size_t i = 0; i < o->flag_count && n < FLAGS_MAX; i++)
			argv[n++] = o->flags[i];
	}
	argv[n] = NULL;
	r = tracer_start(argv, why, size, ret);
	if (r < 0 && !*why)
		return fail(why, size, r, program);
	return r;
}

int cell_start_tracer(const struct cell_options *o, char *why, size_t size, struct tracer **ret)
{
	*why = '\0';
	return start_tracer(o, NULL, why, size, ret);
}

static int look(const struct tracer *tracer, struct state *ret)
{
	int r = host_cpu(&ret->cpu);

	if (r == 0 && tracer)
		r = tracer_cpu(tracer, &ret->tracer);
	return r;
}

static int by_bytes(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	return (x->used_memory_bytes > y->used_memory_bytes) -
	       (x->used_memory_bytes < y->used_memory_bytes);
}

static double median_memory(const struct samples *samples)
{
	struct sample *sorted = calloc(samples->count + 1, sizeof(*sorted));
	size_t middle = samples->count / 2;
	double median = NAN;

	if (sorted && samples->count) {
		memcpy(sorted, samples->v, samples->count * sizeof(*sorted));
		qsort(sorted, samples->count, sizeof(*sorted), by_bytes);
		median = (double)sorted[middle].used_memory_bytes;
	}
	free(sorted);
	return median;
}

/* Set the CPU times of the machine and the tracer between @before and @after, and the speed. */
static void set_times(struct cell *cell, const struct worker_result *worked,
		      const struct state *before, const struct state *after, bool traced)
{
	double *m = cell->metrics;

	m[METRIC_wall_s] = worked->wall_s;
	m[METRIC_operations] = (double)worked->operations;
	m[METRIC_operations_per_s] = (double)worked->operations / worked->wall_s;
	m[METRIC_cpu_user_s] = after->cpu.user - before->cpu.user;
	m[METRIC_cpu_system_s] = after->cpu.system - before->cpu.system;
	m[METRIC_used_memory_bytes] = median_memory(&cell->samples);
	if (!traced)
		return;
	m[METRIC_tracer_user_s] = after->tracer.user - before->tracer.user;
	m[METRIC_tracer_system_s] = after->tracer.system - before->tracer.system;
}

/* Set the time and runs of the BPF programs. Return: their time since the tracer's start, in ns. */
static double set_programs(struct cell *cell)
{
	double *m = cell->metrics, run_ns = 0, runs = 0, before_ns = 0;

	for (size_t i = 0; i < cell->programs.count; i++) {
		run_ns += (double)cell->programs.v[i].run_ns;
		runs += (double)cell->programs.v[i].runs;
		before_ns += (double)cell->programs.v[i].run_ns_before;
	}
	m[METRIC_bpf_run_ns] = run_ns;
	m[METRIC_bpf_runs] = runs;
	m[METRIC_bpf_ns_per_operation] = run_ns / m[METRIC_operations];
	m[METRIC_cost_ns_per_operation] =
		(run_ns + 1e9 * (m[METRIC_tracer_user_s] + m[METRIC_tracer_system_s])) /
		m[METRIC_operations];
	return before_ns + run_ns;
}

static void set_account(struct cell *cell, const struct tracer_account *a)
{
	double *m = cell->metrics, all_ns = set_programs(cell);

	m[METRIC_attempted] = (double)a->attempted;
	m[METRIC_sent] = (double)a->sent;
	m[METRIC_received] = (double)a->received;
	m[METRIC_lost] = (double)(a->attempted - a->received);
	m[METRIC_event_bytes] = (double)a->bytes;
	m[METRIC_wakeups] = (double)a->wakeups;
	m[METRIC_locked_rings_bytes] = (double)a->locked_rings;
	m[METRIC_locked_scratch_bytes] = (double)a->locked_scratch;
	m[METRIC_locked_maps_bytes] = (double)a->locked_maps;
	m[METRIC_locked_bytes] = (double)(a->locked_rings + a->locked_scratch + a->locked_maps);
	if (a->attempted) {
		/* all_ns and the account both count from the tracer's start. */
		m[METRIC_bpf_ns_per_event] = all_ns / (double)a->attempted;
		m[METRIC_lost_percent] = 100 * m[METRIC_lost] / (double)a->attempted;
	}
	if (a->sent)
		m[METRIC_bytes_per_event] = (double)a->bytes / (double)a->sent;
}

/* Measures the workload, which is set up and warm. */
static int measure(const struct cell_options *o, struct worker *worker, struct tracer *tracer,
		   struct latency *latency, char *why, size_t size, struct cell *cell)
{
	struct worker_result worked = { 0 };
	struct sampler *sampler;
	struct state before, after;
	uint64_t rss = 0;
	int r, r2;

	if (tracer) {
		tracer_settle(tracer);
		r = programs_open(tracer_pid(tracer), &cell->programs);
		if (r < 0)
			return fail(why, size, r, "the tracer's programs");
	}
	r = look(tracer, &before);
	if (r < 0)
		return fail(why, size, r, "processor times");
	r = sampler_start(o->sample_s, &sampler);
	if (r < 0)
		return fail(why, size, r, "sampling");
	if (latency)
		latency_begin(latency);
	r = worker_go(worker, &worked);
	r2 = host_cpu(&after.cpu);
	sampler_stop(sampler, &cell->samples);
	if (r < 0)
		return fail(why, size, r, "the workload");
	if (r2 < 0)
		return fail(why, size, r2, "processor times");
	if (tracer) {
		/* The tracer's cost includes the time to write the remaining events. */
		tracer_settle(tracer);
		r = programs_take(&cell->programs);
		if (r < 0)
			return fail(why, size, r, "the tracer's programs");
		r = tracer_cpu(tracer, &after.tracer);
		if (r == 0)
			r = tracer_rss(tracer, &rss);
		if (r < 0)
			return fail(why, size, r, "the tracer's processor time");
		cell->metrics[METRIC_tracer_rss_bytes] = (double)rss;
	}
	set_times(cell, &worked, &before, &after, tracer);
	return 0;
}

/* Measure the workload under a command that is already tracing. */
static int measure_command(const struct cell_options *o, const struct programs_newest *then,
			   struct worker *worker, struct command *command, char *why, size_t size,
			   struct cell *cell)
{
	struct worker_result worked;
	struct state before, after;
	struct sampler *sampler = NULL;
	uint64_t rss, locked;
	int r, r2;

	r = programs_open_after(then, &cell->programs, &locked);
	if (r < 0)
		return fail(why, size, r, "the command's programs");
	command_begin(command);
	r = command_usage(command, &before.tracer, &rss, why, size);
	if (r < 0)
		return r;
	r = host_cpu(&before.cpu);
	if (r == 0)
		r = sampler_start(o->sample_s, &sampler);
	if (r < 0)
		return fail(why, size, r, "processor times");
	r = worker_go(worker, &worked);
	r2 = host_cpu(&after.cpu);
	sampler_stop(sampler, &cell->samples);
	if (r < 0 || r2 < 0)
		return fail(why, size, r < 0 ? r : r2, "the workload");
	command_settle(command);
	r = programs_take(&cell->programs);
	if (r < 0)
		return fail(why, size, r, "the command's programs");
	r = command_usage(command, &after.tracer, &rss, why, size);
	if (r < 0)
		return r;
	command_divide(&before.tracer, &after.tracer);
	cell->metrics[METRIC_tracer_rss_bytes] = (double)rss;
	cell->metrics[METRIC_locked_bytes] = (double)locked;
	set_times(cell, &worked, &before, &after, true);
	set_programs(cell);
	return 0;
}

/*
 * A command may trace only the workload's process. So the workload starts first, and does its
 * warm-up.
 */
static int run_command(const struct cell_options *o, char *why, size_t size, struct cell *cell)
{
	const struct bench_command *how = o->row->command;
	const struct worker_options work = worker_of(o);
	struct command_output output;
	struct programs_newest then;
	struct command *command;
	struct worker *worker;
	double begin;
	int r;

	r = worker_start(&work, &worker);
	if (r < 0)
		return fail(why, size, r, "the workload");
	programs_newest(&then);
	begin = now_s();
	r = command_start(how, worker_pid(worker), why, size, &command);
	if (r == 0) {
		/* Without a pattern, the start is a fixed wait, and no measurement. */
		if (how->ready_pattern)
			cell->metrics[METRIC_start_s] = now_s() - begin - how->settle_s;
		r = measure_command(o, &then, worker, command, why, size, cell);
		programs_close(&cell->programs);
		begin = now_s();
		command_stop(command, &output);
		cell->metrics[METRIC_stop_s] = now_s() - begin;
		cell->metrics[METRIC_output_bytes] = (double)output.bytes;
		if (how->count_pattern)
			cell->metrics[METRIC_delivered] = (double)output.delivered;
	}
	worker_end(worker);
	return r;
}

/* Measure without a tracer, or under a tracer of this project. */
static int run_tracer(const struct cell_options *o, char *why, size_t size, struct cell *ret)
{
	const struct worker_options work = worker_of(o);
	struct tracer_account account;
	struct latency *latency = NULL;
	struct tracer *tracer = NULL;
	struct worker *worker = NULL;
	int r = 0, r2;

	if (o->workload->latency &&
	    (o->row->program == BENCH_TOOL || o->row->program == BENCH_TOOL_BEFORE)) {
		r = latency_start(&latency);
		if (r < 0)
			return fail(why, size, r, "a FIFO for the lines");
	}
	if (o->row->program != BENCH_NO_PROGRAM) {
		double begin = now_s();

		r = start_tracer(o, latency, why, size, &tracer);
		ret->metrics[METRIC_start_s] = now_s() - begin;
	}
	if (r < 0)
		goto end;
	r = worker_start(&work, &worker);
	if (r < 0)
		fail(why, size, r, "the workload");
	else
		r = measure(o, worker, tracer, latency, why, size, ret);
	programs_close(&ret->programs);
	/* Stop the tracer first, so that it does not record the exit of the workload. */
	if (tracer) {
		double begin = now_s();

		r2 = tracer_stop(tracer, &account);
		ret->metrics[METRIC_stop_s] = now_s() - begin;
		if (r2 == 0 && r == 0)
			set_account(ret, &account);
		else if (r == 0)
			r = fail(why, size, r2, "the tracer's end");
	}
	if (worker)
		worker_end(worker);
end:
	if (latency)
		latency_stop(latency, &ret->metrics[METRIC_latency_p50_ns],
			     &ret->metrics[METRIC_latency_p99_ns]);
	return r;
}

int cell_run(const struct cell_options *o, char *why, size_t size, struct cell *ret)
{
	struct cell cell = { 0 };
	int r;

	*why = '\0';
	for (int i = 0; i < METRICS; i++)
		cell.metrics[i] = NAN;
	cell.metrics[METRIC_locked_bytes] = 0;
	r = o->row->program == BENCH_COMMAND ? run_command(o, why, size, &cell)
					     : run_tracer(o, why, size, &cell);
	if (r < 0)
		cell_free(&cell);
	else
		*ret = cell;
	return r;
}

void cell_free(struct cell *cell)
{
	free(cell->samples.v);
	cell->samples = (struct samples){ 0 };
}
