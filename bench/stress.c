/* SPDX-License-Identifier: BSD-2-Clause */
/* Measures the cost of recording: every workload under every row. See docs/benchmarks.md. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/mains.h"
#include "bench/report/report.h"
#include "bench/run/command_rows.h"
#include "bench/run/curve.h"
#include "bench/run/log_err.h"
#include "bench/run/output.h"
#include "bench/run/run.h"
#include "bench/run/runfiles.h"

#define ROUNDS       5
#define ROUNDS_QUICK 3 /* with --quick=all */
#define NAMES_MAX    64

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

enum {
	KEY_JSON = 256,
	KEY_CSV,
	KEY_REPORT,
	KEY_TRACER,
	KEY_READY,
	KEY_SETTLE,
	KEY_COUNT,
	KEY_ROUNDS,
	KEY_DURATION,
	KEY_QUICK,
	KEY_LIST,
	KEY_HELP
};

static const struct option table[] = {
	{ "workload", required_argument, NULL, 'w' },
	{ "row", required_argument, NULL, 'r' },
	{ "tracer", required_argument, NULL, KEY_TRACER },
	{ "ready-pattern", required_argument, NULL, KEY_READY },
	{ "settle", required_argument, NULL, KEY_SETTLE },
	{ "count-pattern", required_argument, NULL, KEY_COUNT },
	{ "rounds", required_argument, NULL, KEY_ROUNDS },
	{ "duration", required_argument, NULL, KEY_DURATION },
	{ "quick", optional_argument, NULL, KEY_QUICK },
	{ "json", required_argument, NULL, KEY_JSON },
	{ "csv", required_argument, NULL, KEY_CSV },
	{ "report", required_argument, NULL, KEY_REPORT },
	{ "list", no_argument, NULL, KEY_LIST },
	{ "help", no_argument, NULL, KEY_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
	"usage: stress [OPTION]...\n"
	"Measures what recording costs, and what is lost. Needs root.\n"
	"\n"
	"  -w, --workload NAME   only this workload; may be given again. rate: all workloads named\n"
	"                        rate-..., with the rows of the curve of costs\n"
	"  -r, --row NAME        only this row; may be given again\n"
	"      --rounds N        measure everything N times (default 5)\n"
	"      --duration SEC    run each workload for SEC seconds instead of a fixed number of\n"
	"                        operations, with a sample per second; 1 round by default\n"
	"      --quick           which format to use, in seconds: 2 workloads, 4 rows, 1 round of a\n"
	"                        quarter of the work; other rows and workloads with -r and -w\n"
	"      --quick=all       a quarter of the work, in 3 rounds\n"
	"      --json FILE       write the result as JSON\n"
	"      --csv FILE        write a line for each measurement\n"
	"      --report FILE     write the result as an HTML page with charts\n"
	"Any other tracer, as another row; may be given again:\n"
	"      --tracer NAME=COMMAND  run COMMAND with /bin/sh; $WORKLOAD_PID is the workload's process\n"
	"      --ready-pattern RE     it traces once a line of its output matches\n"
	"      --settle SEC           it traces after so many seconds (default 2, or 0 after\n"
	"                             --ready-pattern)\n"
	"      --count-pattern RE     each line of its output that matches is an event\n"
	"\n"
	"      --list            print all workloads and rows\n"
	"      --help            print this help\n"
	"File names are relative to the folder in which you start the command.\n";

struct names {
	const char *v[NAMES_MAX];
	size_t count;
};

struct options {
	struct run_options run;
	struct names workloads, rows;
	bool curve; /* -w rate: the workloads of the curve, and its rows */
	const char *json, *csv, *report;
};

/*
 * --quick measures only the workloads and rows that the answer to "Which format should I use?"
 * needs.
 */
static const char *const quick_workloads[] = { "exec-spam", "tty-flood-1" };
static const char *const quick_rows[] = { "fixed", "seed-159", "varlen", "auto" };

static void list(void)
{
	puts("workloads:");
	for (const struct bench_workload *w = bench_workloads; w; w = w->next)
		printf("  %-16s %s\n", w->name, w->doc);
	puts("rows:");
	for (const struct bench_row *r = bench_rows; r; r = r->next)
		printf("  %-16s %s\n", r->name, r->doc);
}

/* Add the name of a workload or row. @known: that workload or row; NULL: the name is unknown. */
static int add_name(struct names *names, const char *name, const void *known)
{
	if (!known || names->count == NAMES_MAX) {
		log_err("no such workload or row: %s; see --list", name);
		return -EINVAL;
	}
	names->v[names->count++] = name;
	return 0;
}

static int number(const char *option, const char *text, double least, double *ret)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end || !(v >= least) || v > 1e6) {
		log_err("--%s=%s: must be a number of at least %g", option, text, least);
		return -EINVAL;
	}
	*ret = v;
	return 0;
}

/* Choose the workloads of the curve, and its rows if no others were chosen. */
static void choose_curve(struct options *o, bool is_small)
{
	for (const struct bench_workload *w = bench_workloads; w; w = w->next)
		if (curve_has(w, is_small) && o->workloads.count < NAMES_MAX)
			o->workloads.v[o->workloads.count++] = w->name;
	if (!o->rows.count) {
		memcpy(o->rows.v, curve_rows, curve_row_count * sizeof(*curve_rows));
		o->rows.count = curve_row_count;
	}
}

/* Choose workloads and rows, once all options are parsed. @is_small: --quick was given. */
static void choose(struct options *o, bool is_small)
{
	const char *name;

	command_rows_register();
	if (o->curve)
		choose_curve(o, is_small);
	if (is_small && !o->workloads.count) {
		memcpy(o->workloads.v, quick_workloads, sizeof(quick_workloads));
		o->workloads.count = COUNT(quick_workloads);
	}
	if (is_small && !o->rows.count) {
		memcpy(o->rows.v, quick_rows, sizeof(quick_rows));
		o->rows.count = COUNT(quick_rows);
	}
	/* Without names, all rows are measured, including the rows of --tracer. */
	for (size_t i = 0; o->rows.count && (name = command_rows_name(i)); i++)
		if (o->rows.count < NAMES_MAX)
			o->rows.v[o->rows.count++] = name;
	o->run.workloads = (struct run_choice){ o->workloads.v, o->workloads.count };
	o->run.rows = (struct run_choice){ o->rows.v, o->rows.count };
}

/* Return: 0; 1: the program must exit with success; or -EINVAL. */
static int parse(int argc, char **argv, struct options *o)
{
	bool is_small = false;
	double rounds = 0;
	int c, r = 0;

	while (r == 0 && (c = getopt_long(argc, argv, "w:r:", table, NULL)) >= 0) {
		switch (c) {
		case 'w':
			if (!strcmp(optarg, "rate"))
				o->curve = true;
			else
				r = add_name(&o->workloads, optarg, bench_workload_named(optarg));
			break;
		case 'r':
			r = add_name(&o->rows, optarg, bench_row_named(optarg));
			break;
		case KEY_TRACER:
			r = command_rows_set(COMMAND_TRACER, optarg);
			break;
		case KEY_READY:
			r = command_rows_set(COMMAND_READY, optarg);
			break;
		case KEY_SETTLE:
			r = command_rows_set(COMMAND_SETTLE, optarg);
			break;
		case KEY_COUNT:
			r = command_rows_set(COMMAND_COUNT, optarg);
			break;
		case KEY_ROUNDS:
			r = number("rounds", optarg, 1, &rounds);
			break;
		case KEY_DURATION:
			r = number("duration", optarg, 1, &o->run.config.duration_s);
			break;
		case KEY_QUICK:
			if (optarg && strcmp(optarg, "all") != 0) {
				log_err("--quick=%s: must be all", optarg);
				return -EINVAL;
			}
			o->run.config.quick = true;
			is_small = !optarg;
			break;
		case KEY_JSON:
			o->json = optarg;
			break;
		case KEY_CSV:
			o->csv = optarg;
			break;
		case KEY_REPORT:
			o->report = optarg;
			break;
		case KEY_LIST:
			list();
			return 1;
		case KEY_HELP:
			fputs(help, stdout);
			return 1;
		default:
			return -EINVAL;
		}
	}
	if (r == 0 && optind < argc) {
		log_err("unexpected argument %s: see --help", argv[optind]);
		r = -EINVAL;
	}
	if (!rounds)
		rounds = o->run.config.duration_s || is_small ? 1
			 : o->run.config.quick                ? ROUNDS_QUICK
							      : ROUNDS;
	o->run.config.rounds = (unsigned int)rounds;
	if (r == 0)
		choose(o, is_small);
	return r;
}

/* The output files; NULL: not requested. */
struct outputs {
	FILE *json, *csv, *report;
};

/* Open the files before the measurement, so that an error is reported at once. */
static int open_outputs(const struct options *o, struct outputs *out)
{
	if ((o->json && !(out->json = output_open(o->json))) ||
	    (o->csv && !(out->csv = output_open(o->csv))) ||
	    (o->report && !(out->report = output_open(o->report))))
		return -EIO;
	return 0;
}

/* Write and close all open files, even if one fails. @json: the result as JSON, of @len bytes. */
static int write_outputs(const struct options *o, struct outputs *out, const struct result *result,
			 const char *json, size_t len)
{
	int r = 0;

	if (out->csv)
		result_csv(result, out->csv);
	if (json && out->json)
		fwrite(json, 1, len, out->json);
	if (json && out->report) {
		r = et_report_write(json, len, out->report);
		if (r < 0)
			log_err("cannot make the page %s: %s", o->report, strerror(-r));
	}

	if (out->csv && output_close(out->csv, o->csv) < 0)
		r = -EIO;
	if (out->json && output_close(out->json, o->json) < 0)
		r = -EIO;
	if (out->report && output_close(out->report, o->report) < 0)
		r = -EIO;
	return r;
}

/* Print the result and the answer to "Which format should I use?", and write the files. */
static int show(const struct options *o, struct outputs *out, const struct result *result)
{
	int r = result_print(result, stdout), wrote;
	size_t len = 0;
	char *json = result_json(result, &len);

	if (r == 0)
		r = curve_print(result, stdout);
	if (json) {
		et_report_print_answer(json, len, stdout);
	} else {
		log_err("out of memory");
		r = -ENOMEM;
	}
	wrote = write_outputs(o, out, result, json, len);
	free(json);
	return wrote < 0 ? wrote : r;
}

static int stress(const struct options *o)
{
	struct outputs out = { NULL, NULL, NULL };
	struct result result;
	int r;

	r = open_outputs(o, &out);
	if (r == 0)
		r = run_all(&o->run, &result);
	if (r < 0) {
		if (out.json)
			fclose(out.json);
		if (out.csv)
			fclose(out.csv);
		if (out.report)
			fclose(out.report);
		return r;
	}
	r = show(o, &out, &result);
	result_done(&result);
	return r;
}

int stress_main(int argc, char **argv)
{
	static struct options o;
	int r;

	r = parse(argc, argv, &o);
	if (r)
		return r < 0 ? 2 : 0;
	if (place_check() < 0 || place_enter() < 0)
		return 1;
	if (run_check_privileges() < 0)
		return 3;
	return stress(&o) < 0 ? 1 : 0;
}
