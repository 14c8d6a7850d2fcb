/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/gate/baseline.h"

#define EXACT BASELINE_EXACT
#define TIMED BASELINE_TIMED
#define ALL   (EXACT | TIMED)

struct fixture {
	char path[256];
	struct figures f; /* the figures in the baseline */
	struct baseline *b;
};

static void add(struct figures *f, enum figure_group group, const char *name, double value)
{
	assert_int_equal(figures_add(f, group, value, "%s", name), 0);
}

static struct figures measured(void)
{
	struct figures f = {
		.kernel = "6.1.0", .cpus = 2, .page_size = 4096, .machine = "2 x Fast"
	};

	add(&f, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/varlen", 136);
	add(&f, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/direct", 136);
	add(&f, FIGURES_EXACT, "holds/tty-flood-1/varlen", 14563);
	add(&f, FIGURES_EXACT, "lost/tty-flood-1/varlen", 0);
	add(&f, FIGURES_EXACT, "locked/rings/varlen", 4000000);
	add(&f, FIGURES_EXACT, "locked/maps/varlen", 200000);
	add(&f, FIGURES_VERIFIER, "instructions/exec_tp_btf/varlen", 50000);
	add(&f, FIGURES_TIMED, "ns/tty-flood-1/auto/floor", 0.30);
	add(&f, FIGURES_TIMED, "ns/tty-flood-1/varlen/floor", 0.20);
	add(&f, FIGURES_TIMED, "rate/tty-flood-1/auto/control", 0.80);
	add(&f, FIGURES_TIMED, "wakeups/tty-flood-1/auto", 0.0001);
	add(&f, FIGURES_TIMED, "worst/rate/auto/always", 0.8);
	return f;
}

static int setup(void **state)
{
	struct fixture *t = calloc(1, sizeof(*t));
	const char *folder = getenv("TEST_TMPDIR");

	snprintf(t->path, sizeof(t->path), "%s/baseline-%d.json", folder ? folder : "/tmp",
		 (int)getpid());
	t->f = measured();
	assert_int_equal(baseline_write(NULL, &t->f, &t->f, 1, t->path), 0);
	assert_int_equal(baseline_read(t->path, &t->b), 0);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *t = *state;

	unlink(t->path);
	figures_free(&t->f);
	baseline_free(t->b);
	free(t);
	return 0;
}

/*
 * Compare; @worse is the expected number of worse figures. Return: the text that the comparison
 * printed.
 */
static char *compare(const struct fixture *t, unsigned int groups, int worse)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(baseline_compare(t->b, &t->f, groups, NULL, out), worse);
	fclose(out);
	return text;
}

static void set(struct fixture *t, enum figure_group group, const char *name, double value)
{
	struct figure *f = figures_find(&t->f, group, name);

	assert_non_null(f);
	f->value = value;
}

/* Make one figure worse. The table must have the figure's name and its change. */
static void worse(struct fixture *t, enum figure_group group, const char *name, double value,
		  const char *change)
{
	char *text;

	set(t, group, name, value);
	text = compare(t, ALL, 1);
	if (!strstr(text, name) || !strstr(text, change))
		fail_msg("neither %s nor %s in:\n%s", name, change, text);
	free(text);
}

static void unchanged(void **state)
{
	struct fixture *t = *state;
	char *text = compare(t, ALL, 0);

	assert_string_equal(text, "");
	free(text);
}

static void larger_record(void **state)
{
	worse(*state, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/varlen", 163.2,
	      "+20.0 %");
}

static void one_byte_is_too_much(void **state)
{
	worse(*state, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/direct", 137, "+0.7 %");
}

/*
 * A doubled ring holds twice as many events, which is better, and locks twice as much memory, which
 * is worse.
 */
static void doubled_ring(void **state)
{
	struct fixture *t = *state;

	set(t, FIGURES_EXACT, "holds/tty-flood-1/varlen", 2 * 14563);
	worse(t, FIGURES_EXACT, "locked/rings/varlen", 8000000, "+100.0 %");
}

/* Another build of the kernel has larger structures for maps. */
static void larger_structures(void **state)
{
	struct fixture *t = *state;

	set(t, FIGURES_EXACT, "locked/maps/varlen", 202048);
	unchanged(state);
	worse(t, FIGURES_EXACT, "locked/maps/varlen", 202049, "+1.0 %");
}

static void ring_holds_less(void **state)
{
	worse(*state, FIGURES_EXACT, "holds/tty-flood-1/varlen", 14562, "-0.0 %");
}

/* On every event, and one more in 100 events. */
static void more_wakeups(void **state)
{
	worse(*state, FIGURES_TIMED, "wakeups/tty-flood-1/auto", 0.4, "0.4");
	worse(*state, FIGURES_TIMED, "wakeups/tty-flood-1/auto", 0.0092, "0.0092");
	set(*state, FIGURES_TIMED, "wakeups/tty-flood-1/auto", 0.005);
	free(compare(*state, ALL, 0));
	worse(*state, FIGURES_TIMED, "ns/tty-flood-1/auto/floor", 1.0, "+233.3 %");
}

/* A rate at which the default costs more than a wake-up for each event, but not much more. */
static void worst_rate(void **state)
{
	worse(*state, FIGURES_TIMED, "worst/rate/auto/always", 1.31, "1.31");
	set(*state, FIGURES_TIMED, "worst/rate/auto/always", 1.29);
	free(compare(*state, ALL, 0));
}

static void lost_event(void **state)
{
	worse(*state, FIGURES_EXACT, "lost/tty-flood-1/varlen", 1, "+1");
}

static void verifier(void **state)
{
	struct fixture *t = *state;
	char *text;

	worse(t, FIGURES_VERIFIER, "instructions/exec_tp_btf/varlen", 50001, "+0.0 %");
	/*
	 * Verifiers of other kernels process other numbers of instructions, so these are not
	 * compared.
	 */
	snprintf(t->f.kernel, sizeof(t->f.kernel), "6.12.0");
	text = compare(t, ALL, 0);
	assert_non_null(strstr(text, "no baseline for this kernel, 6.12.0"));
	free(text);
}

static void timed_has_a_tolerance(void **state)
{
	struct fixture *t = *state;

	set(t, FIGURES_TIMED, "ns/tty-flood-1/auto/floor", 0.30 * (1 + BASELINE_LEAST) - 0.001);
	set(t, FIGURES_TIMED, "rate/tty-flood-1/auto/control", 0.80 * (1 - BASELINE_LEAST) + 0.001);
	free(compare(t, ALL, 0));
	worse(t, FIGURES_TIMED, "rate/tty-flood-1/auto/control", 0.60, "-25.0 %");
}

static void better_is_told(void **state)
{
	struct fixture *t = *state;
	char *text;

	set(t, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/varlen", 100);
	text = compare(t, ALL, 0);
	assert_non_null(strstr(text, "better"));
	free(text);
}

/* A figure of the baseline that was not measured is a failure. */
static void missing_figure(void **state)
{
	struct fixture *t = *state;
	struct figure *f = figures_find(&t->f, FIGURES_EXACT, "lost/tty-flood-1/varlen");
	char *text;

	snprintf(f->name, sizeof(f->name), "lost/tty-flood-2/varlen");
	text = compare(t, ALL, 1);
	assert_non_null(strstr(text, "lost/tty-flood-1/varlen"));
	assert_non_null(strstr(text, "nothing"));
	assert_non_null(strstr(text, "1 figures are not in the baseline"));
	free(text);
	/* The missing figure is no failure if its group is not compared. */
	free(compare(t, TIMED, 0));
}

static void not_this_machine(void **state)
{
	struct fixture *t = *state;
	struct figure *f =
		figures_find(&t->f, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/direct");
	char *text;

	/*
	 * With more CPUs, more memory is locked. A kernel without dynptr cannot make `direct`
	 * records.
	 */
	t->f.cpus = 8;
	set(t, FIGURES_EXACT, "locked/maps/varlen", 800000);
	snprintf(f->name, sizeof(f->name), "bytes/tty-flood-1/process-tty-write/other");
	text = compare(t, ALL, 0);
	assert_non_null(strstr(text, "2 possible CPUs, this machine has 8"));
	assert_non_null(strstr(text, "cannot make records directly"));
	free(text);
	worse(t, FIGURES_EXACT, "locked/rings/varlen", 4002049, "+0.1 %");
}

static void write_exact(struct fixture *t)
{
	assert_int_equal(baseline_write(t->b, &t->f, NULL, 0, t->path), 0);
	baseline_free(t->b);
	t->b = NULL;
	assert_int_equal(baseline_read(t->path, &t->b), 0);
}

/*
 * A ring's size is a multiple of the page size, so memory has rows for each page size. Records have
 * the same size on all machines.
 */
static void other_pages(void **state)
{
	struct fixture *t = *state;
	char *text;

	t->f.page_size = 16384;
	t->f.cpus = 1;
	set(t, FIGURES_EXACT, "locked/rings/varlen", 4100000);
	set(t, FIGURES_EXACT, "locked/maps/varlen", 300000);
	text = compare(t, ALL, 0);
	assert_non_null(strstr(text, "of pages of 4096 bytes, this machine has 16384"));
	free(text);
	worse(t, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/varlen", 144, "+5.9 %");

	/* Only rows of memory are written, so the larger record is still found. */
	write_exact(t);
	worse(t, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/varlen", 144, "+5.9 %");
	set(t, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/varlen", 136);
	unchanged(state);
	worse(t, FIGURES_EXACT, "locked/rings/varlen", 4102049, "+0.0 %");
	set(t, FIGURES_EXACT, "locked/rings/varlen", 4100000);
	worse(t, FIGURES_EXACT, "locked/maps/varlen", 302049, "+0.7 %");

	/* A figure without a row on this machine is not compared, and the note counts it. */
	t->f.page_size = 4096;
	set(t, FIGURES_EXACT, "locked/rings/varlen", 4000000);
	set(t, FIGURES_EXACT, "locked/maps/varlen", 300000);
	text = compare(t, ALL, 0);
	assert_non_null(strstr(text, "1 figures of per-CPU memory are not compared"));
	free(text);

	/* Figures of another machine change only its rows. */
	assert_int_equal(baseline_write_memory(t->b, &t->f, t->path), 0);
	baseline_free(t->b);
	assert_int_equal(baseline_read(t->path, &t->b), 0);
	worse(t, FIGURES_EXACT, "locked/maps/varlen", 302049, "+0.7 %");
	set(t, FIGURES_EXACT, "locked/maps/varlen", 300000);

	/* A new baseline of the first machine keeps these rows, and the other way round. */
	t->f.page_size = 4096;
	t->f.cpus = 2;
	set(t, FIGURES_EXACT, "locked/rings/varlen", 4000000);
	set(t, FIGURES_EXACT, "locked/maps/varlen", 200000);
	assert_int_equal(baseline_write_memory(t->b, &t->f, t->path), -EEXIST);
	unchanged(state);
	write_exact(t);
	unchanged(state);
	t->f.page_size = 16384;
	t->f.cpus = 1;
	free(compare(t, ALL, 0));
	worse(t, FIGURES_EXACT, "locked/rings/varlen", 4102049, "+0.0 %");
}

/* Times are compared only with times of the same kind of machine. */
static void times_of_another_machine(void **state)
{
	struct fixture *t = *state;
	char *text;

	set(t, FIGURES_TIMED, "ns/tty-flood-1/auto/floor", 3);
	snprintf(t->f.machine, sizeof(t->f.machine), "64 x Slow");
	text = compare(t, ALL, 0);
	assert_non_null(strstr(text, "2 x Fast"));
	assert_non_null(strstr(text, "64 x Slow"));
	free(text);
	worse(t, FIGURES_TIMED, "wakeups/tty-flood-1/auto", 0.4, "0.4");
	/*
	 * After a timed baseline of this machine was written, times are compared. A baseline of new
	 * exact figures keeps the times.
	 */
	assert_int_equal(baseline_write(t->b, NULL, &t->f, 1, t->path), 0);
	baseline_free(t->b);
	assert_int_equal(baseline_read(t->path, &t->b), 0);
	assert_int_equal(baseline_write(t->b, &t->f, NULL, 0, t->path), 0);
	baseline_free(t->b);
	assert_int_equal(baseline_read(t->path, &t->b), 0);
	unchanged(state);
	worse(t, FIGURES_TIMED, "ns/tty-flood-1/auto/floor", 4, "+33.3 %");
}

/* The gate measures just these a second time. */
static void which_are_worse(void **state)
{
	struct fixture *t = *state;
	struct figures found = { 0 };

	set(t, FIGURES_TIMED, "ns/tty-flood-1/auto/floor", 3);
	set(t, FIGURES_EXACT, "lost/tty-flood-1/varlen", 1);
	assert_int_equal(baseline_find_worse(t->b, &t->f, TIMED, NULL, &found), 1);
	assert_int_equal(found.count, 1);
	assert_non_null(figures_find(&found, FIGURES_TIMED, "ns/tty-flood-1/auto/floor"));
	figures_free(&found);
	assert_int_equal(baseline_find_worse(t->b, &t->f, ALL, NULL, &found), 2);
	assert_int_equal(found.count, 2);
	assert_non_null(figures_find(&found, FIGURES_EXACT, "lost/tty-flood-1/varlen"));
	figures_free(&found);
}

static void one_workload(void **state)
{
	struct fixture *t = *state;

	set(t, FIGURES_TIMED, "ns/tty-flood-1/auto/floor", 3);
	assert_int_equal(baseline_compare(t->b, &t->f, TIMED, "tty-flood-1", NULL), 1);
	assert_int_equal(baseline_compare(t->b, &t->f, TIMED, "tty-flood", NULL), 0);
	assert_int_equal(baseline_compare(t->b, &t->f, TIMED, "exec-spam", NULL), 0);
}

/* The tolerance depends on the distance between the lowest and the highest measurement. */
static void tolerance_of_spread(void **state)
{
	struct fixture *t = *state;
	struct figures timed[3] = { measured(), measured(), measured() };
	static const double seen[] = { 0.27, 0.30, 0.33 };

	for (int i = 0; i < 3; i++)
		figures_find(&timed[i], FIGURES_TIMED, "ns/tty-flood-1/auto/floor")->value =
			seen[i];
	assert_int_equal(baseline_write(t->b, NULL, timed, 3, t->path), 0);
	baseline_free(t->b);
	t->b = NULL;
	assert_int_equal(baseline_read(t->path, &t->b), 0);
	set(t, FIGURES_TIMED, "ns/tty-flood-1/auto/floor",
	    0.30 * (1 + BASELINE_SPREADS * 0.06 / 0.30) - 0.001);
	free(compare(t, ALL, 0)); /* the baseline still has its exact figures */
	set(t, FIGURES_TIMED, "ns/tty-flood-1/auto/floor",
	    0.30 * (1 + BASELINE_SPREADS * 0.06 / 0.30) + 0.001);
	free(compare(t, ALL, 1));
	for (int i = 0; i < 3; i++)
		figures_free(&timed[i]);
}

static void other_kernels_are_kept(void **state)
{
	struct fixture *t = *state;
	struct figures other = measured();

	snprintf(other.kernel, sizeof(other.kernel), "6.12.0");
	assert_int_equal(baseline_write(t->b, &other, NULL, 0, t->path), 0);
	baseline_free(t->b);
	t->b = NULL;
	assert_int_equal(baseline_read(t->path, &t->b), 0);
	worse(t, FIGURES_VERIFIER, "instructions/exec_tp_btf/varlen", 60000, "+20.0 %");
	figures_free(&other);
}

/* --format: figures of the other formats are not missing. */
static void one_format(void **state)
{
	struct fixture *t = *state;
	struct figures f = { .kernel = "6.1.0", .cpus = 2, .page_size = 4096, .format = "direct" };

	add(&f, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/direct", 136);
	assert_int_equal(baseline_compare(t->b, &f, EXACT, NULL, NULL), 0);
	f.v[0].value = 144;
	assert_int_equal(baseline_compare(t->b, &f, EXACT, NULL, NULL), 1);
	f.format = "varlen";
	assert_int_equal(baseline_compare(t->b, &f, EXACT, NULL, NULL), 6);
	figures_free(&f);
}

/* --figure: other figures are not missing. */
static void one_figure(void **state)
{
	struct fixture *t = *state;
	struct figures f = { .page_size = 4096, .only = "bytes/tty-flood-1" };

	add(&f, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/direct", 136);
	add(&f, FIGURES_EXACT, "bytes/tty-flood-1/process-tty-write/varlen", 136);
	assert_int_equal(baseline_compare(t->b, &f, EXACT, NULL, NULL), 0);
	f.v[1].value = 144;
	assert_int_equal(baseline_compare(t->b, &f, EXACT, NULL, NULL), 1);
	f.only = "bytes/tty-flood-1/process-tty-write/direct";
	assert_int_equal(baseline_compare(t->b, &f, EXACT, NULL, NULL), 0);
	/* `only` must match whole parts of a name. This text ends in the middle of a part. */
	f.only = "bytes/tty-flood";
	assert_int_equal(baseline_compare(t->b, &f, EXACT, NULL, NULL), 0);
	f.only = "locked/rings";
	assert_int_not_equal(baseline_compare(t->b, &f, EXACT, NULL, NULL), 0);
	figures_free(&f);
}

static void files_of_figures(void **state)
{
	struct fixture *t = *state;
	struct figures f = { 0 };

	assert_int_equal(figures_read(t->path, &f), -EBADMSG); /* a baseline has no such data */
	assert_int_equal(figures_write(&t->f, t->path), 0);
	assert_int_equal(figures_read(t->path, &f), 0);
	assert_int_equal(f.count, t->f.count);
	assert_int_equal(baseline_compare(t->b, &f, ALL, NULL, NULL), 0);
	figures_free(&f);
	baseline_free(t->b);
	t->b = NULL;
	assert_int_equal(baseline_read(t->path, &t->b), -EBADMSG);
	assert_int_equal(baseline_read("/nowhere", &t->b), -ENOENT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(unchanged),
		TEST(larger_record),
		TEST(one_byte_is_too_much),
		TEST(doubled_ring),
		TEST(larger_structures),
		TEST(ring_holds_less),
		TEST(more_wakeups),
		TEST(worst_rate),
		TEST(lost_event),
		TEST(verifier),
		TEST(timed_has_a_tolerance),
		TEST(better_is_told),
		TEST(missing_figure),
		TEST(not_this_machine),
		TEST(other_pages),
		TEST(times_of_another_machine),
		TEST(which_are_worse),
		TEST(one_workload),
		TEST(tolerance_of_spread),
		TEST(other_kernels_are_kept),
		TEST(one_format),
		TEST(one_figure),
		TEST(files_of_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
