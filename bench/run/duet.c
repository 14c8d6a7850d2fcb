/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/duet.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bench/run/tracer.h"
#include "bench/run/worker.h"
#include "bench/stats/stats.h"

/* The warm-up is a tenth of the work, and is not measured. */
#define WARM_PART 10

/* A build that runs. */
struct player {
	const struct cell_options *options;
	struct tracer *tracer;
	struct programs programs;
	struct tracer_cpu before, after;
	struct tracer_account account;
	double ns[DUET_PARTS]; /* time in BPF programs in each part of the work */
};

static int fail(char *why, size_t size, int r, const char *what)
{
	if (!*why)
		snprintf(why, size, "%s: %s", what, strerror(-r));
	return r;
}

/* An operation of these workloads causes each of their events once. */
static unsigned int events_of(const struct bench_workload *w)
{
	unsigned int n = 1;

	for (const char *c = w->events; *c; c++)
		n += *c == ',';
	return n;
}

/* Read the time in BPF programs of each build since the last call. */
static int take_ns(struct player *players, uint64_t *last, size_t part)
{
	int r = 0;

	for (int b = 0; b < DUET_BUILDS && r == 0; b++) {
		uint64_t now;

		r = programs_run_ns(&players[b].programs, &now);
		if (r < 0)
			break;
		if (part < DUET_PARTS)
			players[b].ns[part] = (double)(now - last[b]);
		last[b] = now;
	}
	return r;
}

static int read_cpu(struct player *players, bool after)
{
	int r = 0;

	for (int b = 0; b < DUET_BUILDS && r == 0; b++)
		r = tracer_cpu(players[b].tracer, after ? &players[b].after : &players[b].before);
	return r;
}

static void settle(const struct player *players)
{
	for (int b = 0; b < DUET_BUILDS; b++)
		tracer_settle(players[b].tracer);
}

/* Do the work, part by part. @ret_operations: operations of all parts. */
static int play(struct player *players, struct worker *worker, uint64_t *ret_operations)
{
	uint64_t last[DUET_BUILDS], operations = 0;
	struct worker_result done;
	int r;

	settle(players);
	r = read_cpu(players, false);
	/* No part has ended yet: this only sets @last. */
	if (r == 0)
		r = take_ns(players, last, DUET_PARTS);
	for (size_t part = 0; part < DUET_PARTS && r == 0; part++) {
		r = worker_go(worker, &done);
		if (r == 0)
			r = take_ns(players, last, part);
		if (r == 0)
			operations += done.operations;
	}
	settle(players);
	if (r == 0)
		r = read_cpu(players, true);
	*ret_operations = operations;
	return r;
}

static int start(struct player *p, char *why, size_t size)
{
	int r = cell_start_tracer(p->options, why, size, &p->tracer);

	if (r < 0)
		return fail(why, size, r, "eventstrace");
	r = programs_open(tracer_pid(p->tracer), &p->programs);
	return r < 0 ? fail(why, size, r, "the BPF programs of eventstrace") : 0;
}

/*
 * The build that started first stops first. So each build records one of both: the start or the end
 * of the other.
 */
static int stop(struct player *players, enum duet_build first, char *why, size_t size)
{
	int r = 0;

	for (int i = 0; i < DUET_BUILDS; i++) {
		struct player *p = &players[(first + i) % DUET_BUILDS];
		int r2;

		programs_close(&p->programs);
		if (!p->tracer)
			continue;
		r2 = tracer_stop(p->tracer, &p->account);
		if (r2 < 0 && r == 0)
			r = fail(why, size, r2, "the end of eventstrace");
	}
	return r;
}

/* True if each build recorded events in each part of the work. */
static bool has_events(const struct player *players)
{
	bool has = true;

	for (int b = 0; b < DUET_BUILDS; b++) {
		has &= players[b].account.attempted > 0;
		for (size_t part = 0; part < DUET_PARTS; part++)
			has &= players[b].ns[part] > 0;
	}
	return has;
}

static int set_figures(const struct player *players, uint64_t operations,
		       struct duet_figures ret[DUET_BUILDS])
{
	const struct bench_workload *w = players[DUET_BASE].options->workload;
	double events = (double)operations * events_of(w);
	size_t part;

	if (!has_events(players))
		return -ENODATA;
	part = stats_middle_ratio(players[DUET_NEW].ns, players[DUET_BASE].ns, DUET_PARTS);
	for (int b = 0; b < DUET_BUILDS; b++) {
		const struct player *p = &players[b];

		ret[b].ns = p->ns[part] * DUET_PARTS / events;
		ret[b].cpu_ns =
			1e9 *
			(p->after.user + p->after.system - p->before.user - p->before.system) /
			events;
		ret[b].wakeups = (double)p->account.wakeups / (double)p->account.attempted;
	}
	return 0;
}

int duet_run(const struct duet_options *o, char *why, size_t size,
	     struct duet_figures ret[DUET_BUILDS])
{
	const struct cell_options *base = &o->builds[DUET_BASE];
	const struct worker_options work = {
		.runfiles = base->runfiles,
		.workload = base->workload,
		.work = base->work / DUET_PARTS,
		.warm = base->work / WARM_PART + 1,
		.one_cpu = true,
	};
	struct player players[DUET_BUILDS] = { { .options = base },
					       { .options = &o->builds[DUET_NEW] } };
	struct worker *worker = NULL;
	uint64_t operations = 0;
	int r = 0, r2;

	*why = '\0';
	for (int i = 0; i < DUET_BUILDS && r == 0; i++)
		r = start(&players[(o->first + i) % DUET_BUILDS], why, size);
	if (r == 0) {
		r = worker_start(&work, &worker);
		if (r == 0)
			r = play(players, worker, &operations);
		if (r < 0)
			fail(why, size, r, "the workload");
	}
	r2 = stop(players, o->first, why, size);
	/* After both tracers, so that they do not record the exit of the workload. */
	if (worker)
		worker_end(worker);
	r = r < 0 ? r : r2;
	if (r == 0) {
		r = set_figures(players, operations, ret);
		if (r < 0)
			fail(why, size, r, "no events");
	}
	return r;
}
