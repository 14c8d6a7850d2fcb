/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/caserun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/wire/schema.h"
#include "tools/livetest/cannot.h"
#include "tools/livetest/match.h"
#include "tools/livetest/memory.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"

/* ---- events ------------------------------------------------------------------------------- */

static yyjson_val *root(yyjson_doc *doc)
{
	return yyjson_doc_get_root(doc);
}

static const char *type_of(yyjson_val *event)
{
	const char *type = yyjson_get_str(yyjson_obj_get(event, "event_type"));

	return type ? type : "";
}

static uint64_t number(yyjson_val *event, const char *object, const char *member)
{
	return yyjson_get_uint(yyjson_obj_get(yyjson_obj_get(event, object), member));
}

static bool is(yyjson_val *event, const char *type)
{
	return !strcmp(type_of(event), type);
}

/* The process number that an event is about: of a fork, the new process. */
static uint64_t subject(yyjson_val *event)
{
	return number(event, is(event, "PROCESS_FORK") ? "child_pids" : "pids", "tgid");
}

void events_parse(const struct tracer_result *result, struct events *ret, struct mismatches *r)
{
	ret->summary = tracer_summary(result);
	ret->docs = calloc(result->count + 1, sizeof(*ret->docs));
	ret->count = 0;
	if (!ret->docs)
		abort();
	for (size_t i = 1; i < result->count; i++) {
		yyjson_read_err err;
		yyjson_doc *doc =
			yyjson_read_opts(result->lines[i], result->lens[i], 0, NULL, &err);

		if (!doc) {
			mismatches_add(r, "line %zu is not JSON: %s at %zu: %.200s", i + 1, err.msg,
				       err.pos, result->lines[i]);
			continue;
		}
		if (!*type_of(root(doc)) || !match_unique_keys(root(doc))) {
			mismatches_add(r, "line %zu has no event_type, or a member twice: %.200s",
				       i + 1, result->lines[i]);
			yyjson_doc_free(doc);
			continue;
		}
		ret->docs[ret->count++] = doc;
	}
}

void events_free(struct events *e)
{
	for (size_t i = 0; i < e->count; i++)
		yyjson_doc_free(e->docs[i]);
	free(e->docs);
	yyjson_doc_free(e->summary);
	memset(e, 0, sizeof(*e));
}

/* ---- running ------------------------------------------------------------------------------ */

/* The whole content of a memfd, as a string. */
static char *contents(int fd)
{
	struct stat st;
	char *text;

	if (fstat(fd, &st) < 0)
		abort();
	text = must_realloc(NULL, (size_t)st.st_size + 1);
	if (pread(fd, text, (size_t)st.st_size, 0) != st.st_size)
		abort();
	text[st.st_size] = '\0';
	return text;
}

void caserun_run(const char *name, const char *const *args, struct caserun *ret)
{
	static const char *const envp[] = { "LC_ALL=C", "CASE=1", NULL };
	const char *argv[8] = { runfiles_case(name) };
	struct proc_options proc = { .argv = argv, .envp = envp };

	memset(ret, 0, sizeof(*ret));
	ret->name = name;
	for (int i = 0; args && args[i] && i < 6; i++)
		argv[i + 1] = args[i];
	/* A memfd needs no reader while the case runs. */
	proc.out = memfd_create("stdout", MFD_CLOEXEC);
	proc.err = memfd_create("stderr", MFD_CLOEXEC);
	if (proc.out < 0 || proc.err < 0)
		abort();
	ret->begin = proc_now_ns();
	ret->rc = proc_spawn(&proc, &ret->pid);
	if (!ret->rc)
		ret->rc = proc_wait(ret->pid, 60000, &ret->status);
	ret->end = proc_now_ns();
	ret->out = contents(proc.out);
	ret->err = contents(proc.err);
	close(proc.out);
	close(proc.err);
}

void caserun_free(struct caserun *run)
{
	free(run->out);
	free(run->err);
	memset(run, 0, sizeof(*run));
}

/* ---- comparing ---------------------------------------------------------------------------- */

/* The expected events and the received ones. */
struct sides {
	yyjson_val **want, **got;
	size_t wants, gots;
	bool *met;       /* got[i] was expected */
	uint64_t *tgids; /* processes of the case */
	size_t tgid_count;
};

static bool ours(const struct sides *s, uint64_t tgid)
{
	for (size_t i = 0; i < s->tgid_count; i++) {
		if (s->tgids[i] == tgid)
			return true;
	}
	return false;
}

static bool of_case(const struct sides *s, yyjson_val *event)
{
	return ours(s, subject(event)) ||
	       (is(event, "PROCESS_FORK") && ours(s, number(event, "parent_pids", "tgid")));
}

/*
 * The caller's part of the account: it forked the case, and proc_spawn() made it begin a session.
 */
static yyjson_doc *runner_account(const struct caserun *run)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "[{\"event_type\":\"PROCESS_FORK\",\"parent_pids\":{\"tid\":%d,\"tgid\":%d},"
		 "\"child_pids\":{\"tid\":%d,\"tgid\":%d,\"ppid\":%d}},"
		 "{\"event_type\":\"PROCESS_SETSID\",\"pids\":"
		 "{\"tid\":%d,\"tgid\":%d,\"ppid\":%d,\"pgid\":%d,\"sid\":%d}}]",
		 getpid(), getpid(), run->pid, run->pid, getpid(), run->pid, run->pid, getpid(),
		 run->pid, run->pid);
	return yyjson_read(text, strlen(text), 0);
}

static bool asked_for(const char *const *types, const char *type)
{
	for (; *types; types++)
		if (!strcmp(*types, type))
			return true;
	return false;
}

static void add_wants(struct sides *s, yyjson_val *list, const char *const *types)
{
	yyjson_val *event;
	size_t i, max;

	s->want = must_realloc(s->want, (s->wants + yyjson_arr_size(list) + 1) * sizeof(*s->want));
	s->tgids = must_realloc(s->tgids,
				(s->tgid_count + yyjson_arr_size(list) + 1) * sizeof(*s->tgids));
	yyjson_arr_foreach(list, i, max, event)
	{
		if (asked_for(types, type_of(event)))
			s->want[s->wants++] = event;
		if (!ours(s, subject(event)))
			s->tgids[s->tgid_count++] = subject(event);
	}
}

/*
 * True for writes to the memfds of the account and of the output. The account does not contain
 * these events.
 */
static bool of_frame(yyjson_val *event)
{
	const char *path = yyjson_get_str(yyjson_obj_get(event, "path"));

	return is(event, "FILE_MODIFY") && path &&
	       (!strcmp(path, "/memfd:account") || !strcmp(path, "/memfd:stdout") ||
		!strcmp(path, "/memfd:stderr"));
}

static void pick(struct sides *s, const struct events *events)
{
	s->got = calloc(events->count + 1, sizeof(*s->got));
	s->met = calloc(events->count + 1, sizeof(*s->met));
	if (!s->got || !s->met)
		abort();
	for (size_t i = 0; i < events->count; i++) {
		yyjson_val *event = root(events->docs[i]);

		if (of_case(s, event) && asked_for(events->types, type_of(event)) &&
		    !of_frame(event))
			s->got[s->gots++] = event;
	}
}

static void describe(struct mismatches *r, const char *what, yyjson_val *event)
{
	char *text = yyjson_val_write(event, 0, NULL);

	mismatches_add(r, "  %s: %.1000s", what, text ? text : "?");
	free(text);
}

/* True if the hook of this event type is a tracepoint. */
static bool by_tracepoint(const struct events *events, const char *type)
{
	static const struct {
		const char *type, *option;
	} names[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) { #NAME, flag },
#include "lib/wire/schema.def"
	};
	yyjson_val *counts = yyjson_obj_get(root(events->summary), "events"), *hooks;
	const char *hook = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i].type, type) != 0)
			continue;
		hooks = yyjson_obj_get(yyjson_obj_get(counts, names[i].option), "hooks");
		hook = yyjson_get_str(yyjson_arr_get(hooks, 0));
	}
	return hook && (!strncmp(hook, "tracepoint/", 11) || !strncmp(hook, "tp_btf/", 7));
}

/*
 * A copy of the expected event @want. If a tracepoint reports the event, the members of
 * "$tracepoint" replace those of the event.
 */
static yyjson_doc *as_seen(const struct events *events, yyjson_val *want)
{
	yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
	yyjson_val *other = yyjson_obj_get(want, "$tracepoint"), *key, *value;
	yyjson_mut_val *top = yyjson_val_mut_copy(doc, want);
	yyjson_doc *ret;
	size_t i, max;

	yyjson_mut_obj_remove_key(top, "$tracepoint");
	if (other && by_tracepoint(events, type_of(want))) {
		yyjson_obj_foreach(other, i, max, key, value)
		{
			yyjson_mut_obj_put(top, yyjson_val_mut_copy(doc, key),
					   yyjson_val_mut_copy(doc, value));
		}
	}
	yyjson_mut_doc_set_root(doc, top);
	ret = yyjson_mut_doc_imut_copy(doc, NULL);
	yyjson_mut_doc_free(doc);
	if (!ret)
		abort();
	return ret;
}

/* True if the event's hook is a tracepoint, and tracepoints do not see this event. */
static bool is_unseen(const struct events *events, yyjson_val *want)
{
	return yyjson_is_null(yyjson_obj_get(want, "$tracepoint")) &&
	       by_tracepoint(events, type_of(want));
}

/* Match the n-th received event of a process and type with the n-th expected one. */
static void match_all(struct sides *s, const struct events *events, struct mismatches *r)
{
	for (size_t w = 0; w < s->wants; w++) {
		yyjson_val *want = s->want[w];
		struct mismatches differences = { 0 };
		yyjson_doc *seen;
		size_t g;

		if (is_unseen(events, want))
			continue;
		for (g = 0; g < s->gots; g++) {
			if (!s->met[g] && is(s->got[g], type_of(want)) &&
			    subject(s->got[g]) == subject(want))
				break;
		}
		if (g == s->gots) {
			describe(r, "missing", want);
			continue;
		}
		s->met[g] = true;
		seen = as_seen(events, want);
		if (!match_event(root(seen), s->got[g], &differences))
			mismatches_add(r, "  %s of %llu:\n%s", type_of(want),
				       (unsigned long long)subject(want),
				       mismatches_text(&differences));
		mismatches_free(&differences);
		yyjson_doc_free(seen);
	}
	for (size_t g = 0; g < s->gots; g++) {
		if (!s->met[g])
			describe(r, "not accounted for", s->got[g]);
	}
}

/* A process's fork must come before its other events, and its exit after them. */
static void check_order(const struct sides *s, struct mismatches *r)
{
	for (size_t g = 0; g < s->gots; g++) {
		bool first = is(s->got[g], "PROCESS_FORK"), last = is(s->got[g], "PROCESS_EXIT");

		for (size_t o = 0; (first || last) && o < s->gots; o++) {
			if (subject(s->got[o]) != subject(s->got[g]))
				continue;
			if ((first && o < g) || (last && o > g))
				mismatches_add(r, "  %s of %llu is on the wrong side of its %s",
					       type_of(s->got[g]),
					       (unsigned long long)subject(s->got[g]),
					       type_of(s->got[o]));
		}
	}
}

/* Each event happened while the case ran. */
static void check_times(const struct sides *s, const struct caserun *run, struct mismatches *r)
{
	for (size_t g = 0; g < s->gots; g++) {
		uint64_t ts = yyjson_get_uint(yyjson_obj_get(s->got[g], "ts_ns"));

		if (ts < run->begin || ts > run->end)
			mismatches_add(r, "  %s: ts_ns %llu is not within %llu and %llu",
				       type_of(s->got[g]), (unsigned long long)ts,
				       (unsigned long long)run->begin,
				       (unsigned long long)run->end);
	}
}

void caserun_compare(const struct caserun *run, const struct events *events, struct mismatches *r)
{
	yyjson_doc *account, *runner;
	struct sides s = { 0 };

	if (run->rc) {
		mismatches_add(r, "  %s: %s", runfiles_case(run->name), strerror(-run->rc));
		return;
	}
	if (run->status || *run->err) {
		mismatches_add(r, "  the case failed, wait status 0x%x: %s",
			       (unsigned int)run->status, run->err);
		return;
	}
	account = yyjson_read(run->out, strlen(run->out), 0);
	runner = runner_account(run);
	if (!account || !runner) {
		mismatches_add(r, "  the account is not JSON: %.300s", run->out);
		return;
	}
	add_wants(&s, root(runner), events->types);
	add_wants(&s, yyjson_obj_get(root(account), "events"), events->types);
	pick(&s, events);
	match_all(&s, events, r);
	check_order(&s, r);
	check_times(&s, run, r);
	free(s.want);
	free(s.got);
	free(s.met);
	free(s.tgids);
	yyjson_doc_free(account);
	yyjson_doc_free(runner);
}

void caserun_cannot(const struct caserun *run, const char *test, struct mismatches *r)
{
	yyjson_doc *account;
	yyjson_val *why;
	size_t i, max;

	if (run->rc || run->status)
		return;
	account = yyjson_read(run->out, strlen(run->out), 0);
	yyjson_arr_foreach(yyjson_obj_get(root(account), "cannot"), i, max, why)
	{
		if (!cannot(test, yyjson_get_str(why)))
			mismatches_add(r, "  this machine must be able to run it: %s",
				       yyjson_get_str(why));
	}
	yyjson_doc_free(account);
}
