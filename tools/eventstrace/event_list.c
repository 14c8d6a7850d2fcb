/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/event_list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/include/eventstrace.h"

uint64_t event_list_all(void)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	uint64_t all = 0;

	for (size_t i = 0; i < count; i++)
		all |= ET_EVENT_BIT(infos[i].id);
	return all;
}

void event_choice_add(struct event_choice *choice, unsigned int id)
{
	choice->events |= ET_EVENT_BIT(id);
	choice->named |= ET_EVENT_BIT(id);
	choice->made = true;
}

void event_choice_add_all(struct event_choice *choice)
{
	choice->events = event_list_all();
	choice->made = true;
}

static bool equals(const char *text, size_t len, const char *name)
{
	return strlen(name) == len && !memcmp(text, name, len);
}

/*
 * "exec" is "process-exec" without its category's name; "conn-closed" is "net-conn-closed" without
 * the beginning of its category's name.
 */
static const char *short_name(const struct et_event_info *info)
{
	size_t len = strcspn(info->flag, "-");

	if (!strncmp(info->flag, info->category, len) && info->flag[len] == '-')
		return info->flag + len + 1;
	return info->flag;
}

/*
 * The events that a name means, 0 if there are none. *@ret_single is true if it is the name of one
 * event. A name in several categories means all these events.
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
		if (equals(name, len, infos[i].flag) || equals(name, len, short_name(&infos[i])))
			single |= ET_EVENT_BIT(infos[i].id);
	}
	if (category)
		return category;
	*ret_single = true;
	return single;
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
			snprintf(err, err_size, "no event or category is called \"%.*s\"", (int)len,
				 item);
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
