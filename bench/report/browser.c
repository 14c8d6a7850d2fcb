/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/browser.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

/* Long enough for a busy machine. */
#define PATIENCE_MS (60 * 1000)

struct browser {
	pid_t pid;
	int to, from;
	char profile[64];
	char session[64]; /* the tab's session */
	char page[512];   /* the page's address */
	int id;           /* of the last command */
	bool loaded;
	struct browser_news news;

	char *buf; /* bytes that are read and not yet parsed */
	size_t used, room;
};

/* ---- messages ------------------------------------------------------------------------------ */

static void send_all(struct browser *b, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(b->to, data, size);

		if (n < 0)
			fail_msg("cannot write to the browser: %s", strerror(errno));
		data += n;
		size -= n;
	}
}

/* Reads the next message; a NUL ends each. */
static yyjson_doc *receive(struct browser *b)
{
	for (;;) {
		char *end = b->used ? memchr(b->buf, '\0', b->used) : NULL;
		struct pollfd pfd = { .fd = b->from, .events = POLLIN };
		ssize_t n;

		if (end) {
			yyjson_doc *doc = yyjson_read(b->buf, end - b->buf, 0);

			b->used -= end + 1 - b->buf;
			memmove(b->buf, end + 1, b->used);
			assert_non_null(doc);
			return doc;
		}
		if (b->room - b->used < 65536) {
			char *more = realloc(b->buf, b->room = b->room * 2 + 262144);

			assert_non_null(more);
			b->buf = more;
		}
		if (poll(&pfd, 1, PATIENCE_MS) != 1)
			fail_msg("the browser does not answer");
		n = read(b->from, b->buf + b->used, b->room - b->used);
		if (n <= 0)
			fail_msg("the browser has exited");
		b->used += n;
	}
}

static void note(struct browser *b, unsigned int *count, const char *what)
{
	if (!b->news.errors && !b->news.requests)
		snprintf(b->news.first, sizeof(b->news.first), "%s", what ? what : "?");
	++*count;
}

static void on_event(struct browser *b, const char *method, yyjson_val *params)
{
	if (!strcmp(method, "Page.loadEventFired")) {
		b->loaded = true;
	} else if (!strcmp(method, "Runtime.consoleAPICalled")) {
		note(b, &b->news.errors, "a message on the console");
	} else if (!strcmp(method, "Runtime.exceptionThrown")) {
		note(b, &b->news.errors,
		     yyjson_get_str(yyjson_ptr_get(params, "/exceptionDetails/text")));
	} else if (!strcmp(method, "Log.entryAdded")) {
		note(b, &b->news.errors, yyjson_get_str(yyjson_ptr_get(params, "/entry/text")));
	} else if (!strcmp(method, "Network.requestWillBeSent")) {
		const char *url = yyjson_get_str(yyjson_ptr_get(params, "/request/url"));

		if (!url || strcmp(url, b->page) != 0)
			note(b, &b->news.requests, url);
	}
}

/* Sends a command; @params: JSON members. Return: the result; the caller frees its document. */
static yyjson_doc *command(struct browser *b, const char *method, const char *params)
{
	size_t size = strlen(params) + 512;
	char *text = malloc(size);
	int n;

	assert_non_null(text);
	n = snprintf(text, size, "{\"id\":%d,\"method\":\"%s\"%s%s%s,\"params\":{%s}}", ++b->id,
		     method, *b->session ? ",\"sessionId\":\"" : "", b->session,
		     *b->session ? "\"" : "", params);
	assert_true((size_t)n < size);
	send_all(b, text, n + 1);
	free(text);

	for (;;) {
		yyjson_doc *doc = receive(b);
		yyjson_val *root = yyjson_doc_get_root(doc);
		const char *event = yyjson_get_str(yyjson_obj_get(root, "method"));

		if (event)
			on_event(b, event, yyjson_obj_get(root, "params"));
		else if (yyjson_get_int(yyjson_obj_get(root, "id")) == b->id) {
			if (!yyjson_obj_get(root, "result"))
				fail_msg("%s: %s", method,
					 yyjson_get_str(yyjson_ptr_get(root, "/error/message")));
			return doc;
		}
		yyjson_doc_free(doc);
	}
}

static void tell(struct browser *b, const char *method, const char *params)
{
	yyjson_doc_free(command(b, method, params));
}

/* Return: a string of a command's result; the caller frees it. */
static char *ask(struct browser *b, const char *method, const char *params, const char *pointer)
{
	yyjson_doc *doc = command(b, method, params);
	yyjson_val *v = yyjson_doc_ptr_get(doc, pointer);
	char *text;

	if (!yyjson_is_str(v)) {
		text = yyjson_write(doc, 0, NULL);
		fail_msg("%s: the result has no string: %.500s", method, text);
	}
	text = strdup(yyjson_get_str(v));
	assert_non_null(text);
	yyjson_doc_free(doc);
	return text;
}

/* ---- the process --------------------------------------------------------------------------- */

struct browser *browser_start(const char *program)
{
	struct browser *b = calloc(1, sizeof(*b));
	char folder[96], *target, *session, params[160];
	int to[2], from[2];

	assert_non_null(b);
	strcpy(b->profile, "/tmp/eventstrace-browser.XXXXXX");
	assert_non_null(mkdtemp(b->profile));
	snprintf(folder, sizeof(folder), "--user-data-dir=%s", b->profile);
	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	signal(SIGPIPE, SIG_IGN);

	b->pid = fork();
	assert_true(b->pid >= 0);
	if (!b->pid) {
		int in = fcntl(to[0], F_DUPFD, 10), out = fcntl(from[1], F_DUPFD, 10);
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		setpgid(0, 0);
		/* The protocol uses descriptors 3 and 4. Drop stderr: Chromium misses a desktop. */
		if (null < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 || dup2(in, 3) < 0 ||
		    dup2(out, 4) < 0)
			_exit(127);
		close(in);
		close(out);
		execlp(program, program, "--headless=new", "--no-sandbox", "--disable-gpu",
		       "--disable-quic", "--no-first-run", "--disable-background-networking",
		       "--disable-component-update", "--disable-sync", "--hide-scrollbars",
		       "--remote-debugging-pipe", folder, (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	b->to = to[1];
	b->from = from[0];

	target = ask(b, "Target.createTarget", "\"url\":\"about:blank\"", "/result/targetId");
	snprintf(params, sizeof(params), "\"targetId\":\"%s\",\"flatten\":true", target);
	session = ask(b, "Target.attachToTarget", params, "/result/sessionId");
	snprintf(b->session, sizeof(b->session), "%s", session);
	free(target);
	free(session);
	tell(b, "Page.enable", "");
	tell(b, "Runtime.enable", "");
	tell(b, "Log.enable", "");
	tell(b, "Network.enable", "");
	return b;
}

void browser_stop(struct browser *b)
{
	pid_t pid;
	int status;

	close(b->to);
	close(b->from);
	/* The browser exits when its pipes close. If it does not, kill its process group. */
	for (int i = 0; i < 100 && waitpid(b->pid, &status, WNOHANG) == 0; i++)
		usleep(50 * 1000);
	kill(-b->pid, SIGKILL);
	waitpid(b->pid, &status, 0);

	pid = fork();
	if (!pid) {
		execlp("rm", "rm", "-rf", b->profile, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	free(b->buf);
	free(b);
}

/* ---- the page ------------------------------------------------------------------------------ */

void browser_open(struct browser *b, const char *path, int width, bool dark)
{
	char params[640];

	snprintf(params, sizeof(params),
		 "\"width\":%d,\"height\":900,\"deviceScaleFactor\":1,\"mobile\":%s", width,
		 width < 600 ? "true" : "false");
	tell(b, "Emulation.setDeviceMetricsOverride", params);
	snprintf(params, sizeof(params),
		 "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]",
		 dark ? "dark" : "light");
	tell(b, "Emulation.setEmulatedMedia", params);

	b->news = (struct browser_news){ .errors = 0 };
	b->loaded = false;
	snprintf(b->page, sizeof(b->page), "file://%s", path);
	snprintf(params, sizeof(params), "\"url\":\"%s\"", b->page);
	tell(b, "Page.navigate", params);
	while (!b->loaded) {
		yyjson_doc *doc = receive(b);
		yyjson_val *root = yyjson_doc_get_root(doc);
		const char *event = yyjson_get_str(yyjson_obj_get(root, "method"));

		if (event)
			on_event(b, event, yyjson_obj_get(root, "params"));
		yyjson_doc_free(doc);
	}
}

char *browser_ask(struct browser *b, const char *script)
{
	yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
	yyjson_mut_val *root = yyjson_mut_obj(doc);
	char *text, *params, *answer;
	size_t len;

	yyjson_mut_doc_set_root(doc, root);
	yyjson_mut_obj_add_str(doc, root, "expression", script);
	yyjson_mut_obj_add_bool(doc, root, "returnByValue", true);
	text = yyjson_mut_write(doc, 0, &len);
	assert_non_null(text);
	params = strndup(text + 1, len - 2);
	assert_non_null(params);
	answer = ask(b, "Runtime.evaluate", params, "/result/result/value");
	free(params);
	free(text);
	yyjson_mut_doc_free(doc);
	return answer;
}

char *browser_picture(struct browser *b)
{
	return ask(b, "Page.captureScreenshot", "\"format\":\"png\",\"captureBeyondViewport\":true",
		   "/result/data");
}

char *browser_print(struct browser *b)
{
	return ask(b, "Page.printToPDF", "\"paperWidth\":8.27,\"paperHeight\":11.69",
		   "/result/data");
}

const struct browser_news *browser_news(const struct browser *b)
{
	return &b->news;
}
