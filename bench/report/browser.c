/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/browser.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/report/file.h"

/* Time limit for one start of the browser, in seconds. It is long enough for a busy machine. */
#define PATIENCE "120"

/*
 * Run a program; @out and @err are files for its stdout and stderr. Return: its exit status, or -1.
 */
static int run(char *const argv[], const char *out, const char *err)
{
	posix_spawn_file_actions_t files;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_addopen(&files, 2, err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (posix_spawnp(&pid, argv[0], &files, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		status = -1;
	posix_spawn_file_actions_destroy(&files);
	return status < 0 ? -1 : WEXITSTATUS(status);
}

bool browser_open(struct browser *b, const char *program, const char *script)
{
	char *argv[] = { (char *)program, (char *)"--version", NULL };

	*b = (struct browser){ .program = program, .script = script };
	strcpy(b->folder, "/tmp/eventstrace-browser.XXXXXX");
	return run(argv, "/dev/null", "/dev/null") == 0 && mkdtemp(b->folder);
}

void browser_close(struct browser *b)
{
	char *argv[] = { (char *)"rm", (char *)"-rf", b->folder, NULL };

	run(argv, "/dev/null", "/dev/null");
}

/* Read a file in the browser's folder. Return: its text with a NUL; the caller frees it. */
static char *read_text(const struct browser *b, const char *name)
{
	char path[PATH_MAX], *data = NULL, *text;
	size_t len = 0;

	snprintf(path, sizeof(path), "%s/%s", b->folder, name);
	if (file_read(path, &data, &len) < 0)
		fail_msg("cannot read %s", path);
	text = strndup(data, len);
	assert_non_null(text);
	free(data);
	return text;
}

/*
 * Start Chromium with the switch @action and an address. Its output is in the files "out" and "err"
 * afterwards.
 */
static void browse(const struct browser *b, const char *action, const char *address, int width,
		   int height, bool dark)
{
	char profile[PATH_MAX], size[64], scheme[64], out[PATH_MAX], err[PATH_MAX];
	char *argv[] = {
		(char *)"timeout",
		(char *)"-k5",
		(char *)PATIENCE,
		(char *)b->program,
		(char *)"--headless=new",
		(char *)"--no-sandbox",
		(char *)"--disable-gpu",
		(char *)"--no-first-run",
		(char *)"--disable-background-networking",
		(char *)"--disable-component-update",
		(char *)"--disable-sync",
		(char *)"--hide-scrollbars",
		/* The script of the outer page must read the page inside the frame. */
		(char *)"--allow-file-access-from-files",
		/* Print messages of the page's console on stderr. */
		(char *)"--enable-logging=stderr",
		(char *)"--no-pdf-header-footer",
		profile,
		size,
		scheme,
		(char *)action,
		(char *)address,
		NULL,
	};
	int status;

	snprintf(profile, sizeof(profile), "--user-data-dir=%s/profile", b->folder);
	snprintf(size, sizeof(size), "--window-size=%d,%d", width, height);
	snprintf(scheme, sizeof(scheme), "--blink-settings=preferredColorScheme=%d", dark ? 0 : 1);
	snprintf(out, sizeof(out), "%s/out", b->folder);
	snprintf(err, sizeof(err), "%s/err", b->folder);
	status = run(argv, out, err);
	if (status)
		fail_msg("%s %s %s: exit status %d", b->program, action, address, status);
}

/*
 * Write a page that shows @page in a frame of the given size. Chromium's windows have a minimum
 * width, frames do not. @address receives the address of the outer page.
 */
static void frame(const struct browser *b, const char *page, int width, int height,
		  char address[PATH_MAX])
{
	char path[PATH_MAX - 8];
	FILE *f;

	snprintf(path, sizeof(path), "%s/frame.html", b->folder);
	snprintf(address, PATH_MAX, "file://%s", path);
	f = fopen(path, "we");
	if (!f)
		fail_msg("cannot write %s", path);
	fprintf(f,
		"<!DOCTYPE html><meta charset=utf-8><body style='margin:0'>"
		"<iframe src='file://%s' style='display:block;border:0;width:%dpx;height:%dpx'>"
		"</iframe><script src='file://%s'></script>",
		page, width, height, b->script);
	fclose(f);
}

/*
 * Add the lines of the console, such as: [1:1:1129/2.3:INFO:CONSOLE:4] "text", source: file:///page
 * (4)
 */
static void add_console(const struct browser *b, yyjson_mut_doc *doc)
{
	yyjson_mut_val *list = yyjson_mut_obj_add_arr(doc, yyjson_mut_doc_get_root(doc), "console");
	char *text = read_text(b, "err"), *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (*line == '[' && strstr(line, ":CONSOLE"))
			yyjson_mut_arr_add_strcpy(doc, list, strstr(line, ":CONSOLE") + 1);
	free(text);
}

yyjson_mut_doc *browser_look(struct browser *b, const char *page, int width, bool dark)
{
	static const char tag[] = "<pre id=\"findings\">";
	char address[PATH_MAX], *dom, *from, *end;
	yyjson_mut_doc *ret;
	yyjson_doc *doc;

	frame(b, page, width, 900, address);
	browse(b, "--dump-dom", address, width, 900, dark);
	dom = read_text(b, "out");
	from = strstr(dom, tag);
	end = from ? strstr(from, "</pre>") : NULL;
	if (!end)
		fail_msg("%s found nothing in %s", b->script, page);
	from += strlen(tag);
	doc = yyjson_read(from, (size_t)(end - from), 0);
	ret = yyjson_doc_mut_copy(doc, NULL);
	assert_non_null(ret);
	add_console(b, ret);
	yyjson_doc_free(doc);
	free(dom);
	return ret;
}

static size_t size_of(const char *file)
{
	struct stat st;

	return stat(file, &st) < 0 ? 0 : (size_t)st.st_size;
}

size_t browser_picture(struct browser *b, const char *page, int width, int height, bool dark,
		       const char *file)
{
	char address[PATH_MAX], action[PATH_MAX + 32];

	frame(b, page, width, height, address);
	snprintf(action, sizeof(action), "--screenshot=%s", file);
	browse(b, action, address, width, height, dark);
	return size_of(file);
}

size_t browser_print(struct browser *b, const char *page, const char *file)
{
	char address[PATH_MAX], action[PATH_MAX + 32];

	snprintf(address, sizeof(address), "file://%s", page);
	snprintf(action, sizeof(action), "--print-to-pdf=%s", file);
	browse(b, action, address, 1280, 900, false);
	return size_of(file);
}
