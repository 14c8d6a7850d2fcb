/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/tree.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "lib/include/eventstrace_events.h"
#include "tools/eventstrace/printable.h"

/* Number of slots of the hash table: at most half of them are used. */
#define SLOTS ((size_t)2 * TREE_PROCESSES_MAX)

/* Processes at a greater depth are indented as at this depth. */
#define DEPTH_MAX 40

/* Index of a process in tree.nodes plus 1; 0: no process. */
typedef uint32_t node_ref;

struct node {
	uint64_t start_time_ns; /* identifies the process, together with tgid */
	uint64_t begin_ns, end_ns;
	uint32_t tgid;
	node_ref parent, first_child, last_child, next; /* next: the next sibling */
	bool ended;
	int exit_code;
	unsigned int exit_signal;
	char *words; /* command line; NULL: no memory */
};

struct tree {
	struct node *nodes;
	size_t count, room;
	node_ref slots[SLOTS];
	node_ref first_root, last_root;
	uint64_t more; /* number of processes without room */
	/* number of lost events, by cause: a cause is one byte of a record */
	uint64_t lost[UINT8_MAX + 1];
};

/* The slot of a process. If the process is unknown, the free slot where it belongs. */
static node_ref *find(struct tree *t, const struct et_event_pids *pids)
{
	uint64_t hash = (pids->tgid * 0x9e3779b97f4a7c15ULL) ^ pids->start_time_ns;
	size_t i = (hash * 0x9e3779b97f4a7c15ULL >> 32) % SLOTS;

	for (; t->slots[i]; i = (i + 1) % SLOTS) {
		const struct node *n = &t->nodes[t->slots[i] - 1];

		if (n->tgid == pids->tgid && n->start_time_ns == pids->start_time_ns)
			break;
	}
	return &t->slots[i];
}

static void append_child(struct tree *t, node_ref parent, node_ref child)
{
	node_ref *first = parent ? &t->nodes[parent - 1].first_child : &t->first_root;
	node_ref *last = parent ? &t->nodes[parent - 1].last_child : &t->last_root;

	if (*last)
		t->nodes[*last - 1].next = child;
	else
		*first = child;
	*last = child;
}

/* Return: the process, which is added if it is new; NULL: there is no room or no memory. */
static struct node *get(struct tree *t, const struct et_event_pids *pids, node_ref parent,
			uint64_t now)
{
	node_ref *slot = find(t, pids);

	if (*slot)
		return &t->nodes[*slot - 1];
	if (t->count == t->room) {
		size_t room = t->room ? 2 * t->room : 64;
		struct node *nodes = NULL;

		if (room <= TREE_PROCESSES_MAX)
			nodes = reallocarray(t->nodes, room, sizeof(*nodes));
		if (!nodes)
			return NULL;
		t->nodes = nodes;
		t->room = room;
	}
	t->nodes[t->count] = (struct node){
		.start_time_ns = pids->start_time_ns,
		.begin_ns = now,
		.tgid = pids->tgid,
		.parent = parent,
	};
	*slot = (node_ref)++t->count;
	append_child(t, parent, *slot);
	return &t->nodes[t->count - 1];
}

static void set_words(struct node *n, const char *words, size_t size)
{
	if (size > TREE_WORDS_MAX)
		size = TREE_WORDS_MAX;
	free(n->words);
	n->words = malloc(size + 1);
	if (!n->words)
		return;
	for (size_t i = 0; i < size; i++)
		n->words[i] = words[i] ? words[i] : ' ';
	while (size && n->words[size - 1] == ' ')
		size--;
	n->words[size] = '\0';
}

static void add_fork(struct tree *t, const struct et_event *event, uint64_t now)
{
	const struct et_event_pids *child = et_process_fork__child_pids(event);
	const node_ref parent = *find(t, et_process_fork__parent_pids(event));
	struct node *n = get(t, child, parent, now);
	struct et_field comm = ET_FIELD_INIT;
	char name[16 + 3];
	int len;

	/*
	 * Count the process here and not in get(), because the same process calls get() again at
	 * its exec.
	 */
	t->more += !n;
	if (!n || n->words || et_event__find_field(event, "comm", &comm) < 0)
		return;
	/* Until its exec, the process runs its parent's program. */
	len = snprintf(name, sizeof(name), "[%.*s]", (int)comm.size, comm.data);
	set_words(n, name, (size_t)len);
}

static void add_exec(struct tree *t, const struct et_event *event, uint64_t now)
{
	struct node *n = get(t, et_process_exec__pids(event), 0, now);
	const char *words;
	size_t size;

	if (!n)
		return;
	words = et_process_exec__argv(event, &size, NULL);
	if (!size)
		words = et_process_exec__filename(event, &size, NULL);
	set_words(n, words, size);
}

static void add_exit(struct tree *t, const struct et_event *event, uint64_t now)
{
	const node_ref ref = *find(t, et_process_exit__pids(event));
	struct et_field field = ET_FIELD_INIT;
	struct node *n;

	if (!ref)
		return;
	n = &t->nodes[ref - 1];
	n->ended = true;
	n->end_ns = now;
	if (et_event__find_field(event, "exit_code", &field) == 0)
		n->exit_code = (int)field.signed_number;
	if (et_event__find_field(event, "exit_signal", &field) == 0)
		n->exit_signal = (unsigned int)field.number;
}

void tree_event(struct tree *t, const struct et_event *event)
{
	const uint64_t now = et_event__ts_ns(event);

	switch (et_event__id(event)) {
	case ET_EVENT_PROCESS_FORK:
		add_fork(t, event, now);
		break;
	case ET_EVENT_PROCESS_EXEC:
		add_exec(t, event, now);
		break;
	case ET_EVENT_PROCESS_EXIT:
		add_exit(t, event, now);
		break;
	case ET_EVENT_LOST:
		t->lost[et_lost__cause(event) % (UINT8_MAX + 1)] += et_lost__count(event);
		break;
	default:
		break;
	}
}

struct tree *tree_new(void)
{
	return calloc(1, sizeof(struct tree));
}

void tree_free(struct tree *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++)
		free(t->nodes[i].words);
	free(t->nodes);
	free(t);
}

/* ---- printing ------------------------------------------------------------------------------- */

static void print_node(const struct node *n, unsigned int depth, uint64_t end_ns, FILE *out)
{
	const uint64_t end = n->ended ? n->end_ns : end_ns;
	char words[TREE_WORDS_MAX * PRINTABLE_BYTE_MAX + 1], status[32];

	if (!n->ended)
		snprintf(status, sizeof(status), "runs");
	else if (n->exit_signal)
		snprintf(status, sizeof(status), "signal %u", n->exit_signal);
	else
		snprintf(status, sizeof(status), "status %d", n->exit_code);
	printable(words, sizeof(words), n->words ? n->words : "", false);
	fprintf(out, "%10.3f s  %-10s  %*s%s\n",
		end > n->begin_ns ? (double)(end - n->begin_ns) / 1e9 : 0, status,
		(int)(2 * (depth < DEPTH_MAX ? depth : DEPTH_MAX)), "", words);
}

static void print_lost(const struct tree *t, FILE *out)
{
	const char *before = "events were lost, so processes can be missing: ";
	bool any = false;

	for (unsigned int cause = 0; cause <= UINT8_MAX; cause++) {
		const char *name = et_lost_cause_name(cause);

		if (!t->lost[cause])
			continue;
		fprintf(out, "%s%" PRIu64 " %s", before, t->lost[cause], name ? name : "UNKNOWN");
		before = ", ";
		any = true;
	}
	if (any)
		fputc('\n', out);
}

void tree_print(const struct tree *t, uint64_t end_ns, FILE *out)
{
	node_ref ref = t->first_root;
	unsigned int depth = 0;

	while (ref) {
		const struct node *n = &t->nodes[ref - 1];

		print_node(n, depth, end_ns, out);
		if (n->first_child) {
			ref = n->first_child;
			depth++;
			continue;
		}
		/*
		 * Continue with the next sibling of the process, or of its nearest ancestor that
		 * has one.
		 */
		while (!n->next && n->parent) {
			n = &t->nodes[n->parent - 1];
			depth--;
		}
		ref = n->next;
	}
	if (t->more)
		fprintf(out, "processes without room in the tree: %" PRIu64 "\n", t->more);
	print_lost(t, out);
}
