/* SPDX-License-Identifier: BSD-2-Clause */
/* Workload build: the host's C compiler builds a small program from sources of this tree. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/work/work.h"
#include "tools/cases/account.h"

#define UNITS 6 /* translation units; they come before the headers */

static const char main_c[] = "#include \"bench/stats/stats.h\"\n"
			     "int main(void)\n"
			     "{\n"
			     "	const double v[] = { 1, 2, 3 };\n"
			     "\n"
			     "	return stats_of(v, 3).count == 3 ? 0 : 1;\n"
			     "}\n";

/* #embed only takes a literal path, so each file needs a variable. */
static const char stats_c[] = {
#embed "bench/stats/stats.c"
	, '\0'
};
static const char rank_c[] = {
#embed "bench/stats/rank.c"
	, '\0'
};
static const char host_stats_c[] = {
#embed "bench/run/host_stats.c"
	, '\0'
};
static const char log_err_c[] = {
#embed "bench/run/log_err.c"
	, '\0'
};
static const char output_c[] = {
#embed "bench/run/output.c"
	, '\0'
};
static const char stats_h[] = {
#embed "bench/stats/stats.h"
	, '\0'
};
static const char rank_h[] = {
#embed "bench/stats/rank.h"
	, '\0'
};
static const char host_stats_h[] = {
#embed "bench/run/host_stats.h"
	, '\0'
};
static const char log_err_h[] = {
#embed "bench/run/log_err.h"
	, '\0'
};
static const char output_h[] = {
#embed "bench/run/output.h"
	, '\0'
};

static const struct {
	const char *path, *text;
} sources[] = {
	{ "main.c", main_c },
	{ "bench/stats/stats.c", stats_c },
	{ "bench/stats/rank.c", rank_c },
	{ "bench/run/host_stats.c", host_stats_c },
	{ "bench/run/log_err.c", log_err_c },
	{ "bench/run/output.c", output_c },
	{ "bench/stats/stats.h", stats_h },
	{ "bench/stats/rank.h", rank_h },
	{ "bench/run/host_stats.h", host_stats_h },
	{ "bench/run/log_err.h", log_err_h },
	{ "bench/run/output.h", output_h },
};

static const char *missing(void)
{
	return work_compiler() ? NULL : "there is no cc in /usr/bin or /bin";
}

static void *setup(const struct runfiles *runfiles)
{
	char *folder = malloc(512);

	CHECK(folder);
	snprintf(folder, 512, "%.*s/build", (int)(strrchr(runfiles->noop, '/') - runfiles->noop),
		 runfiles->noop);
	CHECK(mkdir(folder, 0700) == 0 && chdir(folder) == 0);
	CHECK(mkdir("bench", 0700) == 0 && mkdir("bench/run", 0700) == 0 &&
	      mkdir("bench/stats", 0700) == 0);
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		int fd = open(sources[i].path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		size_t len = strlen(sources[i].text);

		CHECK(fd >= 0 && write(fd, sources[i].text, len) == (ssize_t)len);
		CHECK(close(fd) == 0);
	}
	return folder;
}

static void start(char *const *argv)
{
	static char *const envp[] = { (char *)"PATH=/usr/bin:/bin", (char *)"LC_ALL=C",
				      (char *)"TMPDIR=.", NULL };
	int status;
	pid_t pid;

	CHECK(posix_spawn(&pid, work_compiler(), NULL, NULL, argv, envp) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void run(void *state, uint64_t count)
{
	char objects[UNITS][32];
	char *link[UNITS + 6] = { (char *)"cc", (char *)"-o", (char *)"program" };

	(void)state;
	while (count--) {
		for (size_t i = 0; i < UNITS; i++) {
			char *compile[] = { (char *)"cc", (char *)"-O1", (char *)"-D_GNU_SOURCE",
					    (char *)"-I", (char *)".",   (char *)"-c",
					    (char *)"-o", objects[i],    (char *)sources[i].path,
					    NULL };

			snprintf(objects[i], sizeof(objects[i]), "%zu.o", i);
			start(compile);
			link[3 + i] = objects[i];
		}
		link[3 + UNITS] = (char *)"-lm";
		link[4 + UNITS] = (char *)"-lpthread";
		link[5 + UNITS] = NULL;
		start(link);
	}
}

/* Each measurement makes a new folder. */
static void done(void *state)
{
	CHECK(chdir("/") == 0);
	work_remove_folder(state);
}

static struct bench_workload workload = {
	.name = "build",
	.doc = "the host's cc compiles six C files of this project, and links them",
	.operation = "build",
	.events = "fork,exec,exit,file",
	.order = 61,
	.work = 2,
	.varied = true,
	.missing = missing,
	.setup = setup,
	.run = run,
	.done = done,
};
BENCH_WORKLOAD(workload)
