/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/environment.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/run/host_stats.h"
#include "bench/work/work.h"
#include "lib/counters/bpf_counters.h"
#include "lib/include/eventstrace.h"

#define MITIGATIONS "/sys/devices/system/cpu/vulnerabilities"

/* The first line of a file, or an empty string. */
static void first_line(const char *path, char *ret, size_t size)
{
	FILE *f = fopen(path, "re");

	*ret = '\0';
	if (!f)
		return;
	if (!fgets(ret, (int)size, f))
		*ret = '\0';
	fclose(f);
	ret[strcspn(ret, "\n")] = '\0';
}

/* Run a program, and take the first line of its stdout, or an empty string. */
static void ask(const char *const *argv, char *ret, size_t size)
{
	int fds[2];
	ssize_t got = 0;
	pid_t pid;

	*ret = '\0';
	if (pipe2(fds, O_CLOEXEC) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		if (null >= 0 && dup2(null, 0) >= 0 && dup2(fds[1], 1) >= 0 && dup2(null, 2) >= 0)
			execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(fds[1]);
	if (pid > 0) {
		got = read(fds[0], ret, size - 1);
		close(fds[0]);
		waitpid(pid, NULL, 0);
	} else {
		close(fds[0]);
	}
	ret[got > 0 ? got : 0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

static void ask_git(const char *tree, const char *const *args, char *ret, size_t size)
{
	const char *argv[8] = { "git", "-C", tree };
	int n = 3;

	while (*args && n < 7)
		argv[n++] = *args++;
	ask(argv, ret, size);
}

static void add_tree(yyjson_mut_doc *doc, yyjson_mut_val *env)
{
	static const char *const commit_args[] = { "rev-parse", "--short=12", "HEAD", NULL };
	static const char *const status_args[] = { "status", "--porcelain", NULL };
	/* "bazel run" sets this variable to the path of the source tree. */
	const char *tree = getenv("BUILD_WORKSPACE_DIRECTORY");
	char commit[64] = "", status[64] = "";

	if (tree) {
		ask_git(tree, commit_args, commit, sizeof(commit));
		ask_git(tree, status_args, status, sizeof(status));
	}
	if (*commit)
		yyjson_mut_obj_add_strcpy(doc, env, "commit", commit);
	else
		yyjson_mut_obj_add_null(doc, env, "commit");
	yyjson_mut_obj_add_bool(doc, env, "dirty", *status);
	yyjson_mut_obj_add_strcpy(doc, env, "version", et_version());
}

/* Add the version of the compiler that the workload `build` uses. */
static void add_compiler(yyjson_mut_doc *doc, yyjson_mut_val *env)
{
	const char *const argv[] = { work_compiler(), "--version", NULL };
	char line[200] = "";

	if (argv[0])
		ask(argv, line, sizeof(line));
	if (*line)
		yyjson_mut_obj_add_strcpy(doc, env, "compiler", line);
	else
		yyjson_mut_obj_add_null(doc, env, "compiler");
}

static void add_cpu_model(yyjson_mut_doc *doc, yyjson_mut_val *env)
{
	char model[200];

	host_cpu_model(model, sizeof(model));
	yyjson_mut_obj_add_strcpy(doc, env, "cpu_model", model);
}

static void add_mitigations(yyjson_mut_doc *doc, yyjson_mut_val *env)
{
	yyjson_mut_val *all = yyjson_mut_obj_add_obj(doc, env, "mitigations");
	DIR *dir = opendir(MITIGATIONS);
	const struct dirent *e;

	while (dir && (e = readdir(dir))) {
		char path[512], line[256];

		if (*e->d_name == '.')
			continue;
		snprintf(path, sizeof(path), MITIGATIONS "/%s", e->d_name);
		first_line(path, line, sizeof(line));
		yyjson_mut_obj_add(all, yyjson_mut_strcpy(doc, e->d_name),
				   yyjson_mut_strcpy(doc, line));
	}
	if (dir)
		closedir(dir);
}

static void add_load(yyjson_mut_doc *doc, yyjson_mut_val *env)
{
	yyjson_mut_val *load = yyjson_mut_obj_add_arr(doc, env, "load_average");
	struct timespec second = { .tv_sec = 1 };
	struct host_cpu a, b;
	double v[3];

	if (getloadavg(v, 3) == 3) {
		for (int i = 0; i < 3; i++)
			yyjson_mut_arr_add_real(doc, load, v[i]);
	}
	if (host_cpu(&a) < 0 || nanosleep(&second, NULL) < 0 || host_cpu(&b) < 0) {
		yyjson_mut_obj_add_null(doc, env, "busy_percent");
		return;
	}
	yyjson_mut_obj_add_real(doc, env, "busy_percent",
				100 * (b.user + b.system - a.user - a.system) /
					(b.total - a.total));
}

/*
 * Add the cgroup path of this process, in the hierarchy of the pids controller or the unified one.
 */
static void add_cgroup(yyjson_mut_doc *doc, yyjson_mut_val *env)
{
	char line[4200], path[4096] = "/", one[4096];
	FILE *f = fopen("/proc/self/cgroup", "re");

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*d:pids:%4095[^\n]", one) == 1) {
			snprintf(path, sizeof(path), "%s", one);
			break;
		}
		if (sscanf(line, "0::%4095[^\n]", one) == 1)
			snprintf(path, sizeof(path), "%s", one);
	}
	if (f)
		fclose(f);
	yyjson_mut_obj_add_strcpy(doc, env, "cgroup_path", path);
}

yyjson_mut_val *environment_caps(yyjson_mut_doc *doc, bool before)
{
	static const struct {
		const char *name;
		int now, before;
	} caps[] = {
#define ET_CAP(now, before)                   now, before
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) { #NAME, CAPS(cap) },
#define CAPS(...)                             CAPS_(__VA_ARGS__, __VA_ARGS__, 0)
#define CAPS_(now, before, ...)               now, before
#include "lib/wire/schema.def"
	};
	yyjson_mut_val *all = yyjson_mut_obj(doc);

	for (size_t i = 0; i < sizeof(caps) / sizeof(*caps); i++) {
		char name[64];
		size_t n;

		for (n = 0; caps[i].name[n] && n < sizeof(name) - 1; n++)
			name[n] = (char)tolower((unsigned char)caps[i].name[n]);
		name[n] = '\0';
		yyjson_mut_obj_add(all, yyjson_mut_strcpy(doc, name),
				   yyjson_mut_int(doc, before ? caps[i].before : caps[i].now));
	}
	return all;
}

yyjson_mut_val *environment_json(yyjson_mut_doc *doc)
{
	yyjson_mut_val *env = yyjson_mut_obj(doc);
	struct utsname name = { 0 };
	time_t now = time(NULL);
	char text[64];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	yyjson_mut_obj_add_strcpy(doc, env, "time", text);
	add_tree(doc, env);
	uname(&name);
	yyjson_mut_obj_add_strcpy(doc, env, "kernel_release", name.release);
	yyjson_mut_obj_add_strcpy(doc, env, "kernel_version", name.version);
	yyjson_mut_obj_add_strcpy(doc, env, "machine", name.machine);
	add_cpu_model(doc, env);
	yyjson_mut_obj_add_int(doc, env, "cpus_online", get_nprocs());
	yyjson_mut_obj_add_int(doc, env, "cpus_possible", et_bpf_counters__possible_cpus());
	yyjson_mut_obj_add_uint(doc, env, "memory_bytes",
				(uint64_t)sysconf(_SC_PHYS_PAGES) *
					(uint64_t)sysconf(_SC_PAGESIZE));
	first_line("/proc/sys/net/core/bpf_jit_enable", text, sizeof(text));
	yyjson_mut_obj_add_bool(doc, env, "bpf_jit", *text && *text != '0');
	/* Always true, because the benchmark does not start without these statistics. */
	yyjson_mut_obj_add_bool(doc, env, "bpf_stats", true);
	add_mitigations(doc, env);
	add_load(doc, env);
	yyjson_mut_obj_add_val(doc, env, "caps", environment_caps(doc, false));
	add_cgroup(doc, env);
	add_compiler(doc, env);
	return env;
}
