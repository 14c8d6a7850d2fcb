/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/run/environment.h"
#include "bench/run/log_err.h"
#include "bench/run/runfiles.h"

/* --quick does this fraction of the work: a quarter. */
#define QUICK_PART 4

#define SAMPLE_S          0.1
#define SAMPLE_DURATION_S 1.0

static bool chosen(const struct run_choice *choice, const char *name)
{
	for (size_t i = 0; i < choice->count; i++) {
		if (!strcmp(choice->names[i], name))
			return true;
	}
	return !choice->count;
}

static int count_rows(const struct run_choice *choice)
{
	int n = 0;

	for (const struct bench_row *row = bench_rows; row; row = row->next)
		n += chosen(choice, row->name);
	return n;
}

static int add_workload(struct result *result, const struct bench_workload *workload,
			const struct run_choice *rows)
{
	struct result_workload *all, *w;
	int n = count_rows(rows);

	all = realloc(result->workloads, (result->count + 1) * sizeof(*all));
	if (!all)
		return -ENOMEM;
	result->workloads = all;
	w = &all[result->count];
	*w = (struct result_workload){ .workload = workload };
	w->series = calloc((size_t)n + 1, sizeof(*w->series));
	if (!w->series)
		return -ENOMEM;
	result->count++;
	w->skipped = workload->missing ? workload->missing() : NULL;
	for (const struct bench_row *row = bench_rows; row; row = row->next) {
		if (chosen(rows, row->name))
			w->series[w->count++].row = row;
	}
	return 0;
}

/*
 * The number of the row that is measured as number @i of a round. Each round begins with another
 * row, and every other round runs in reverse order.
 */
static size_t in_round(size_t i, size_t count, unsigned int round)
{
	size_t at = (i + round) % count;

	return round % 2 ? count - 1 - at : at;
}

static int run_cell(const struct run_options *run, const struct runfiles *runfiles,
		    const struct bench_workload *workload, unsigned int round,
		    struct series *series)
{
	const struct result_config *config = &run->config;
	struct cell_options opts = {
		.runfiles = runfiles,
		.workload = workload,
		.row = series->row,
		.work = config->quick ? (workload->work + QUICK_PART - 1) / QUICK_PART
				      : workload->work,
		.duration_s = config->duration_s,
		.sample_s = config->duration_s ? SAMPLE_DURATION_S : SAMPLE_S,
		.flags = run->flags.names,
		.flag_count = run->flags.count,
	};
	struct cell cell;
	char why[sizeof(series->skipped)];
	int r;

	r = cell_run(&opts, why, sizeof(why), &cell);
	if (r == -EOPNOTSUPP) {
		memcpy(series->skipped, why, sizeof(why));
		return 0;
	}
	if (r < 0) {
		log_err("%s, %s: %s", workload->name, series->row->name, why);
		return r;
	}
	cell.round = round;
	r = series_add(series, &cell);
	if (r < 0)
		cell_free(&cell);
	return r;
}

static int run_rounds(const struct run_options *opts, const struct runfiles *runfiles,
		      struct result *result)
{
	size_t total = 0, done = 0;
	int r = 0;

	for (size_t w = 0; w < result->count; w++)
		total += result->workloads[w].count * opts->config.rounds;
	for (unsigned int round = 0; round < opts->config.rounds; round++) {
		for (size_t i = 0; i < result->count; i++) {
			struct result_workload *w = &result->workloads[i];

			for (size_t j = 0; j < w->count && r == 0; j++) {
				struct series *series = &w->series[in_round(j, w->count, round)];

				done++;
				if (w->skipped || *series->skipped)
					continue;
				progress("[%zu of %zu] round %u of %u: %s, %s", done, total,
					 round + 1, opts->config.rounds, w->workload->name,
					 series->row->name);
				r = run_cell(opts, runfiles, w->workload, round, series);
			}
		}
	}
	progress("%s", "");
	return r;
}

int run_begin(struct runfiles *ret_runfiles, int *ret_stats_fd)
{
	int stats_fd, r;

	r = programs_count_time(&stats_fd);
	if (r < 0) {
		log_err("the kernel cannot measure the time of BPF programs (needs Linux 5.8): %s",
			strerror(-r));
		return r;
	}
	r = runfiles_init(ret_runfiles);
	if (r < 0) {
		log_err("cannot make a folder with programs in /tmp: %s", strerror(-r));
		close(stats_fd);
		return r;
	}
	*ret_stats_fd = stats_fd;
	return 0;
}

void run_end(const struct runfiles *runfiles, int stats_fd)
{
	runfiles_done(runfiles);
	close(stats_fd);
}

int run_all(const struct run_options *opts, struct result *ret)
{
	struct result result = { .config = opts->config, .doc = yyjson_mut_doc_new(NULL) };
	yyjson_mut_val *root = yyjson_mut_obj(result.doc);
	struct runfiles runfiles;
	int stats_fd, r;

	yyjson_mut_doc_set_root(result.doc, root);
	yyjson_mut_obj_add_str(result.doc, root, "schema", RESULT_SCHEMA);
	if (!opts->no_environment) {
		progress("measuring how busy the machine is");
		yyjson_mut_obj_add_val(result.doc, root, "environment",
				       environment_json(result.doc));
	}
	for (const struct bench_workload *w = bench_workloads; w; w = w->next) {
		r = chosen(&opts->workloads, w->name) ? add_workload(&result, w, &opts->rows) : 0;
		if (r < 0)
			goto failed;
	}
	r = run_begin(&runfiles, &stats_fd);
	if (r < 0)
		goto failed;
	r = run_rounds(opts, &runfiles, &result);
	run_end(&runfiles, stats_fd);
	if (r < 0)
		goto failed;
	*ret = result;
	return 0;

failed:
	result_done(&result);
	return r;
}

int run_check_privileges(void)
{
	if (!geteuid())
		return 0;
	log_err("run it as root: it loads BPF programs and reads other processes' files in /proc");
	return -EPERM;
}
