/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/event_list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "lib/include/eventstrace_events.h"
#include "tools/eventstrace/nearest.h"

/*
 * Events that are not in a category's list, because they do not report that something happens. Only
 * their names and --snapshot choose them.
 */
#define EVENTS_BY_NAME ET_EVENT_BIT(ET_EVENT_PROCESS_EXISTS)

uint64_t event_list_all(void)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	uint64_t all = 0;

	for (size_t i = 0; i < count; i++)
		all |= ET_EVENT_BIT(infos[i].id);
	return all & ~EVENTS_BY_NAME;
}

void event_choice_add(struct event_choice *choice, unsigned int id)
{
	choice->events |= ET_EVENT_BIT(id);
	choice->named |= ET_EVENT_BIT(id);
	choice->made = true;
}

void event_choice_add_all(struct event_choice *choice)
{
	choice->events |= event_list_all();
	choice->made = true;
}

/* Compare without case. '-' and '_' are equal. */
static bool equals(const char *text, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++)
		if (nearest_fold(text[i]) != nearest_fold(name[i]))
			return false;
	return !name[len];
}

/*
 * The name of an event without its category, such as "exec" for "process-exec". If the name begins
 * with an abbreviation of the category, such as "net-conn-closed", it is removed likewise.
 */
static const char *short_name(const struct et_event_info *info)
{
	size_t len = strcspn(info->flag, "-");

	if (!strncmp(info->flag, info->category, len) && info->flag[len] == '-')
		return info->flag + len + 1;
	return info->flag;
}

/* "CONNECTION_CLOSED" is "NETWORK_CONNECTION_CLOSED" without the name of its category. */
static const char *json_short_name(const struct et_event_info *info)
{
	size_t len = strlen(info->category);

	if (strlen(info->name) <= len + 1 || !equals(info->name, len, info->category) ||
	    info->name[len] != '_')
		return info->name;
	return info->name + len + 1;
}

/* Further names of events, after the system calls. */
static const struct {
	const char *name, *event;
} aliases[] = {
	{ "connect", "NETWORK_CONNECTION_ATTEMPTED" },
	{ "accept", "NETWORK_CONNECTION_ACCEPTED" },
	{ "close", "NETWORK_CONNECTION_CLOSED" },
};

#define ALIASES (sizeof(aliases) / sizeof(*aliases))

static bool is_called(const struct et_event_info *info, const char *name, size_t len)
{
	for (size_t i = 0; i < ALIASES; i++)
		if (equals(name, len, aliases[i].name) && !strcmp(info->name, aliases[i].event))
			return true;
	return equals(name, len, info->flag) || equals(name, len, short_name(info)) ||
	       equals(name, len, info->name) || equals(name, len, json_short_name(info));
}

/*
 * The events that have this name; 0: none. *@ret_single is true if the name is that of events, and
 * not of a category or "all". Several categories may have an event of the same short name; the
 * result then has all of them.
 */
static uint64_t events_of(const char *name, size_t len, bool *ret_single)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	uint64_t category = 0, single = 0;

	*ret_single = false;
	if (equals(name, len, "all"))
		return event_list_all();
	for (size_t i = 0; i < count; i++) {
		if (equals(name, len, infos[i].category))
			category |= ET_EVENT_BIT(infos[i].id);
		if (is_called(&infos[i], name, len))
			single |= ET_EVENT_BIT(infos[i].id);
	}
	if (category)
		return category & ~EVENTS_BY_NAME;
	*ret_single = true;
	return single;
}

uint64_t event_list_find(const char *name)
{
	bool single;

	return events_of(name, strlen(name), &single);
}

void event_list_unknown(const char *name, size_t len, char *err, size_t err_size)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	struct nearest n = { 0 };

	nearest_try(&n, name, len, "all");
	for (size_t i = 0; i < count; i++) {
		nearest_try(&n, name, len, infos[i].category);
		nearest_try(&n, name, len, short_name(&infos[i]));
		nearest_try(&n, name, len, infos[i].flag);
		nearest_try(&n, name, len, json_short_name(&infos[i]));
		nearest_try(&n, name, len, infos[i].name);
	}
	for (size_t i = 0; i < ALIASES; i++)
		nearest_try(&n, name, len, aliases[i].name);
	snprintf(err, err_size, "no event or category is called \"%.*s\"%s%s%s", (int)len, name,
		 n.name ? " (did you mean \"" : "", n.name ? n.name : "", n.name ? "\"?)" : "");
}

int event_choice_apply(struct event_choice *choice, const char *list, char *err, size_t err_size)
{
	struct event_choice c = *choice;

	if (*list == '-' && !c.made)
		c.events = event_list_all();
	for (const char *item = list;; item++) {
		size_t len = strcspn(item, ",");
		bool drop = *item == '-', single;
		uint64_t events;

		item += drop;
		len -= drop;
		if (!len) {
			snprintf(err, err_size, "an empty name in the list of events \"%s\"", list);
			return -EINVAL;
		}
		events = events_of(item, len, &single);
		if (!events) {
			event_list_unknown(item, len, err, err_size);
			return -EINVAL;
		}
		if (drop) {
			c.events &= ~events;
			c.named &= ~events;
		} else {
			c.events |= events;
			c.named |= single ? events : 0;
		}
		item += len;
		if (!*item)
			break;
	}
	c.made = true;
	*choice = c;
	return 0;
}
