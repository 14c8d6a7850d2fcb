/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the page, in the order of its parts. */
#include "bench/report/report.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "bench/report/answer.h"
#include "bench/report/figure.h"
#include "bench/report/html.h"
#include "bench/report/parts.h"
#include "bench/report/result.h"
#include "bench/report/verdict.h"

static const char style[] = {
#embed "bench/report/page.css"
	, '\0'
};

/* ---- the head ------------------------------------------------------------------------------ */

static double number(yyjson_val *obj, const char *key)
{
	return yyjson_get_num(yyjson_obj_get(obj, key));
}

static void put_head(FILE *f, const struct result *result)
{
	yyjson_val *env = result->environment, *config = result->config;
	bool rounds = strcmp(result_str(config, "mode"), "duration") != 0;

	html(f,
	     "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	     "<meta name=\"color-scheme\" content=\"light dark\">"
	     "<meta http-equiv=\"Content-Security-Policy\" content=\"" ET_REPORT_POLICY "\">"
	     "<title>eventstrace benchmarks, %s</title>\n<style>\n",
	     result_str(env, "time"));
	fputs(style, f);
	html(f,
	     "</style></head>\n<body>\n<header><p class=\"kind\">eventstrace benchmarks</p>"
	     "<h1>What recording costs, and what is lost</h1>\n"
	     "<p class=\"where\">Linux %s, %s, %d CPUs · %s",
	     result_str(env, "kernel_release"), result_str(env, "cpu_model"),
	     (int)number(env, "cpus_online"), result_str(env, "time"));
	if (*result_str(env, "commit"))
		html(f, " · commit <code>%s</code>%s", result_str(env, "commit"),
		     yyjson_is_true(yyjson_obj_get(env, "dirty")) ? ", with changes" : "");
	html(f, "</p>\n");
	html(f, "<p class=\"how\">%d workload%s, each recorded in %d ways, ",
	     (int)yyjson_arr_size(result->workloads),
	     yyjson_arr_size(result->workloads) == 1 ? "" : "s",
	     (int)yyjson_arr_size(result->rows));
	if (rounds && result_rounds(result) == 1)
		html(f, "in one round.</p>\n");
	else if (rounds)
		html(f,
		     "in %d interleaved rounds of the same work. Figures are medians over the rounds; "
		     "thin lines show the lowest and the highest.</p>\n",
		     result_rounds(result));
	else
		html(f, "for %g seconds each.</p>\n", number(config, "duration_s"));
	if (result_trust(result, "operations_per_s") != TRUST_FULL)
		html(f,
		     "<p class=\"warning\"><b>The machine was not idle:</b> %g %% of its CPUs were busy "
		     "before the first round. Sizes of records and locked memory are still right. BPF "
		     "times and losses are less certain. Speeds of workloads are not reliable, and are "
		     "grey.</p>\n",
		     rint(number(env, "busy_percent") * 10) / 10);
	if (yyjson_is_true(yyjson_obj_get(config, "quick")))
		html(f,
		     "<p class=\"warning\"><b>A quick run:</b> little work and few rounds, good for a "
		     "first look.</p>\n");
	html(f, "</header>\n");
}

static void put_verdicts(FILE *f, const struct result *result)
{
	static const char *const states[] = {
		[VERDICT_UNKNOWN] = "not measured",
		[VERDICT_HOLDS] = "holds",
		[VERDICT_FAILS] = "does not hold",
		[VERDICT_UNRELIABLE] = "not reliable",
	};
	static const char *const classes[] = {
		[VERDICT_UNKNOWN] = "unknown",
		[VERDICT_HOLDS] = "holds",
		[VERDICT_FAILS] = "fails",
		[VERDICT_UNRELIABLE] = "unknown",
	};
	struct verdict verdicts[VERDICTS];
	char spread[RESULT_TEXT];

	verdict_all(result, verdicts);
	html(f,
	     "<section id=\"verdicts\"><h2>What did packed records gain?</h2>\n<p class=\"words\">"
	     "EventsTrace, an earlier program, packed its records in pull request 159 of Elastic’s "
	     "<code>ebpf</code> repository. The request reported less CPU time and memory. The row "
	     "<code>seed-159</code> has its design. These claims compare this program with it.");
	if (*result_spread_text(spread, result))
		html(f, " %s, so claims about times are not certain.", spread);
	html(f, "</p>\n");
	for (size_t i = 0; i < VERDICTS; i++) {
		const struct verdict *v = &verdicts[i];

		html(f,
		     "<article class=\"%s\"><div><h3>%s</h3><p class=\"state\">%s</p></div>"
		     "<p class=\"figure\">%s</p><p>%s</p></article>\n",
		     classes[v->state], v->claim, states[v->state],
		     v->state == VERDICT_UNKNOWN ? "–" : v->figure, v->sentence);
	}
	html(f, "</section>\n");
}

/* Explain the words of the answer to a person who does not know the program. */
static void put_words(FILE *f, const struct result *result)
{
	yyjson_val *w;
	size_t i, max;

	html(f,
	     "<p class=\"words\">eventstrace records what programs do. For each event, BPF programs in "
	     "the kernel write a record into a ring. This is memory that the process of "
	     "eventstrace, the reader, empties. The wire format is how a record lies in the "
	     "ring. <code>fixed</code> gives each field a slot of its largest size. "
	     "<code>varlen</code> and <code>direct</code> pack the fields. If the ring is full, "
	     "the event is lost. A wake-up starts the reader when it sleeps.</p>\n"
	     "<p class=\"words\">Each workload does one thing over and over:");
	yyjson_arr_foreach(result->workloads, i, max, w)
		html(f, "%s <code>%s</code> is %s", i ? ";" : "", result_str(w, "name"),
		     result_str(w, "doc"));
	html(f, ".</p>\n");
}

static void put_answer(FILE *f, const struct result *result)
{
	struct answer answer;

	answer_of(result, &answer);
	html(f,
	     "<section id=\"answer\"><h2>Which format should I use?</h2>\n<p class=\"use\">%s</p>\n"
	     "<p class=\"use\"><b>Why:</b> %s</p>\n<p class=\"use\"><b>How sure:</b> %s</p>\n"
	     "<p class=\"use\"><b>When not:</b> %s</p>\n",
	     answer.use, answer.why, answer.sure, answer.not_when);
	put_words(f, result);
	put_formats(f, result);
	for (size_t i = 0; i < ANSWER_PARTS; i++) {
		const struct answer_part *p = &answer.parts[i];

		html(f, "<article><h3>%s</h3>", p->question);
		if (p->known)
			html(f,
			     "<p class=\"figure\">%s</p><p>%s</p><p><b>%s.</b> %s</p>"
			     "<p><b>How sure:</b> %s</p><p><b>When not:</b> %s</p></article>\n",
			     p->figure, p->pair, p->choice, p->sentence, p->sure, p->not_when);
		else
			html(f, "<p>%s</p></article>\n", p->sentence);
	}
	put_159(f, result, ROWS_ALL);
	html(f, "</section>\n");
}

static void put_navigation(FILE *f, const struct result *result)
{
	yyjson_val *w;
	size_t i, max;

	html(f, "<nav aria-label=\"Sections\"><a href=\"#overview\">Overview</a>");
	yyjson_arr_foreach(result->workloads, i, max, w)
		html(f, "<a href=\"#w-%s\">%s</a>", result_str(w, "name"), result_str(w, "name"));
	html(f, "<a href=\"#rows\">The rows</a><a href=\"#environment\">Environment</a></nav>\n");
}

/* ---- the rows and the environment ---------------------------------------------------------- */

static void put_rows(FILE *f, const struct result *result)
{
	yyjson_val *row;
	size_t i, max;
	char text[FIGURE_TEXT];

	html(f, "<section id=\"rows\"><h2>The rows</h2>\n<div class=\"scroll\" tabindex=\"0\" "
		"role=\"region\" aria-label=\"The rows\"><table class=\"words\"><thead><tr>"
		"<th scope=\"col\">row</th><th scope=\"col\">what it is</th>"
		"<th scope=\"col\">format</th><th scope=\"col\">wake-ups</th>"
		"<th scope=\"col\">ring</th></tr></thead><tbody>\n");
	yyjson_arr_foreach(result->rows, i, max, row)
	{
		yyjson_val *ring = yyjson_obj_get(row, "ring_bytes");
		const char *format = result_str(row, "wire_format");
		const char *wakeup = result_str(row, "wakeup");

		html(f,
		     "<tr class=\"%s\"><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td>%s</td>"
		     "<td>%s</td></tr>\n",
		     family_class(result_family(row)), result_str(row, "name"),
		     result_str(row, "doc"), *format ? format : "–", *wakeup ? wakeup : "–",
		     yyjson_is_num(ring) ? figure_text(text, UNIT_BYTES, yyjson_get_num(ring))
					 : "–");
	}
	html(f, "</tbody></table></div></section>\n");
}

static void put_value(FILE *f, const char *key, yyjson_val *v)
{
	char text[FIGURE_TEXT];
	yyjson_val *member, *name;
	const char *between = "";
	size_t i, max;

	if (yyjson_is_str(v)) {
		html(f, "%s", yyjson_get_str(v));
	} else if (yyjson_is_bool(v)) {
		html(f, "%s", yyjson_get_bool(v) ? "yes" : "no");
	} else if (yyjson_is_num(v)) {
		html(f, "%s", figure_text(text, figure_unit(key), yyjson_get_num(v)));
	} else if (yyjson_is_arr(v)) {
		yyjson_arr_foreach(v, i, max, member)
		{
			html(f, "%s", between);
			put_value(f, key, member);
			between = ", ";
		}
	} else if (yyjson_is_obj(v)) {
		html(f, "<ul>");
		yyjson_obj_foreach(v, i, max, name, member)
		{
			html(f, "<li><b>%s</b> ", yyjson_get_str(name));
			put_value(f, key, member);
			html(f, "</li>");
		}
		html(f, "</ul>");
	} else {
		html(f, "–");
	}
}

/* Write all members of the environment, also members that later versions add. */
static void put_environment(FILE *f, const struct result *result)
{
	yyjson_val *sources[] = { result->environment, result->config };
	yyjson_val *key, *value;
	size_t i, max;

	html(f, "<section id=\"environment\"><h2>Environment</h2>\n<dl>\n");
	for (size_t s = 0; s < sizeof(sources) / sizeof(sources[0]); s++) {
		yyjson_obj_foreach(sources[s], i, max, key, value)
		{
			const char *name = yyjson_get_str(key);

			html(f, "<div><dt>");
			for (; *name; name++)
				html(f, "%s", *name == '_' ? " " : (char[]){ *name, '\0' });
			html(f, "</dt><dd>");
			put_value(f, yyjson_get_str(key), value);
			html(f, "</dd></div>\n");
		}
	}
	html(f, "</dl></section>\n<footer><p>Made by <code>//bench:stress</code>; "
		"<code>docs/benchmarks.md</code> describes how to measure and repeat each figure. "
		"This page is one file: no network, no script.</p></footer>\n");
}

int et_report_write(const char *json, size_t len, FILE *to)
{
	struct result result;
	yyjson_val *workload;
	size_t i, max;
	int r;

	r = result_read(json, len, &result);
	if (r < 0)
		return r;

	put_head(to, &result);
	html(to, "<main>\n");
	put_answer(to, &result);
	put_verdicts(to, &result);
	put_navigation(to, &result);
	put_overview(to, &result);
	yyjson_arr_foreach(result.workloads, i, max, workload) put_workload(to, &result, workload);
	put_rows(to, &result);
	put_environment(to, &result);
	html(to, "</main>\n</body></html>\n");

	result_free(&result);
	return ferror(to) ? -EIO : 0;
}

int et_report_print_answer(const char *json, size_t len, FILE *to)
{
	struct result result;
	struct answer answer;
	int r;

	r = result_read(json, len, &result);
	if (r < 0)
		return r;
	answer_of(&result, &answer);
	fprintf(to, "\nWhich format should I use? %s\n  Why: %s\n  How sure: %s\n  When not: %s\n",
		answer.use, answer.why, answer.sure, answer.not_when);
	for (size_t i = 0; i < ANSWER_PARTS; i++) {
		const struct answer_part *p = &answer.parts[i];

		if (p->known)
			fprintf(to, "  %s %s: %s. %s %s\n", p->question, p->choice, p->figure,
				p->pair, p->sure);
	}
	result_free(&result);
	return ferror(to) ? -EIO : 0;
}
