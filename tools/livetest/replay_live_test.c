/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters have the same meaning in a replay and in a live session. One eventstrace records all
 * events, and others run beside it with random filters. A replay of the recording with the filters
 * of one session must print the events that this session printed.
 *
 * The test prints its seed. LIVETEST_SEED in the environment sets the seed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/memfd.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/cgroups.h"
#include "tools/livetest/memory.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/tracer.h"

#define SESSIONS 3  /* number of sessions with filters */
#define ACTORS   6  /* number of processes that exist before the sessions */
#define ROUNDS   12 /* number of actions of each actor */
#define FLAGS    8  /* largest number of filters of one session */

static uint64_t seed;

/* A pseudo-random number below @limit, by xorshift. */
static unsigned int any(uint64_t *random, unsigned int limit)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (unsigned int)(*random >> 33) % limit;
}

/* ---- directories and cgroups --------------------------------------------------------------- */

static char top[64];           /* a directory that contains the directories of all files */
static char cgroups[PATH_MAX]; /* mount point of the cgroups of version 2; empty: there is none */

static const char *const folders[] = { "a", "ab", "b" };
static const char *const names[] = { "alpha", "beta", "a,b", "\\gamma*" };
static const unsigned int users[] = { 0, 1001, 1002 };
static const char *const groups[] = { "et-replay", "et-replay/below", "et-replay-other" };

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void find_cgroups(void)
{
	char path[2 * PATH_MAX];

	cgroups_find(cgroups, sizeof(cgroups));
	for (size_t i = 0; *cgroups && i < COUNT(groups); i++) {
		snprintf(path, sizeof(path), "%s/%s", cgroups, groups[i]);
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			*cgroups = '\0';
	}
	if (!*cgroups)
		print_message("no cgroups of version 2 here: not filtered by them\n");
}

static int set_up(void **state)
{
	char path[128];

	(void)state;
	snprintf(top, sizeof(top), "/tmp/et-replay-XXXXXX");
	if (!mkdtemp(top) || chmod(top, 0777) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", top, folders[i]);
		if (mkdir(path, 0777) < 0 || chmod(path, 0777) < 0)
			return -1;
	}
	find_cgroups();
	return 0;
}

static int tear_down(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", top, folders[i]);
		rmdir(path);
	}
	for (size_t i = COUNT(groups); *cgroups && i--;) {
		snprintf(path, sizeof(path), "%s/%s", cgroups, groups[i]);
		cgroups_remove(path);
	}
	return rmdir(top);
}

/* ---- actions ------------------------------------------------------------------------------- */

static void enter_group(unsigned int group)
{
	char path[2 * PATH_MAX];
	int fd;

	if (!*cgroups)
		return;
	snprintf(path, sizeof(path), "%s/%s/cgroup.procs", cgroups, groups[group]);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return; /* only root may change the cgroup */
	if (write(fd, "0", 1) != 1)
		_exit(98);
	close(fd);
}

static void use_files(uint64_t *random)
{
	static unsigned int number;
	char from[128], to[128];
	int fd;

	snprintf(from, sizeof(from), "%s/%s/%d.%u", top, folders[any(random, COUNT(folders))],
		 getpid(), number++);
	snprintf(to, sizeof(to), "%s/%s/%d.%u", top, folders[any(random, COUNT(folders))], getpid(),
		 number++);
	fd = open(from, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		_exit(97);
	close(fd);
	if (rename(from, to) < 0 || unlink(to) < 0)
		_exit(96);
}

static void fail_to_exec(uint64_t *random)
{
	static const char *const files[] = { "missing", "./missing", "a/missing", "/missing" };
	char *const argv[] = { (char *)"missing", NULL }, *const none[] = { NULL };
	char folder[128];

	snprintf(folder, sizeof(folder), "%s/%s", top, folders[any(random, COUNT(folders))]);
	if (chdir(any(random, 3) ? folder : "/") < 0)
		_exit(95);
	execve(files[any(random, COUNT(files))], argv, none);
}

static void try_to_connect(void)
{
	const struct sockaddr_in nobody = { .sin_family = AF_INET,
					    .sin_port = htons(1),
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		_exit(94);
	/* No process listens on this address. */
	if (connect(fd, (const struct sockaddr *)&nobody, sizeof(nobody)) == 0)
		_exit(98);
	close(fd);
}

static void act(uint64_t *random, int depth);

static void fork_child(uint64_t *random, int depth)
{
	uint64_t own = *random ^ 0x9e3779b97f4a7c15;
	unsigned int rounds = any(&own, 4), user = any(&own, COUNT(users)), end = any(&own, 4);
	pid_t pid = fork();

	if (pid < 0)
		_exit(93);
	if (pid) {
		/*
		 * Some children get another parent, because this process does not wait and may end
		 * first.
		 */
		if (any(random, 3))
			waitpid(pid, NULL, 0);
		return;
	}
	if (!any(&own, 3) && getuid() == 0 && setresuid(users[user], users[user], users[user]) < 0)
		_exit(92);
	for (unsigned int i = 0; i < rounds; i++)
		act(&own, depth + 1);
	if (end == 0)
		kill(getpid(), SIGKILL);
	if (end == 1) {
		char *const argv[] = { (char *)"noop", NULL };

		execv(runfiles_case("noop"), argv);
	}
	_exit((int)end);
}

static void act(uint64_t *random, int depth)
{
	int fd;

	switch (any(random, 9)) {
	case 0:
	case 1:
		if (depth < 3)
			fork_child(random, depth);
		break;
	case 2:
		prctl(PR_SET_NAME, names[any(random, COUNT(names))]);
		break;
	case 3:
		use_files(random);
		break;
	case 4:
		fail_to_exec(random);
		break;
	case 5:
		try_to_connect();
		break;
	case 6:
		fd = memfd_create("et-replay", MFD_CLOEXEC);
		close(fd);
		setsid();
		break;
	case 7:
		fd = shmget(IPC_PRIVATE, 4096, 0600);
		shmctl(fd, IPC_RMID, NULL);
		break;
	default:
		enter_group(any(random, COUNT(groups)));
		break;
	}
}

/* An actor: a process that exists before the sessions. It waits for a byte and then acts. */
static void act_as(size_t i, int go, int ready)
{
	uint64_t random = (seed + 77 * (i + 1)) * 0x9e3779b97f4a7c15 | 1;
	char byte;

	prctl(PR_SET_NAME, names[i % COUNT(names)]);
	enter_group((unsigned int)(i % COUNT(groups)));
	if (i % 3 == 2 && setresuid(users[1], users[1], users[1]) < 0)
		_exit(91);
	if (write(ready, "", 1) != 1 || read(go, &byte, 1) != 1)
		_exit(90);
	for (int n = 0; n < ROUNDS; n++)
		act(&random, 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
	_exit(0);
}

/*
 * Start actor @i, with actors @i + 2, @i + 4 and so on as its descendants. Returns only in the
 * caller.
 */
static void start_actor(size_t i, const int go[2], const int ready[2], pid_t pids[])
{
	pid_t pid = fork();

	if (pid < 0)
		_exit(89);
	if (pid) {
		pids[i] = pid;
		return;
	}
	pids[i] = getpid();
	if (i + 2 < ACTORS)
		start_actor(i + 2, go, ready, pids);
	/* If the test ends early, the actors see the end of the pipe and end too. */
	close(go[1]);
	close(ready[0]);
	act_as(i, go[0], ready[1]);
}

static pid_t *start_actors(int *ret_go)
{
	pid_t *pids = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int go[2], ready[2];
	char byte;

	assert_true(pids != MAP_FAILED);
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	start_actor(0, go, ready, pids);
	start_actor(1, go, ready, pids);
	for (int i = 0; i < ACTORS; i++)
		assert_int_equal(read(ready[0], &byte, 1), 1);
	close(go[0]);
	close(ready[0]);
	close(ready[1]);
	*ret_go = go[1];
	return pids;
}

/*
 * Enough event types for every kind of filter. With more, loading several sessions would be slow.
 */
#define EVENTS \
	"fork,exec,exit,setsid,setuid,exec-failed,memfd-create,shmget,delete,create,conn-attempt"

/* ---- filters ------------------------------------------------------------------------------- */

struct filters {
	char text[FLAGS][160];
	size_t count;
};

__attribute__((format(printf, 2, 3))) static void add(struct filters *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->text[f->count++], sizeof(f->text[0]), fmt, ap);
	va_end(ap);
}

#define KINDS 6

/* Add a filter of kind @which, which is below KINDS. */
static void add_any(struct filters *f, uint64_t *random, const pid_t *pids, unsigned int which)
{
	const char *form = any(random, 2) ? "" : "exclude-";

	if (which == 4 && !*cgroups)
		which = 0;
	switch (which) {
	case 0:
		add(f, "--%spid=%d", form, (int)pids[any(random, ACTORS)]);
		break;
	case 1:
		add(f, "--%stree=%d", form, (int)pids[any(random, ACTORS)]);
		break;
	case 2:
		add(f, "--%suid=%u", form, users[any(random, COUNT(users))]);
		break;
	case 3: {
		static const char *const escaped[] = { "alpha", "be?a", "a\\,b", "\\\\gamma\\*",
						       "*a" };

		add(f, "--%scomm=%s", form, escaped[any(random, COUNT(escaped))]);
		break;
	}
	case 4:
		add(f, "--%scgroup=%s", form, groups[any(random, COUNT(groups))]);
		break;
	default:
		add(f, "--%spath-prefix=%s/%s", form, top, folders[any(random, COUNT(folders))]);
		break;
	}
}

/* ---- comparison ---------------------------------------------------------------------------- */

/*
 * Members that are the same in each session. Times and values that a program reads later may
 * differ.
 */
#define FIELDS                                                                       \
	"--fields=event_type,pids.tid,pids.tgid,pids.start_time_ns,parent_pids.tid," \
	"child_pids.tid,comm,creds.ruid,path,old_path,new_path,filename,cwd,error,"  \
	"exit_code,exit_signal,cgroup_id,parent_cgroup_id,new_ruid,key,size"

struct lines {
	char **at;
	size_t count;
};

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* True if an actor, or a process that an actor started, caused the event. */
static bool is_ours(const char *line)
{
	return strstr(line, "\"comm\":\"alpha\"") || strstr(line, "\"comm\":\"beta\"") ||
	       strstr(line, "\"comm\":\"a,b\"") || strstr(line, "gamma*\"") ||
	       strstr(line, "\"comm\":\"noop\"");
}

static void keep(struct lines *to, const char *line)
{
	if (!is_ours(line))
		return;
	to->at = must_realloc(to->at, (to->count + 1) * sizeof(*to->at));
	to->at[to->count++] = strdup(line);
}

static void sort(struct lines *lines)
{
	if (lines->count)
		qsort(lines->at, lines->count, sizeof(*lines->at), compare);
}

static void forget(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->at[i]);
	free(lines->at);
}

/* The lines of a replay with the filters @f. */
static struct lines replay(const char *recording, const struct filters *f)
{
	const char *argv[6 + FLAGS] = { runfiles_tool(), "--replay", recording, FIELDS };
	struct proc_options proc = { .argv = argv };
	char *out = NULL, *err = NULL, *line, *rest;
	struct lines ret = { .count = 0 };

	for (size_t i = 0; i < f->count; i++)
		argv[4 + i] = f->text[i];
	if (output_of(&proc, &out, &err) != 0)
		fail_msg("replay: %s", err);
	rest = out;
	while ((line = strsep(&rest, "\n")))
		keep(&ret, line);
	sort(&ret);
	free(out);
	free(err);
	return ret;
}

static void print_filters(const struct filters *f)
{
	for (size_t i = 0; i < f->count; i++)
		print_message(" %s", f->text[i]);
}

/* Return: the number of differences. */
static unsigned int differences(const struct lines *live, const struct lines *replayed)
{
	unsigned int n = 0;
	size_t i = 0, k = 0;

	while (i < live->count || k < replayed->count) {
		int order = i == live->count       ? 1
			    : k == replayed->count ? -1
						   : strcmp(live->at[i], replayed->at[k]);

		if (order && n++ < 5)
			print_message("\n  only %s: %s", order < 0 ? "live" : "replayed",
				      order < 0 ? live->at[i] : replayed->at[k]);
		i += order <= 0;
		k += order >= 0;
	}
	return n;
}

static void start(struct tracer **ret, const char *const *flags)
{
	const struct tracer_options opts = { .flags = flags };

	assert_int_equal(tracer_start(&opts, ret), 0);
}

static void test_filters(void **state)
{
	char recording[96];
	const char *all[] = { "-e", EVENTS, "--snapshot", "--record", recording, "-s", NULL };
	struct filters filters[SESSIONS] = { 0 };
	struct tracer *recorder, *sessions[SESSIONS];
	uint64_t random = seed * 0x9e3779b97f4a7c15 | 1; /* similar seeds give different numbers */
	unsigned int wrong = 0;
	struct tracer_result r;
	pid_t *pids;
	int go;

	(void)state;
	snprintf(recording, sizeof(recording), "%s/recording", top);
	pids = start_actors(&go);
	start(&recorder, all);
	for (size_t i = 0; i < SESSIONS; i++) {
		const char *flags[5 + FLAGS] = { "-e", EVENTS, "-s", FIELDS };
		unsigned int count = 1 + any(&random, 3);

		/* Two runs whose seeds differ by one contain each kind of filter at least once. */
		add_any(&filters[i], &random, pids, (seed % 2 * SESSIONS + i) % KINDS);
		while (filters[i].count < count)
			add_any(&filters[i], &random, pids, any(&random, KINDS));
		for (size_t k = 0; k < count; k++)
			flags[4 + k] = filters[i].text[k];
		start(&sessions[i], flags);
	}
	for (int i = 0; i < ACTORS; i++)
		assert_int_equal(write(go, "", 1), 1);
	/* These two actors are children of the test. All others are their descendants. */
	for (int i = 0; i < 2; i++)
		assert_true(waitpid(pids[i], NULL, 0) == pids[i]);
	/* Processes that got another parent may still be running. */
	usleep((useconds_t)proc_scaled_ms(300) * 1000);

	assert_int_equal(tracer_stop(recorder, SIGINT, &r), 0);
	assert_int_equal(r.status, 0);
	tracer_result_free(&r);
	for (size_t i = 0; i < SESSIONS; i++) {
		struct lines live = { .count = 0 }, replayed;
		unsigned int n;

		assert_int_equal(tracer_stop(sessions[i], SIGINT, &r), 0);
		assert_int_equal(r.status, 0);
		for (size_t k = 1; k < r.count; k++) /* the first line is the one that -i prints */
			keep(&live, r.lines[k]);
		sort(&live);
		replayed = replay(recording, &filters[i]);
		print_message("%zu events:", live.count);
		print_filters(&filters[i]);
		n = differences(&live, &replayed);
		print_message("%s\n", n ? "" : ": the same");
		wrong += n;
		forget(&live);
		forget(&replayed);
		tracer_result_free(&r);
	}
	close(go);
	munmap(pids, 4096);
	unlink(recording);
	assert_int_equal(wrong, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_filters, set_up, tear_down),
	};
	const char *given = getenv("LIVETEST_SEED");

	if (runfiles_init(argc, argv) < 0)
		return 2;
	seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL) << 16 | (uint16_t)getpid();
	printf("LIVETEST_SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
