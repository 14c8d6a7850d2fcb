/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/command_run.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"

char command_folder[] = "/tmp/eventstrace-command-XXXXXX";
char command_case[sizeof(command_folder) + 16], command_events_path[sizeof(command_folder) + 16];

static void copy_file(const char *from, const char *to)
{
	char data[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	ssize_t n;

	if (in < 0 || out < 0)
		fail_msg("%s cannot be copied to %s", from, to);
	while ((n = read(in, data, sizeof(data))) > 0)
		assert_int_equal(write(out, data, (size_t)n), n);
	assert_int_equal(fchmod(out, 0755), 0);
	close(in);
	close(out);
}

int command_folder_make(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(command_folder));
	assert_int_equal(chmod(command_folder, 0755), 0);
	snprintf(command_case, sizeof(command_case), "%s/commanded", command_folder);
	snprintf(command_events_path, sizeof(command_events_path), "%s/events", command_folder);
	copy_file(runfiles_case("commanded"), command_case);
	return 0;
}

int command_folder_remove(void **state)
{
	(void)state;
	unlink(command_case);
	unlink(command_events_path);
	return rmdir(command_folder);
}

struct command_process command_start(const char *const *flags, const char *const *command,
				     const struct command_setup *setup)
{
	const char *argv[32] = { runfiles_tool(), "-o", command_events_path };
	struct proc_options proc = { .argv = argv, .in = setup->in, .prepare = setup->prepare };
	struct command_process ret = { .out = -1, .err = -1 };
	int outs[2], errs[2], n = 3, rc;

	while (*flags)
		argv[n++] = *flags++;
	argv[n++] = "--";
	while (*command && n < 31)
		argv[n++] = *command++;
	proc.prepare_ctx = setup->ctx;
	proc.envp = setup->envp;
	unlink(command_events_path);
	assert_int_equal(pipe2(outs, O_CLOEXEC), 0);
	assert_int_equal(pipe2(errs, O_CLOEXEC), 0);
	proc.out = setup->out ? setup->out : outs[1];
	proc.err = setup->err ? setup->err : errs[1];
	rc = proc_spawn(&proc, &ret.pid);
	if (rc)
		fail_msg("%s: %s", runfiles_tool(), strerror(-rc));
	close(outs[1]);
	close(errs[1]);
	ret.out = outs[0];
	ret.err = errs[0];
	return ret;
}

char *command_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 ? strdup("") : proc_read_all(fd, 60000);

	close(fd);
	return text;
}

struct command_result command_finish(const struct command_process *r)
{
	struct command_result ret = { .status = -1 };
	int status;

	ret.out = proc_read_all(r->out, 60000);
	ret.err = proc_read_all(r->err, 60000);
	close(r->out);
	close(r->err);
	assert_int_equal(proc_wait(r->pid, 60000, &status), 0);
	if (WIFEXITED(status))
		ret.status = WEXITSTATUS(status);
	ret.events = command_read(command_events_path);
	return ret;
}

void command_result_free(struct command_result *e)
{
	free(e->out);
	free(e->err);
	free(e->events);
}

struct command_result command_run(const char *const *flags, const char *const *command)
{
	const struct command_setup setup = { 0 };
	const struct command_process r = command_start(flags, command, &setup);

	return command_finish(&r);
}

size_t command_count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

size_t command_count_type(const struct command_result *e, const char *type)
{
	char text[64];

	snprintf(text, sizeof(text), "{\"event_type\":\"%s\"", type);
	return command_count(e->events, text);
}

uint64_t command_number(const char *events, const char *type, const char *pointer)
{
	uint64_t ret = 0;
	char *text = strdup(events), *rest = text, *line;

	while (!ret && (line = strsep(&rest, "\n"))) {
		yyjson_doc *doc = yyjson_read(line, strlen(line), 0);
		const char *is = yyjson_get_str(yyjson_doc_ptr_get(doc, "/event_type"));

		if (is && !strcmp(is, type))
			ret = yyjson_get_uint(yyjson_doc_ptr_get(doc, pointer));
		yyjson_doc_free(doc);
	}
	free(text);
	return ret;
}

void command_expect_status(const struct command_result *e, int status)
{
	if (e->status != status)
		fail_msg("exit status is %d, not %d; it says: %s", e->status, status, e->err);
}
