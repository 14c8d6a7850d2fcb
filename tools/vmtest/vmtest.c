/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the live tests on another kernel. It boots the kernel, runs the tests for each kind of
 * hooks, and prints a line for each case.
 *
 * --theme=THEME runs one theme, and --kinds=KIND one kind of hooks. --suites-only omits the themes
 * that are not suites of cases. --exact compares all exact figures of the benchmark's gate, also
 * with --suites-only. --cpus=N sets the number of CPUs. --parameters=TEXT adds kernel
 * parameters. --verbose prints all output of the guest. --update writes the verifier's work to the
 * baseline.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/include/eventstrace.h"
#include "tools/vmtest/cli.h"
#include "tools/vmtest/verifier_baseline.h"
#include "tools/vmtest/cases.h"
#include "tools/vmtest/expected.h"
#include "tools/vmtest/faults.h"
#include "tools/vmtest/vm.h"

/* Factor for time limits of tests, because a guest is slower than this machine. */
#define TIME_SCALE "10"

/*
 * The job that runs eventstrace --probe. It prints the available events, and the verifier's work
 * for each program.
 */
#define PROBE "probe"

/*
 * The job that runs all suites, and the size of its rings. They are large, because the reader gets
 * only half of a CPU.
 */
#define SUITES    "suites"
#define RING_SIZE "16M"

/* The theme that runs the benchmark's bundle. */
#define BUNDLE "bundle"

/* Themes that are not suites of cases, with the test program of each. */
static const struct other {
	const char *theme, *program;
	bool each_kind; /* run the program for each kind of hooks */
	bool named;     /* takes minutes, so it runs only with --theme=THEME */
} others[] = {
	{ "filters", "filters", false, false },
	{ "filters", "file_filters", true, false },
	{ "ring-size", "ring_size", false, false },
	{ BUNDLE, "bundle_guest", false, false },
	{ "alone", "alone", true, true },
	{ "command", "command", false, true },
	{ "command", "command_end", false, true },
	{ "command", "command_inherits", false, true },
	{ "command", "command_terminal", false, true },
	{ "crowd", "crowd", true, true },
	{ "feedback", "feedback_readers", true, true },
	{ "shards", "shards", false, true },
};

struct run {
	const struct cli *args;
	struct verifier_baseline measured;
	unsigned int passed, failed, jobs_ended, jobs;
	/*
	 * The job whose output is read now: its name, kind of hooks and theme. `event` is the
	 * current event in the table of --probe.
	 */
	char job[64], kind[16], theme[32], event[64];
	uint64_t chosen; /* events that have a hook in the table of --probe */
	bool in_programs;
	unsigned int job_failed;
	char *said; /* output since the current case began */
	size_t said_len;
};

/* ---- jobs --------------------------------------------------------------------------------- */

static bool is_other(const char *theme)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(others[i].theme, theme))
			return true;
	return false;
}

/* Begin the line of a test's job: its name, time limit and environment. */
static void begin_test(struct run *run, FILE *f, const char *kind, const char *name)
{
	run->jobs++;
	fprintf(f, "%s/%s\t600\tPATH=/bin\tHOME=/\tEVENTSTRACE=/bin/eventstrace", kind, name);
	fprintf(f, "\tEVENTSTRACE_CASES=/cases\tLIVETEST_TIME_SCALE=" TIME_SCALE);
	fprintf(f, "\tLIVETEST_CANNOT=");
	for (const char *const *test = run->args->cannot; *test; test++)
		fprintf(f, "%s ", *test);
}

/* Add the test programs that run for each kind of hooks; if @kind is NULL, those that run once. */
static void add_others(struct run *run, FILE *f, const char *kind)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		bool exact = run->args->exact && !strcmp(others[i].theme, BUNDLE);

		if (run->args->theme && strcmp(run->args->theme, others[i].theme) != 0)
			continue;
		if (run->args->suites_only && !run->args->theme && !exact)
			continue;
		if (others[i].each_kind != (kind != NULL) || (others[i].named && !run->args->theme))
			continue;
		begin_test(run, f, kind ? kind : "any", others[i].program);
		if (kind)
			fprintf(f, "\tLIVETEST_FLAGS=--attach=%s", kind);
		fprintf(f, "\t--\t/tests/%s%s\n", others[i].program,
			exact ? "\t/bench/bundle\texact" : "");
	}
}

/* Add the list of events that this kernel must have. */
static void add_events(FILE *f, uint64_t expected)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	fprintf(f, "\tLIVETEST_EVENTS=");
	for (size_t i = 0; i < count; i++)
		if (expected & ET_EVENT_BIT(infos[i].id))
			fprintf(f, "%s ", infos[i].flag);
}

/* Add the paths, in the guest, of the modules that cases may load. */
static void add_modules(FILE *f, const char *path)
{
	FILE *names = path ? fopen(path, "re") : NULL;
	char line[256];

	fprintf(f, "\tLIVETEST_MODULES=");
	while (names && fgets(line, sizeof(line), names))
		fprintf(f, "/modules/%.*s ", (int)strcspn(line, "\n"), line);
	if (names)
		fclose(names);
}

/*
 * Add a job that runs all suites with one start of eventstrace, because the start is slow in a
 * guest.
 */
static void add_suites(struct run *run, FILE *f, const char *kind)
{
	const struct cli *args = run->args;

	if (args->theme && (is_other(args->theme) || !strcmp(args->theme, PROBE)))
		return;
	begin_test(run, f, kind, SUITES);
	if (args->theme)
		fprintf(f, "\tLIVETEST_THEMES=%s", args->theme);
	fprintf(f, "\tLIVETEST_FLAGS=--attach=%s --ring-size=" RING_SIZE, kind);
	add_events(f, expected_events(args, kind));
	add_modules(f, args->loadable);
	fprintf(f, "\t--\t/tests/suites\n");
}

/* True if the tables of --probe are wanted: they are a theme too. */
static bool runs_probes(const struct cli *args)
{
	return !args->theme || !strcmp(args->theme, PROBE);
}

static void add_probe(struct run *run, FILE *f, const char *kind)
{
	if (!runs_probes(run->args))
		return;
	run->jobs++;
	/* -v prints the table of programs. An emulator is slow to print libbpf's debug messages. */
	fprintf(f, "%s/" PROBE "\t600\tPATH=/bin\tLIBBPF_LOG_LEVEL=warn\t--", kind);
	fprintf(f, "\t/bin/eventstrace\t--probe\t-a");
	if (strcmp(kind, "any") != 0)
		fprintf(f, "\t-v\t--attach=%s", kind);
	fputc('\n', f);
}

static char *make_jobs(struct run *run)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	add_probe(run, f, "any");
	add_others(run, f, NULL);
	for (const char *const *kind = run->args->kinds; *kind; kind++) {
		add_probe(run, f, *kind);
		add_suites(run, f, *kind);
		add_others(run, f, *kind);
	}
	return fclose(f) == EOF ? NULL : text;
}

/* ---- results ------------------------------------------------------------------------------ */

static bool is_probe(const struct run *run)
{
	return !strcmp(run->theme, PROBE);
}

__attribute__((format(printf, 3, 4))) static void verdict(struct run *run, bool ok, const char *fmt,
							  ...)
{
	va_list args;

	printf("%s %s", run->args->name, run->kind);
	/* Names of cases in suites begin with their theme. */
	if (strcmp(run->theme, SUITES) != 0)
		printf("/%s", run->theme);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf(": %s\n%s", ok ? "ok" : "FAILED", !ok && run->said ? run->said : "");
	run->passed += ok;
	run->failed += !ok;
	run->job_failed += !ok;
}

static void forget_said(struct run *run)
{
	free(run->said);
	run->said = NULL;
	run->said_len = 0;
}

static void keep_said(struct run *run, const char *line)
{
	size_t len = strlen(line);
	char *grown = realloc(run->said, run->said_len + len + 2);

	if (!grown)
		return;
	memcpy(grown + run->said_len, line, len);
	run->said = grown;
	run->said_len += len;
	grown[run->said_len++] = '\n';
	grown[run->said_len] = '\0';
}

static void begin_job(struct run *run, const char *name)
{
	snprintf(run->job, sizeof(run->job), "%s", name);
	snprintf(run->kind, sizeof(run->kind), "%.*s", (int)strcspn(name, "/"), name);
	snprintf(run->theme, sizeof(run->theme), "%s", name + strcspn(name, "/") + 1);
	run->event[0] = '\0';
	run->chosen = 0;
	run->in_programs = false;
	run->job_failed = 0;
	forget_said(run);
}

/* Parse a line of the tables that --probe prints. */
static void take_probe_line(struct run *run, const char *line)
{
	size_t word = strcspn(line, " "), len = strlen(line);

	if (!strncmp(line, "program ", 8))
		run->in_programs = true;
	else if (run->in_programs)
		verifier_baseline_line(&run->measured, run->kind, line);
	else if (word && word < sizeof(run->event))
		snprintf(run->event, sizeof(run->event), "%.*s", (int)word, line);
	if (len > 8 && !strcmp(line + len - 8, "  chosen"))
		run->chosen |= expected_bit(run->event);
}

/*
 * With one kind of hooks, each event that has a candidate hook of this kind must be available. With
 * any kind, each event that has a candidate hook must be available.
 */
static void end_probe(struct run *run, int status)
{
	bool any = !strcmp(run->kind, "any");
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	uint64_t expected = 0;

	for (const char *const *kind = run->args->kernel_kinds; *kind; kind++)
		if (any || !strcmp(*kind, run->kind))
			expected |= expected_events(run->args, *kind);
	printf("%s", run->said ? run->said : "");
	forget_said(run);
	for (size_t i = 0; i < count; i++) {
		uint64_t bit = ET_EVENT_BIT(infos[i].id);

		if ((expected & bit) != (run->chosen & bit))
			verdict(run, false, " %s is %sexpected to be there", infos[i].flag,
				expected & bit ? "" : "not ");
		else if (expected & bit)
			verdict(run, true, " %s", infos[i].flag);
	}
	/* Exit status 4: some events are not available. */
	if (status != 0 && status != 4)
		verdict(run, false, " ends with status %d", status);
}

static void take_test_line(struct run *run, const char *line)
{
	const char *name;

	switch (cases_read(line, &name)) {
	case CASES_BEGIN:
		forget_said(run);
		break;
	case CASES_OK:
		verdict(run, true, "/%s", name);
		forget_said(run);
		break;
	case CASES_FAILED:
		/* After the last case, cmocka prints the names of all failed cases again. */
		if (run->said)
			verdict(run, false, "/%s", name);
		forget_said(run);
		break;
	case CASES_NOTE:
		printf("%s %s/%s\n", run->args->name, run->kind, name);
		break;
	case CASES_CANNOT:
		/* .ci/run repeats the lines that begin with "cannot: ". */
		printf("cannot: %s %s/%s\n", run->args->name, run->kind, name);
		break;
	case CASES_TEXT:
		keep_said(run, line);
		break;
	case CASES_SUM:
		forget_said(run);
		break;
	}
}

static void end_job(struct run *run, int status)
{
	run->jobs_ended++;
	if (is_probe(run))
		end_probe(run, status);
	else if (status && !run->job_failed)
		verdict(run, false, " ends with status %d", status);
	forget_said(run);
}

/* Check that the kernel is the one in the table. */
static void take_kernel(struct run *run, const char *release, const char *cpus)
{
	bool ok = !run->args->release || !strcmp(release, run->args->release);

	printf("%s is %s, possible CPUs %s%s%s: %s\n", run->args->name, release, cpus,
	       ok ? "" : "; expected ", ok ? "" : run->args->release, ok ? "ok" : "FAILED");
	run->passed += ok;
	run->failed += !ok;
}

static void take_line(void *ctx, const char *line)
{
	struct run *run = ctx;
	char name[64], cpus[200];
	long long ms;
	int status;

	if (run->args->verbose)
		printf("| %s\n", line);
	if (sscanf(line, "vmtest: kernel %63s %199s", name, cpus) == 2) {
		take_kernel(run, name, cpus);
	} else if (sscanf(line, "vmtest: begin %63s", name) == 1) {
		begin_job(run, name);
	} else if (sscanf(line, "vmtest: end %63s %d %lld", name, &status, &ms) == 3) {
		end_job(run, status);
		printf("%s %s took %lld.%lld s\n", run->args->name, name, ms / 1000,
		       ms % 1000 / 100);
	} else if (is_probe(run)) {
		/*
		 * The table of programs needs -v, which also prints libbpf's messages. Omit these.
		 */
		if (strncmp(line, "libbpf: ", 8) != 0)
			keep_said(run, line);
		take_probe_line(run, line);
	} else {
		take_test_line(run, line);
	}
	fflush(stdout);
}

/* ---- the verifier ------------------------------------------------------------------------- */

/* Write to the source tree, if Bazel's environment names it. */
static int update_verifier_baseline(const struct run *run)
{
	const char *workspace = getenv("BUILD_WORKSPACE_DIRECTORY");
	char path[4096];
	int r;

	snprintf(path, sizeof(path), "%s%s%s", workspace ? workspace : "", workspace ? "/" : "",
		 run->args->baseline);
	r = verifier_baseline_write(&run->measured, path, run->args->name, run->args->kinds);
	printf("%s: %s\n", path, r < 0 ? strerror(-r) : "written");
	return r;
}

static void check_verifier_baseline(struct run *run)
{
	const struct cli *args = run->args;
	int faults;

	if (!args->baseline)
		return;
	if (args->update) {
		run->failed += update_verifier_baseline(run) < 0;
		return;
	}
	faults = verifier_baseline_compare(&run->measured, args->baseline, args->name, args->kinds,
					   stdout);
	if (faults < 0)
		printf("%s: %s\n", args->baseline, strerror(-faults));
	if (faults)
		printf("If that is meant: ./bazelw run //tools/vmtest:run_%s -- --theme=probe "
		       "--update\n",
		       args->name);
	printf("%s verifier, %zu programs: %s\n", args->name, run->measured.count,
	       faults ? "FAILED" : "ok");
	run->failed += faults != 0;
	run->passed += faults == 0;
}

int main(int argc, char **argv)
{
	struct cli args;
	struct run run = { .args = &args };
	struct vm_options opts = { .on_line = take_line, .ctx = &run };
	struct vm_result result;
	time_t begin = time(NULL);
	size_t faults;
	char *jobs;
	int r;

	if (cli_parse(argc, argv, &args) < 0)
		return 2;
	jobs = make_jobs(&run);
	if (!jobs)
		return 1;
	opts.qemu = args.qemu;
	opts.cpu = args.cpu;
	opts.cpus = args.cpus;
	opts.parameters = args.parameters;
	opts.kernel = args.kernel;
	opts.initrds = args.initrds;
	opts.jobs = jobs;
	opts.seconds = 840;
	r = vm_run(&opts, &result);
	free(jobs);
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", args.qemu, strerror(-r));
		return 1;
	}
	faults = faults_find(result.console, stdout);
	if (faults || !result.complete || run.jobs_ended != run.jobs) {
		printf("%s: %zu kernel faults; %u of %u jobs ended\n", args.name, faults,
		       run.jobs_ended, run.jobs);
		run.failed++;
	}
	if (runs_probes(&args))
		check_verifier_baseline(&run);
	printf("%s: %u passed, %u failed, in %lld s and %d boot%s\n", args.name, run.passed,
	       run.failed, (long long)(time(NULL) - begin), result.boots,
	       result.boots == 1 ? "" : "s");
	free(result.console);
	verifier_baseline_free(&run.measured);
	forget_said(&run);
	return run.failed || !run.passed;
}
