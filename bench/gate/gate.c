/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate: fails if this tree got slower or larger than its baseline, or loses more:
 * docs/benchmarks.md.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/gate/against.h"
#include "bench/gate/base.h"
#include "bench/gate/baseline.h"
#include "bench/gate/exact.h"
#include "bench/gate/pairs.h"
#include "bench/gate/timed.h"
#include "bench/mains.h"
#include "bench/run/log_err.h"
#include "bench/run/run.h"
#include "bench/run/runfiles.h"

#define FLAGS_MAX 16

/* Number of measurements for a new baseline. Their spread determines the tolerance. */
#define UPDATES 5

enum {
	KEY_UPDATE = 256,
	KEY_ONLY,
	KEY_QUICK,
	KEY_FORMAT,
	KEY_FIGURE,
	KEY_BASELINE,
	KEY_SAVE,
	KEY_FROM,
	KEY_TOOL_FLAG,
	KEY_AGAINST,
	KEY_BASE,
	KEY_PAIRS,
	KEY_MARKDOWN,
	KEY_JSON,
	KEY_HELP
};

static const struct option table[] = {
	{ "workload", required_argument, NULL, 'w' },
	{ "update", no_argument, NULL, KEY_UPDATE },
	{ "only", required_argument, NULL, KEY_ONLY },
	{ "quick", no_argument, NULL, KEY_QUICK },
	{ "format", required_argument, NULL, KEY_FORMAT },
	{ "figure", required_argument, NULL, KEY_FIGURE },
	{ "baseline", required_argument, NULL, KEY_BASELINE },
	{ "save", required_argument, NULL, KEY_SAVE },
	{ "from", required_argument, NULL, KEY_FROM },
	{ "tool-flag", required_argument, NULL, KEY_TOOL_FLAG },
	{ "against", required_argument, NULL, KEY_AGAINST },
	{ "base", required_argument, NULL, KEY_BASE },
	{ "pairs", required_argument, NULL, KEY_PAIRS },
	{ "markdown", required_argument, NULL, KEY_MARKDOWN },
	{ "json", required_argument, NULL, KEY_JSON },
	{ "help", no_argument, NULL, KEY_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
	"usage: gate [OPTION]...\n"
	"Measures, compares with the baseline, and prints the figures that got worse. Needs root.\n"
	"Exit status: 0 none got worse, 1 a figure got worse, 2 usage, 3 not root, 4 cannot measure.\n"
	"\n"
	"      --only GROUP      exact: sizes, losses, memory, the verifier; timed: ratios of times\n"
	"  -w, --workload NAME   measure only timed figures, and only of this workload\n"
	"      --figure NAME     measure only the figures of this name, or those below it:\n"
	"                        locked/rings, lost/tty-flood-10000, wakeups\n"
	"      --quick           less work for timed figures, in 3 rounds at most\n"
	"      --format FORMAT   measure exact figures only in this wire format: fixed, varlen, direct\n"
	"      --update          write the baseline, or only the group of --only; measures timed\n"
	"                        figures 5 times\n"
	"      --baseline FILE   use this baseline instead of the tree's\n"
	"      --save FILE       write the measured figures to a file\n"
	"      --from FILE       do not measure; use the figures that --save wrote, on any machine.\n"
	"                        --update --only=exact takes one such file, and --update\n"
	"                        --only=timed takes 5 as the 5 measurements\n"
	"      --tool-flag FLAG  add a flag for eventstrace; may be given again\n"
	"\n"
	"Without a baseline, against another build, measured side by side on this machine:\n"
	"      --against FILE    compare with this eventstrace\n"
	"      --base REVISION   compare with eventstrace of this git revision, and build it first\n"
	"      --pairs N         measure timed figures in N pairs, 10 to 100; 12 without it\n"
	"      --markdown FILE   write the result as a comment for a pull request\n"
	"      --json FILE       write the result with all measurements\n"
	"\n"
	"      --help            print this help\n";

struct options {
	bool update, quick;
	unsigned int groups;
	const char *baseline, *save, *workload, *format, *figure;
	const char *from[UPDATES];
	size_t from_count;
	const char *flags[FLAGS_MAX];
	size_t flag_count;
	const char *against, *base, *markdown, *json;
	size_t pairs;
};

enum { OK, WORSE, USAGE, PRIVILEGES, BROKEN };

/*
 * True if the options of a comparison with another build can be combined, also with all other
 * options.
 */
static bool comparison_is_valid(const struct options *o)
{
	if (!o->against && !o->base)
		return !o->pairs && !o->markdown && !o->json;
	return !(o->against && o->base) && !o->update && !o->quick && !o->baseline && !o->save &&
	       !o->from_count && !o->format && (!o->workload || pairs_has_workload(o->workload));
}

/* True if there are as many files of --from as a comparison or an update takes. */
static bool from_is_valid(const struct options *o)
{
	if (o->update && o->from_count)
		return (o->from_count == UPDATES && o->groups == BASELINE_TIMED) ||
		       (o->from_count == 1 && o->groups == BASELINE_EXACT);
	return o->from_count <= 1;
}

/* The groups that have figures of --figure's name. */
static unsigned int groups_of(const struct options *o)
{
	bool in_pairs = o->against || o->base;

	if (exact_has(o->figure))
		return BASELINE_EXACT;
	return (in_pairs ? pairs_has(o->figure) : timed_has(o->figure)) ? BASELINE_TIMED : 0;
}

/* Return: 0; 1: the program must exit with success; or -EINVAL. */
static int parse(int argc, char **argv, struct options *o)
{
	int c;

	o->groups = BASELINE_EXACT | BASELINE_TIMED;
	while ((c = getopt_long(argc, argv, "w:", table, NULL)) >= 0) {
		switch (c) {
		case 'w':
			o->workload = optarg;
			break;
		case KEY_UPDATE:
			o->update = true;
			break;
		case KEY_ONLY:
			if (strcmp(optarg, "exact") != 0 && strcmp(optarg, "timed") != 0) {
				log_err("--only=%s: must be exact or timed", optarg);
				return -EINVAL;
			}
			o->groups = *optarg == 'e' ? BASELINE_EXACT : BASELINE_TIMED;
			break;
		case KEY_QUICK:
			o->quick = true;
			break;
		case KEY_FORMAT:
			if (!exact_has_format(optarg)) {
				log_err("--format=%s: must be fixed, varlen or direct", optarg);
				return -EINVAL;
			}
			o->format = optarg;
			break;
		case KEY_FIGURE:
			o->figure = optarg;
			break;
		case KEY_BASELINE:
			o->baseline = optarg;
			break;
		case KEY_SAVE:
			o->save = optarg;
			break;
		case KEY_FROM:
			if (o->from_count == UPDATES) {
				log_err("--from can be given %d times", UPDATES);
				return -EINVAL;
			}
			o->from[o->from_count++] = optarg;
			break;
		case KEY_TOOL_FLAG:
			if (o->flag_count == FLAGS_MAX)
				return -EINVAL;
			o->flags[o->flag_count++] = optarg;
			break;
		case KEY_AGAINST:
			o->against = optarg;
			break;
		case KEY_BASE:
			o->base = optarg;
			break;
		case KEY_PAIRS:
			o->pairs = strtoul(optarg, NULL, 10);
			if (o->pairs < PAIRS_LEAST || o->pairs > RANK_PAIRS_MAX) {
				log_err("--pairs=%s: must be %d to %d", optarg, PAIRS_LEAST,
					RANK_PAIRS_MAX);
				return -EINVAL;
			}
			break;
		case KEY_MARKDOWN:
			o->markdown = optarg;
			break;
		case KEY_JSON:
			o->json = optarg;
			break;
		case KEY_HELP:
			fputs(help, stdout);
			return 1;
		default:
			return -EINVAL;
		}
	}
	if (o->workload)
		o->groups &= BASELINE_TIMED;
	if (o->figure)
		o->groups &= groups_of(o);
	if (optind < argc || !o->groups || (o->update && (o->workload || o->format || o->figure)) ||
	    !from_is_valid(o) || (o->figure && (o->from_count || o->workload)) ||
	    !comparison_is_valid(o)) {
		log_err("options that are unknown or cannot be combined: see --help");
		return -EINVAL;
	}
	return 0;
}

/*
 * The path of the baseline. With "bazel run" it is in the source tree, so that --update writes
 * there.
 */
static const char *baseline_path(const struct options *o)
{
	static char path[PATH_MAX];
	const char *tree = getenv("BUILD_WORKSPACE_DIRECTORY");

	if (o->baseline)
		return o->baseline;
	if (tree)
		snprintf(path, sizeof(path), "%s/bench/baselines/gate.json", tree);
	else if (place_file("bench/baselines/gate.json", path, sizeof(path)) < 0)
		return NULL;
	return path;
}

static int measure_exact(const struct options *o, struct figures *ret)
{
	struct run_choice flags = { o->flags, o->flag_count };
	struct runfiles runfiles;
	int r;

	r = runfiles_init(&runfiles);
	if (r < 0)
		return r;
	r = exact_measure(&runfiles, &flags, o->format, o->figure, ret);
	runfiles_done(&runfiles);
	return r;
}

/* @portable, @among: as in struct timed_options. */
static int measure_timed(const struct options *o, bool portable, const struct figures *among,
			 struct figures *ret)
{
	struct timed_options timed = {
		.flags = { o->flags, o->flag_count },
		.quick = o->quick,
		.workload = o->workload,
		.only = o->figure,
		.portable = portable,
		.among = among,
	};

	return timed_measure(&timed, ret);
}

/* For each figure, keep the better of both measurements. */
static void keep_best(struct figures *f, const struct figures *other)
{
	for (size_t i = 0; i < f->count; i++) {
		struct figure *v = &f->v[i];
		const struct figure *w = figures_find(other, v->group, v->name);

		if (w &&
		    (figure_more_is_better(v->name) ? w->value > v->value : w->value < v->value))
			v->value = w->value;
	}
}

static int append(struct figures *to, const struct figures *from)
{
	int r = 0;

	memcpy(to->kernel, from->kernel, sizeof(to->kernel));
	memcpy(to->machine, from->machine, sizeof(to->machine));
	to->cpus = from->cpus;
	to->page_size = from->page_size;
	if (from->format)
		to->format = from->format;
	if (from->only)
		to->only = from->only;
	for (size_t i = 0; i < from->count && r == 0; i++)
		r = figures_add(to, from->v[i].group, from->v[i].value, "%s", from->v[i].name);
	return r;
}

/* True if only figures are compared that machines of different kinds share. */
static bool is_elsewhere(const struct baseline *b)
{
	struct figures here = { 0 };

	figures_of_here(&here);
	return !baseline_is_timed_on(b, here.machine);
}

/*
 * A timed figure is worse only if two measurements agree: other work may have slowed the machine
 * during the first. Figures that are not compared are not measured, unless they are saved: they may
 * be compared with another baseline.
 */
static int measure_timed_fairly(const struct options *o, const struct baseline *b,
				struct figures *ret)
{
	struct figures f = { 0 }, worse = { 0 }, again = { 0 };
	int r;

	r = measure_timed(o, is_elsewhere(b) && !o->save, NULL, &f);
	if (r == 0)
		r = baseline_find_worse(b, &f, BASELINE_TIMED, o->workload, &worse);
	if (r > 0) {
		log_err("a timed figure looks worse: measuring again");
		r = measure_timed(o, false, &worse, &again);
		if (r == 0)
			keep_best(&f, &again);
		figures_free(&again);
	}
	figures_free(&worse);
	if (r < 0)
		figures_free(&f);
	else
		*ret = f;
	return r;
}

/* Read a file of --save. On failure, a message names the file. */
static int read_figures(const char *path, struct figures *ret)
{
	int r = figures_read(path, ret);

	if (r == -EBADMSG)
		log_err("%s: not a file that --save wrote", path);
	else if (r < 0)
		log_err("%s: %s", path, strerror(-r));
	return r;
}

static int measure(const struct options *o, const struct baseline *b, struct figures *ret)
{
	struct figures f = { 0 }, part = { 0 };
	int r = 0;

	if (o->from_count)
		return read_figures(o->from[0], ret);
	if (o->groups & BASELINE_EXACT) {
		r = measure_exact(o, &part);
		if (r == 0)
			r = append(&f, &part);
		figures_free(&part);
	}
	if (r == 0 && o->groups & BASELINE_TIMED) {
		r = measure_timed_fairly(o, b, &part);
		if (r == 0)
			r = append(&f, &part);
		figures_free(&part);
	}
	if (r < 0)
		figures_free(&f);
	else
		*ret = f;
	return r;
}

/* True if @f has timed figures, and all those of @of. */
static bool has_timed_of(const struct figures *f, const struct figures *of)
{
	size_t timed = 0;

	for (size_t i = 0; i < of->count; i++) {
		if (of->v[i].group != FIGURES_TIMED)
			continue;
		timed++;
		if (!figures_find(f, FIGURES_TIMED, of->v[i].name))
			return false;
	}
	return timed;
}

/* Read the figures that --save wrote on a machine of one kind. */
static int read_saved(const struct options *o, struct figures *ret)
{
	int r = 0;

	for (size_t i = 0; i < o->from_count && r == 0; i++) {
		r = read_figures(o->from[i], &ret[i]);
		if (r < 0)
			break;
		if (strcmp(ret[i].machine, ret[0].machine) != 0) {
			log_err("%s was measured on %s, and %s on %s: measure all on one machine",
				o->from[0], ret[0].machine, o->from[i], ret[i].machine);
			r = -EINVAL;
		} else if (!has_timed_of(&ret[i], &ret[0]) || !has_timed_of(&ret[0], &ret[i])) {
			log_err("%s and %s do not have the same timed figures: measure all of them",
				o->from[0], o->from[i]);
			r = -EINVAL;
		}
	}
	return r;
}

/* A file of --save can come from another machine: of its exact figures, only memory is new. */
static int write_baseline(const struct options *o, const struct baseline *old,
			  const struct figures *exact, const struct figures *timed,
			  const char *path)
{
	if (exact && o->from_count)
		return old ? baseline_write_memory(old, exact, path) : -ENOENT;
	return baseline_write(old, exact, timed, o->groups & BASELINE_TIMED ? UPDATES : 0, path);
}

static int update(const struct options *o, const char *path)
{
	struct figures exact = { 0 }, timed[UPDATES] = { 0 };
	int updates = o->groups & BASELINE_TIMED ? UPDATES : 0, r;
	bool is_exact = o->groups & BASELINE_EXACT;
	struct baseline *old = NULL;

	r = baseline_read(path, &old);
	if (r < 0 && r != -ENOENT) {
		log_err("%s: %s", path, strerror(-r));
		return r;
	}
	r = 0;
	if (o->from_count)
		r = is_exact ? read_figures(o->from[0], &exact) : read_saved(o, timed);
	else if (is_exact)
		r = measure_exact(o, &exact);
	for (int i = 0; i < updates && !o->from_count && r == 0; i++)
		r = measure_timed(o, false, NULL, &timed[i]);
	if (r == 0) {
		r = write_baseline(o, old, is_exact ? &exact : NULL, timed, path);
		if (r == -EEXIST)
			log_err("%s: the baseline is of such a machine: measure there, without "
				"--from",
				o->from[0]);
		else if (r < 0)
			log_err("%s: %s", path, strerror(-r));
		else
			printf("wrote %s\n", path);
	}
	for (int i = 0; i < UPDATES; i++)
		figures_free(&timed[i]);
	figures_free(&exact);
	baseline_free(old);
	return r;
}

static int gate(const struct options *o, const char *path)
{
	struct figures f = { 0 };
	struct baseline *b = NULL;
	int r;

	r = baseline_read(path, &b);
	if (r < 0) {
		log_err("cannot read the baseline %s: %s", path, strerror(-r));
		return BROKEN;
	}
	r = measure(o, b, &f);
	if (r == 0 && o->save)
		r = figures_write(&f, o->save);
	if (r < 0)
		log_err("cannot measure: %s", strerror(-r));
	else
		r = baseline_compare(b, &f, o->groups, o->workload, stdout);
	if (r == 0)
		printf("nothing got worse in %zu figures\n", f.count);
	else if (r > 0)
		printf("%d of %zu figures got worse\n", r, f.count);
	figures_free(&f);
	baseline_free(b);
	return r < 0 ? BROKEN : r ? WORSE : OK;
}

/* Compare with another build instead of the baseline. Return: the exit status. */
static int against(const struct options *o)
{
	char base[PATH_MAX];
	const char *tree = getenv("BUILD_WORKSPACE_DIRECTORY");
	struct against_options a = {
		.base = base,
		.flags = { o->flags, o->flag_count },
		.exact = o->groups & BASELINE_EXACT,
		.timed = o->groups & BASELINE_TIMED,
		.only = o->figure,
		.workload = o->workload,
		.pairs = o->pairs ? o->pairs : PAIRS_DEFAULT,
		.markdown = o->markdown,
		.json = o->json,
	};
	int r;

	if (o->base && !tree) {
		log_err("--base builds a revision of the source tree: use "
			"./bazelw run //bench:gate");
		return USAGE;
	}
	if (o->base && base_build(tree, o->base, base) < 0)
		return BROKEN;
	/* The path must be absolute, because tracers run in the root directory. */
	if (o->against && (access(o->against, X_OK) < 0 || !realpath(o->against, base))) {
		log_err("%s: %s: --against needs an eventstrace that can be run", o->against,
			strerror(errno));
		return USAGE;
	}
	r = against_run(&a);
	return r < 0 ? BROKEN : r ? WORSE : OK;
}

int gate_main(int argc, char **argv)
{
	static struct options o;
	const char *path;
	int r;

	r = parse(argc, argv, &o);
	if (r)
		return r < 0 ? USAGE : OK;
	if (place_enter() < 0)
		return BROKEN;
	path = o.against || o.base ? "" : baseline_path(&o);
	if (!path) {
		log_err("found no baseline: give one with --baseline");
		return BROKEN;
	}
	if (!o.from_count && place_check() < 0)
		return BROKEN;
	if (!o.from_count && run_check_privileges() < 0)
		return PRIVILEGES;
	if (o.against || o.base)
		return against(&o);
	if (o.update)
		return update(&o, path) < 0 ? BROKEN : OK;
	return gate(&o, path);
}
