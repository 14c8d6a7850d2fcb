/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define READER   100
#define FARTHER  200
#define STRANGER 300

static const struct et_loop_root readers[] = {
	{ .tgid = READER, .start_time_ns = 1, .comm = "sh" },
	{ .tgid = FARTHER, .start_time_ns = 2, .hop = 1, .comm = "tee" },
};

static __u64 now_ns;
static bool is_loop; /* true if events stop when nothing is written */
static const struct et_loop_root *noticed;
static unsigned int suspected;

/*
 * Add trials for the next 60 ms. In each of them, nothing is written for 1 ns. Then events are
 * written, and the trial waits 20 ms.
 */
static void make_trials(struct et_loop *l)
{
	for (__u64 i = 0; i < ET_LOOP_TRIALS; i++)
		et_loop_add_trial(l, now_ns + i * 20000000, now_ns + i * 20000000 + 1,
				  now_ns + (i + 1) * 20000000);
	et_loop_end_trials(l, now_ns);
}

static bool event(struct et_loop *l, __u32 tgid, __u32 ppid)
{
	struct et_process_exec ev = {
		.hdr = { .type = ET_PROCESS_EXEC, .ts = now_ns },
		.pids = { .tgid = tgid, .ppid = ppid, .start_time_ns = tgid },
	};

	bool ret = et_loop_event(l, &ev.hdr);

	if (l->suspected) {
		suspected++;
		if (!et_loop_has_ended(l, is_loop ? 0 : 100, 100000000))
			et_loop_acquit(l, now_ns);
		else
			make_trials(l);
	}
	if (l->decidable) {
		const struct et_loop_root *root = et_loop_judge(l, now_ns);

		noticed = root ? root : noticed;
	}
	return ret;
}

/*
 * Receive events of the process @tgid for @count seconds, @rate events a second. Return: left-out
 * events.
 */
static unsigned int seconds(struct et_loop *l, unsigned int count, unsigned int rate, __u32 tgid,
			    __u32 ppid)
{
	unsigned int left_out = 0;

	for (unsigned int i = 0; i < count * rate; i++) {
		now_ns += 1000000000ULL / rate;
		left_out += event(l, tgid, ppid);
	}
	return left_out;
}

static int begin(void **state)
{
	static struct et_loop l;

	memset(&l, 0, sizeof(l));
	now_ns = 1000000000ULL;
	noticed = NULL;
	is_loop = true;
	suspected = 0;
	l.limits = true;
	*state = &l;
	return et_loop_readers(&l, readers, 2);
}

static int end(void **state)
{
	et_loop_close(*state);
	return 0;
}

static void test_reader(void **state)
{
	struct et_loop *l = *state;
	unsigned int left_out = seconds(l, 3, 1000, READER, 1);

	assert_ptr_equal(noticed, &l->roots[0]);
	assert_true(left_out > 500 && left_out < 1500);
	assert_int_equal(left_out, l->roots[0].left_out);
	/* Some events of the loop are still recorded. */
	assert_in_range(seconds(l, 4, 1000, READER, 1), 3700, 3850);
	/* All events of an unrelated process are recorded. */
	assert_int_equal(seconds(l, 1, 50, STRANGER, 1), 0);
}

/* et_loop_is_likely() is true while most events are of readers. */
static void test_likely(void **state)
{
	struct et_loop *l = *state;

	assert_false(et_loop_is_likely(l));
	event(l, STRANGER, 1);
	assert_false(et_loop_is_likely(l));
	for (int i = 0; i < 3; i++) {
		assert_false(et_loop_is_likely(l));
		event(l, READER, 1);
	}
	assert_true(et_loop_is_likely(l));
	event(l, STRANGER, 1);
	assert_false(et_loop_is_likely(l));
}

static void test_farther(void **state)
{
	struct et_loop *l = *state;

	seconds(l, 3, 1000, FARTHER, 1);
	assert_ptr_equal(noticed, &l->roots[1]);
}

/* The reader starts a program for each line, and this program starts others. */
static void test_descendants(void **state)
{
	struct et_loop *l = *state;
	unsigned int left_out = 0;

	for (__u32 i = 0; i < 2000; i++) {
		now_ns += 1000000;
		left_out += event(l, 1000 + 2 * i, READER);
		/* The parent of this process may no longer exist when its event is received. */
		left_out += event(l, 1001 + 2 * i, 1000 + 2 * i);
		left_out += event(l, 1001 + 2 * i, 1);
	}
	assert_ptr_equal(noticed, &l->roots[0]);
	assert_true(left_out > 500);
}

static void test_strangers(void **state)
{
	struct et_loop *l = *state;

	assert_int_equal(seconds(l, 5, 10000, STRANGER, 1), 0);
	/* The parent of these processes does not read the output. */
	assert_int_equal(seconds(l, 5, 10000, STRANGER + 1, STRANGER), 0);
	assert_null(noticed);
}

/*
 * The reader's events do not stop when nothing is written, so they are no loop. The detector then
 * suspects a loop less and less often.
 */
static void test_other_reasons(void **state)
{
	struct et_loop *l = *state;

	is_loop = false;
	assert_int_equal(seconds(l, 60, 1000, READER, 1), 0);
	assert_null(noticed);
	assert_in_range(suspected, 4, 7);
	is_loop = true;
	assert_true(seconds(l, 60, 1000, READER, 1) > 0);
	assert_ptr_equal(noticed, &l->roots[0]);
}

/* A reader that causes few events, or fewer than other processes, is no loop. */
static void test_no_loop(void **state)
{
	struct et_loop *l = *state;

	assert_int_equal(seconds(l, 5, 80, READER, 1), 0);
	for (int i = 0; i < 10000; i++) {
		now_ns += 100000;
		assert_false(event(l, i % 3 ? STRANGER : READER, 1));
	}
	assert_null(noticed);
}

static void test_calm(void **state)
{
	struct et_loop *l = *state;

	assert_true(seconds(l, 3, 1000, READER, 1) > 0);
	noticed = NULL;
	seconds(l, 12, 20, STRANGER, 1);
	assert_false(l->damped);
	assert_int_equal(seconds(l, 1, 1000, READER, 1), 0);
	/* If the loop begins again, it is detected again. */
	assert_true(seconds(l, 3, 1000, READER, 1) > 0);
	assert_non_null(noticed);
}

/*
 * The reader has ended, or no longer reads the output. A new process with its process ID is no
 * reader.
 */
static void test_gone(void **state)
{
	struct et_loop *l = *state;

	assert_true(seconds(l, 3, 1000, READER, 1) > 0);
	assert_int_equal(et_loop_readers(l, &readers[1], 1), 0);
	assert_int_equal(seconds(l, 3, 1000, READER, 1), 0);
	assert_true(l->roots[0].left_out > 0);
	assert_int_equal(et_loop_readers(l, NULL, 0), 0);
	assert_int_equal(seconds(l, 3, 1000, FARTHER, 1), 0);
}

/* Without limit_feedback, a loop is detected, but its events are not left out. */
static void test_no_limits(void **state)
{
	struct et_loop *l = *state;

	l->limits = false;
	assert_int_equal(seconds(l, 5, 1000, READER, 1), 0);
	assert_ptr_equal(noticed, &l->roots[0]);
	assert_int_equal(l->roots[0].left_out, 0);
}

/* ---- a reader and its host, simulated ----------------------------------------------------- */

#define STEP_NS   1000000ULL
#define STEPS     1000 /* steps of STEP_NS in a second */
#define LINES_MAX 65536
#define PIPE_MAX  100 /* lines that the output's pipe holds */

/* A simulated reader and host. Numbers of events are per step, in thousandths of an event. */
struct scene {
	unsigned int others;      /* events that other processes cause */
	unsigned int own;         /* events that the reader causes, whatever it reads */
	unsigned int per_other;   /* events that a line about another process causes */
	unsigned int per_own;     /* events that a line about the reader causes */
	unsigned int delay;       /* steps between a line and its events */
	unsigned int lines_max;   /* lines that the reader takes in a step; 0: all */
	unsigned int job, length; /* one line in `job` starts a job of `length` steps */
	unsigned int per_step;    /* events that a job causes in each step */
};

struct line {
	__u64 ts;
	bool own;
};

/* A queue of lines: records that wait in the rings, or lines that the reader has not read. */
struct queue {
	struct line lines[LINES_MAX];
	unsigned int first, last;
};

static struct sim {
	const struct scene *scene;
	struct et_loop *l;
	struct queue rings, pipe;
	/* due[n % 1024]: what the reader will cause in step n, in thousandths of an event */
	unsigned int due[1024];
	unsigned int step, others, job_left, job_count;
	unsigned int attempted, warnings;
} sim;

static void put(bool own)
{
	struct queue *q = &sim.rings;

	sim.attempted++;
	if (q->last - q->first < LINES_MAX)
		q->lines[q->last++ % LINES_MAX] = (struct line){ .ts = now_ns, .own = own };
}

static struct line take(struct queue *q)
{
	return q->lines[q->first++ % LINES_MAX];
}

/* Simulate one step: the reader reads lines and causes events. */
static void step(void)
{
	const struct scene *s = sim.scene;
	unsigned int left = s->lines_max ? s->lines_max : LINES_MAX, *due;

	now_ns += STEP_NS;
	sim.step++;
	for (sim.others += s->others; sim.others >= 1000; sim.others -= 1000)
		put(false);
	due = &sim.due[sim.step % 1024];
	*due += s->own + (sim.job_left ? s->per_step : 0);
	sim.job_left -= sim.job_left > 0;
	for (; left-- && sim.pipe.first != sim.pipe.last;) {
		struct line line = take(&sim.pipe);

		sim.due[(sim.step + s->delay + 1) % 1024] += line.own ? s->per_own : s->per_other;
		if (s->job && sim.job_count++ % s->job == 0)
			sim.job_left = s->length;
	}
	for (; *due >= 1000; *due -= 1000)
		put(true);
	sim.due[(sim.step + 1) % 1024] += *due;
	*due = 0;
}

static void steps(unsigned int count)
{
	while (count--)
		step();
}

enum kind { ANY, OTHERS, OWN };

/*
 * Write at most @max records as lines to the pipe. Stop at a record of another kind than @which.
 * Return: number of lines.
 */
static unsigned int write_lines(enum kind which, unsigned int max)
{
	unsigned int n = 0;

	for (; n < max && sim.rings.first != sim.rings.last &&
	       sim.pipe.last - sim.pipe.first < PIPE_MAX;
	     n++) {
		struct line line = sim.rings.lines[sim.rings.first % LINES_MAX];
		struct et_process_exec ev = {
			.hdr = { .type = ET_PROCESS_EXEC, .ts = line.ts },
			.pids = { .tgid = line.own ? READER : STRANGER, .ppid = 1 },
		};

		if (which != ANY && line.own != (which == OWN))
			break;
		take(&sim.rings);
		et_loop_event(sim.l, &ev.hdr);
		sim.pipe.lines[sim.pipe.last++ % LINES_MAX] = line;
		if (which == ANY && (sim.l->suspected || sim.l->decidable))
			return n + 1;
	}
	return n;
}

/* Simulate has_quieted() of feedback.c: true if events stop within 800 steps (ms). */
static bool quiets(void)
{
	for (unsigned int i = 0; i < 800; i++) {
		unsigned int before;

		if (sim.pipe.first != sim.pipe.last) {
			step();
			continue;
		}
		before = sim.attempted;
		steps(50);
		i += 50;
		if (et_loop_has_ended(sim.l, sim.attempted - before, 50 * STEP_NS))
			return true;
	}
	return false;
}

/* Simulate make_trial() of feedback.c. */
static bool try_once(void)
{
	__u64 quiet, begin_ns;

	write_lines(OTHERS, LINES_MAX);
	steps(250);
	quiet = now_ns;
	if (!quiets())
		return false;
	begin_ns = now_ns;
	if (!write_lines(OWN, ET_LOOP_TRIAL_RECORDS) || !quiets())
		return false;
	et_loop_add_trial(sim.l, quiet, begin_ns, now_ns);
	return true;
}

/* Simulate @seconds of a scene. Return: number of warnings. */
static unsigned int play(struct et_loop *l, const struct scene *scene, unsigned int seconds)
{
	memset(&sim, 0, sizeof(sim));
	sim.scene = scene;
	sim.l = l;
	while (sim.step < seconds * STEPS) {
		step();
		while (write_lines(ANY, LINES_MAX)) {
			if (l->suspected) {
				bool behind = sim.pipe.last - sim.pipe.first == PIPE_MAX;
				bool quieted = quiets();

				suspected++;
				if (quieted && behind)
					et_loop_assume(l);
				else if (quieted)
					for (int i = 0; i < ET_LOOP_TRIALS && try_once(); i++)
						;
				et_loop_end_trials(l, now_ns);
			}
			if (l->decidable && et_loop_judge(l, now_ns))
				sim.warnings++;
		}
	}
	return sim.warnings;
}

/*
 * Loops such as `eventstrace | while read line; do program; done`, on hosts with few and with many
 * other events. Each line causes one or several events, of which only some cause further events.
 */
static void test_loops(void **state)
{
	static const struct scene scenes[] = {
		{ .others = 1, .per_other = 1000, .per_own = 1000, .lines_max = 1 },
		{ .others = 50, .per_other = 3000, .per_own = 3000, .lines_max = 1 },
		{ .others = 50, .per_other = 1000, .per_own = 1000, .delay = 20 },
		{ .others = 5, .per_other = 30, .per_own = 1000, .delay = 2 },
	};

	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		end(state);
		begin(state);
		((struct et_loop *)*state)->limits = false;
		if (!play(*state, &scenes[i], 20))
			fail_msg("loop %zu is not noticed, %u suspicions", i, suspected);
	}
}

/*
 * No loop: the reader runs programs for lines about other processes. The reader's events end when
 * the other processes cause no more events.
 */
static void test_programs_for_others(void **state)
{
	static const struct scene scenes[] = {
		{ .others = 10, .per_other = 12000 },
		{ .others = 100, .per_other = 4000 },
		{ .others = 10, .per_other = 30000, .delay = 20 },
		/* The reader waits 200 ms for more lines before it starts programs. */
		{ .others = 10, .per_other = 30000, .delay = 200 },
		/* The reader also starts a program for one of 100 lines about its own programs. */
		{ .others = 20, .per_other = 12000, .per_own = 10 },
		/* The reader also causes some events by a timer. */
		{ .others = 20, .per_other = 12000, .own = 30 },
	};

	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		end(state);
		begin(state);
		if (play(*state, &scenes[i], 60))
			fail_msg("%zu is no loop", i);
		assert_true(suspected > 0);
	}
}

/* No loop: a supervisor starts programs in each second, whatever the output is. */
static void test_supervisor(void **state)
{
	static const struct scene scene = { .others = 10, .own = 300 };

	assert_int_equal(play(*state, &scene, 120), 0);
	assert_true(suspected > 0);
}

/* No loop: the reader's jobs take 1.5 to 2.5 seconds, and may happen to end during the check. */
static void test_jobs(void **state)
{
	for (unsigned int length = 1500; length < 2500; length += 50) {
		const struct scene scene = {
			.others = 1, .job = 20000, .length = length, .per_step = 5000
		};

		end(state);
		begin(state);
		assert_int_equal(play(*state, &scene, 60), 0);
	}
	assert_true(suspected > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reader, begin, end),
		cmocka_unit_test_setup_teardown(test_likely, begin, end),
		cmocka_unit_test_setup_teardown(test_farther, begin, end),
		cmocka_unit_test_setup_teardown(test_descendants, begin, end),
		cmocka_unit_test_setup_teardown(test_strangers, begin, end),
		cmocka_unit_test_setup_teardown(test_no_loop, begin, end),
		cmocka_unit_test_setup_teardown(test_other_reasons, begin, end),
		cmocka_unit_test_setup_teardown(test_calm, begin, end),
		cmocka_unit_test_setup_teardown(test_gone, begin, end),
		cmocka_unit_test_setup_teardown(test_no_limits, begin, end),
		cmocka_unit_test_setup_teardown(test_loops, begin, end),
		cmocka_unit_test_setup_teardown(test_programs_for_others, begin, end),
		cmocka_unit_test_setup_teardown(test_supervisor, begin, end),
		cmocka_unit_test_setup_teardown(test_jobs, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
