/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The privileges that eventstrace keeps while it records. Without the others, an attacker who
 * exploits a fault of eventstrace gains little.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/eventstrace/output_flags.h"
#include "tools/eventstrace/privileges.h"
#include "tools/livetest/cannot.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

#define NOBODY 65534

/* ---- a process that drops the same privileges ---------------------------------------------- */

/*
 * Exit status of a process that attempts a call. DONE: the call succeeded. NO_GIVE: the process
 * could not drop its privileges. Below DONE: the errno of the call.
 */
#define DONE    200
#define NO_GIVE 201

static int no_map(void *ctx)
{
	(void)ctx;
	return 0;
}

static int make_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int make_socket_pair(void)
{
	int fds[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
}

static int execute(void)
{
	char *const argv[] = { (char *)"/proc/self/exe", NULL };

	return execve(argv[0], argv, argv + 1);
}

static int trace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int make_process(void)
{
	return (int)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
}

static int load_program(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)insns,
		.insn_cnt = sizeof(insns) / sizeof(*insns),
		.license = (uintptr_t)"GPL",
	};

	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int open_to_read(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static int open_to_write(void)
{
	return open("/tmp/eventstrace-privileges", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static int read_own_file(void)
{
	return open("/proc/self/fdinfo/1", O_RDONLY | O_CLOEXEC);
}

static int execute_memory(void)
{
	const void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}

static int become_root(void)
{
	return setresuid(0, 0, 0);
}

static void *nothing(void *arg)
{
	return arg;
}

static int make_thread(void)
{
	pthread_t thread;
	int r = pthread_create(&thread, NULL, nothing, NULL);

	if (r == 0)
		return pthread_join(thread, NULL);
	errno = r;
	return -1;
}

/*
 * The folder of an output that is opened again later. privileges_drop() permits it only if
 * files.count is 1.
 */
static char folder[] = "/tmp/eventstrace-privileges-XXXXXX";
static struct privileges_files files = { .folders = { { .mode = 0640 } } };

static int make_file(void)
{
	int fd = openat(files.folders[0].fd, "made", OUTPUT_MAKE, 0600);

	return fd < 0 ? fd : fchmod(fd, 0640);
}

static int continue_file(void)
{
	int fd = openat(files.folders[0].fd, "made", OUTPUT_CONTINUE);

	return fd < 0 ? fd : (int)write(fd, "x", 1);
}

static int empty_file(void)
{
	return openat(files.folders[0].fd, "made", OUTPUT_CONTINUE | O_TRUNC);
}

static int overwrite_file(void)
{
	return openat(files.folders[0].fd, "made", O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
}

static int read_file(void)
{
	return openat(files.folders[0].fd, "made", O_RDONLY | O_CLOEXEC);
}

static int permit_file(void)
{
	int fd = openat(files.folders[0].fd, "made", OUTPUT_CONTINUE);

	return fd < 0 ? -1 : fchmod(fd, 0666);
}

static int remove_file(void)
{
	return unlinkat(files.folders[0].fd, "made", 0);
}

static int rename_file(void)
{
	if (renameat(files.folders[0].fd, "made", files.folders[0].fd, "made.1") < 0)
		return -1;
	return renameat(files.folders[0].fd, "made.1", files.folders[0].fd, "made");
}

static int rename_to_elsewhere(void)
{
	return renameat(files.folders[0].fd, "made", AT_FDCWD, "/tmp/eventstrace-privileges");
}

static int rename_upwards(void)
{
	return renameat(files.folders[0].fd, "made", files.folders[0].fd,
			"../eventstrace-privileges");
}

static int make_elsewhere(void)
{
	return openat(AT_FDCWD, "/tmp/eventstrace-privileges", OUTPUT_MAKE, 0600);
}

static int continue_elsewhere(void)
{
	return openat(files.folders[0].fd, "../eventstrace-privileges", OUTPUT_CONTINUE);
}

/*
 * Fork a process that drops its privileges if @give_up, and calls @call. Return: its wait status.
 */
static int attempt(int (*call)(void), bool give_up)
{
	const struct privileges_wanted wanted = {
		.read_map = no_map,
		.outputs = { 1, -1 },
		.files = files,
	};
	struct privileges_report report;
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (give_up && privileges_drop(&wanted, &report) < 0)
			_exit(NO_GIVE);
		_exit(call() < 0 ? errno : DONE);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/*
 * True if a line of the report contains @line, and does not say that this kernel lacks the feature.
 */
static bool has(const char *line)
{
	const struct privileges_wanted wanted = { .read_map = no_map, .outputs = { 1, -1 } };
	struct privileges_report report;
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		bool found = false;

		if (privileges_drop(&wanted, &report) < 0)
			_exit(NO_GIVE);
		for (size_t i = 0; i < report.count; i++)
			found |=
				strstr(report.lines[i], line) && !strstr(report.lines[i], "not on");
		_exit(found);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
	return WEXITSTATUS(status);
}

static void fails(const char *what, int (*call)(void), int err)
{
	int status = attempt(call, false);

	/* With all privileges, the call succeeds. So the dropped privileges cause the failure. */
	if (!WIFEXITED(status) || WEXITSTATUS(status) != DONE)
		fail_msg("%s, with all privileges: wait status 0x%x", what, (unsigned int)status);
	status = attempt(call, true);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != err)
		fail_msg("%s: wait status 0x%x, not errno %d", what, (unsigned int)status, err);
}

static void kills(const char *what, int (*call)(void))
{
	int status = attempt(call, true);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
		fail_msg("%s: wait status 0x%x", what, (unsigned int)status);
}

static void works(const char *what, int (*call)(void))
{
	int status = attempt(call, true);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != DONE)
		fail_msg("%s: wait status 0x%x", what, (unsigned int)status);
}

static void test_calls(void **state)
{
	(void)state;
	if (!has("seccomp:")) {
		assert_true(cannot("privileges/seccomp", "the kernel has no seccomp filters"));
		return;
	}
	kills("socket", make_socket);
	kills("socketpair", make_socket_pair);
	kills("execve", execute);
	kills("ptrace", trace);
	fails("clone", make_process, EPERM);
	fails("bpf(BPF_PROG_LOAD)", load_program, EPERM);
	fails("executable memory", execute_memory, EPERM);
	fails("setresuid", become_root, EPERM);
	fails("open to write", open_to_write, EPERM);
	unlink("/tmp/eventstrace-privileges");
	works("a thread", make_thread);
}

static void test_files(void **state)
{
	(void)state;
	works("open of a file of the summary", read_own_file);
	if (has("Landlock"))
		fails("open to read", open_to_read, EACCES);
	else
		assert_true(cannot("privileges/landlock", "the kernel has no Landlock"));
}

/* An output that is opened again can be made and continued, but only in its folder. */
static void test_files_again(void **state)
{
	bool landlock = has("Landlock");
	char path[64];

	(void)state;
	if (!has("seccomp:"))
		return;
	assert_non_null(mkdtemp(folder));
	files.folders[0].fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(files.folders[0].fd >= 0);
	snprintf(path, sizeof(path), "%s/made", folder);
	/* Making the file is forbidden unless the caller requests it. */
	assert_int_equal(attempt(make_file, true), EPERM << 8);
	files.count = 1;
	works("a new file in the folder", make_file);
	works("more of a file in the folder", continue_file);
	fails("an empty file", empty_file, EPERM);
	works("more of a file in the folder", continue_file);
	fails("a file that is overwritten", overwrite_file, EPERM);
	fails("fchmod", permit_file, EPERM);
	if (landlock)
		fails("reading in the folder", read_file, EACCES);
	assert_int_equal(attempt(remove_file, true), EPERM << 8);
	fails("rename", rename_file, EPERM);
	files.folders[0].rename = true;
	works("rename in the folder", rename_file);
	assert_int_equal(attempt(rename_to_elsewhere, true), EPERM << 8);
	if (landlock)
		assert_true(WEXITSTATUS(attempt(rename_upwards, true)) != DONE);
	works("removal in the folder", remove_file);
	files.folders[0].rename = false;
	works("a new file in the folder", make_file);
	fails("a new file elsewhere", make_elsewhere, EPERM);
	if (landlock)
		fails("a file above the folder", continue_elsewhere, EACCES);
	files.count = 0;
	close(files.folders[0].fd);
	unlink("/tmp/eventstrace-privileges");
	unlink(path);
	rmdir(folder);
}

/* ---- eventstrace itself -------------------------------------------------------------------- */

/*
 * A line of /proc/PID/task/TID/status, without its name and blanks. Return: false if the thread has
 * ended.
 */
static bool status_line(pid_t pid, const char *tid, const char *name, char *ret, size_t size)
{
	char path[64], line[256];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%s/status", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f)) {
		size_t len = strlen(name);

		if (strncmp(line, name, len) != 0 || line[len] != ':')
			continue;
		found = true;
		line[strcspn(line, "\n")] = '\0';
		snprintf(ret, size, "%s", line + len + 1 + strspn(line + len + 1, "\t "));
	}
	fclose(f);
	return found;
}

struct line {
	const char *name, *text;
};

static void check_thread(pid_t pid, const char *tid, const struct line *lines)
{
	for (; lines->name; lines++) {
		char text[256];

		if (!status_line(pid, tid, lines->name, text, sizeof(text)))
			return;
		if (strcmp(text, lines->text) != 0)
			fail_msg("thread %s: %s is \"%s\", not \"%s\"", tid, lines->name, text,
				 lines->text);
	}
}

/* Return: the number of threads. */
static size_t check_threads(pid_t pid, const struct line *lines)
{
	const struct dirent *entry;
	char path[64];
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		check_thread(pid, entry->d_name, lines);
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid;
}

static void check_tracer(const char *const *flags, const char *uid, const char *gid)
{
	const struct line lines[] = {
		{ "NoNewPrivs", "1" },
		{ "Seccomp", "2" },
		{ "CapPrm", "0000000000000000" },
		{ "CapEff", "0000000000000000" },
		{ "CapInh", "0000000000000000" },
		{ "CapBnd", "0000000000000000" },
		{ "CapAmb", "0000000000000000" },
		{ "Uid", uid },
		{ "Gid", gid },
		{ "Groups", "" },
		{ NULL, NULL },
	};
	const struct tracer_options opts = { .flags = flags };
	struct tracer_result result;
	struct tracer *t;
	size_t most = 0;
	yyjson_doc *doc;
	pid_t pid;

	assert_int_equal(tracer_start(&opts, &t), 0);
	pid = tracer_pid(t);
	assert_true(check_threads(pid, lines) > 0);
	/* At the end, further threads detach the programs. */
	tracer_kill(t, SIGTERM);
	while (!has_ended(pid)) {
		size_t n = check_threads(pid, lines);

		most = n > most ? n : most;
	}
	assert_int_equal(tracer_stop(t, 0, &result), 0);
	if (result.status)
		fail_msg("wait status 0x%x: %s", (unsigned int)result.status, result.err);
	assert_true(most > 1);
	doc = tracer_summary(&result);
	/* The remaining privileges are enough to read the locked memory at the end. */
	if (!yyjson_is_obj(yyjson_obj_get(yyjson_doc_get_root(doc), "locked")))
		fail_msg("no locked memory: %s", result.err);
	yyjson_doc_free(doc);
	tracer_result_free(&result);
}

static void test_tracer(void **state)
{
	static const char *const flags[] = { "-a", "-s", NULL };

	(void)state;
	check_tracer(flags, "0\t0\t0\t0", "0\t0\t0\t0");
}

static void test_run_as(void **state)
{
	static const char *const by_number[] = { "-a", "-s", "--run-as=65534:65533", NULL };

	(void)state;
	check_tracer(by_number, "65534\t65534\t65534\t65534", "65533\t65533\t65533\t65533");
}

/*
 * Run a program. Return: its standard output if @out, else its standard error; for free(3).
 * *@ret_status: the exit status, or -1 if a signal ended it.
 */
static char *run(const char *const *argv, int (*prepare)(void *), bool out, int *ret_status)
{
	struct proc_options proc = { .argv = argv, .prepare = prepare };
	char *text;
	int status;

	/* Execute by descriptor: another user may have no access to the binary's folder. */
	proc.program_fd = open(argv[0], O_RDONLY | O_CLOEXEC);
	assert_true(proc.program_fd > 0);
	status = output_of(&proc, out ? &text : NULL, out ? NULL : &text);
	close(proc.program_fd);
	*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return text;
}

/* -v and --probe both report the dropped privileges. */
static void test_report(void **state)
{
	static const char *const said[] = { "user:", "capabilities: none left", "Landlock",
					    "seccomp:" };
	const char *verbose[] = { runfiles_tool(), "-e", "exec", "-d", "0.1", "-v", NULL };
	const char *probe[] = { runfiles_tool(), "-e", "exec", "--probe", NULL };
	int status;
	char *text;

	(void)state;
	text = run(verbose, NULL, false, &status);
	assert_int_equal(status, 0);
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		char line[64];

		snprintf(line, sizeof(line), "given up: %s", said[i]);
		if (!strstr(text, line))
			fail_msg("-v does not say \"%s\": %s", line, text);
	}
	free(text);
	text = run(probe, NULL, true, &status);
	assert_int_equal(status, 0);
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		if (!strstr(text, said[i]))
			fail_msg("--probe does not say \"%s\": %s", said[i], text);
	free(text);
}

static int become_nobody(void *ctx)
{
	(void)ctx;
	return setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY) ? errno : 0;
}

/* A replay also drops its privileges, because it decodes bytes of other users. */
static void test_replay(void **state)
{
	char dir[] = "/tmp/eventstrace-privileges-XXXXXX", file[64], link[64];
	const char *record[] = {
		runfiles_tool(), "-e", "exec", "-d", "0.1", "--record", file, NULL
	};
	const char *replay[] = { runfiles_tool(), "--replay", "-", NULL };
	const char *replay_as[] = { runfiles_tool(), "--replay", file, "--run-as=1", NULL };
	static const struct line lines[] = {
		{ "NoNewPrivs", "1" },
		{ "Seccomp", "2" },
		{ "CapEff", "0000000000000000" },
		{ NULL, NULL },
	};
	struct proc_options proc = { .argv = replay };
	char header[64], text[256] = "", *err;
	int fds[2], status, fd;
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/recording", dir);
	free(run(record, NULL, false, &status));
	assert_int_equal(status, 0);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);

	/* The replay has read the beginning of the recording, and waits for more. */
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	proc.in = fds[0];
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	close(fds[0]);
	snprintf(link, sizeof(link), "%d", pid);
	for (int i = 0; i < 1000 && strcmp(text, "2") != 0; i++) {
		usleep(10000);
		status_line(pid, link, "Seccomp", text, sizeof(text));
	}
	check_threads(pid, lines);
	while ((n = read(fd, header, sizeof(header))) > 0)
		assert_int_equal(write(fds[1], header, (size_t)n), n);
	close(fds[1]);
	assert_int_equal(proc_wait(pid, 60000, &status), 0);
	assert_int_equal(status, 0);

	/* An unprivileged caller cannot change to another user. */
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chmod(file, 0644), 0);
	err = run(replay_as, become_nobody, false, &status);
	if (status != 3 || !strstr(err, "--run-as"))
		fail_msg("exit status %d: %s", status, err);
	free(err);
	close(fd);
	unlink(file);
	rmdir(dir);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),       cmocka_unit_test(test_files),
		cmocka_unit_test(test_files_again), cmocka_unit_test(test_tracer),
		cmocka_unit_test(test_run_as),      cmocka_unit_test(test_report),
		cmocka_unit_test(test_replay),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests_name("privileges", tests, NULL, NULL);
}
