/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Adds the member "context" to an event's JSON line. The member has the event's process, its
 * ancestors, the names of its users, and its container. docs/eventstrace.md describes it.
 */
#ifndef ET_ENCODE_CONTEXT_H
#define ET_ENCODE_CONTEXT_H

#include "lib/decode/decode.h"
#include "lib/encode/ecs.h"
#include "lib/enrich/names.h"
#include "lib/enrich/process_table.h"

/* Event types that the table of processes must see: a mask of ET_EVENT_BIT. */
#define ET_EVENTS_OF_CONTEXT                                                           \
	(1ULL << ET_PROCESS_FORK | 1ULL << ET_PROCESS_EXEC | 1ULL << ET_PROCESS_EXIT | \
	 ET_EVENTS_OF_PROC)

/* Largest number of ancestors in the JSON member "context". */
#define ET_CONTEXT_ANCESTORS 16

/*
 * Largest number of bytes that the JSON member "context" adds to a line. JSON writes one byte of a
 * string as at most 12 bytes.
 */
#define ET_CONTEXT_MAX                                                                             \
	(12 * ((ET_CONTEXT_ANCESTORS + 2) * (ET_PROCESS_FILE_MAX + 64) + 2 * ET_PROCESS_ARGS_MAX + \
	       2 * ET_CAP_CGROUP_PATH + 1024))

struct et_context;

/**
 * et_context_new() - make an empty context
 * @processes:	largest number of processes; 0: ET_PROCESSES_NORMAL
 * @names:	the names of users and groups, which live longer than the context
 * @ret:	receives the context; the caller frees it with et_context_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_context_new(size_t processes, const struct et_names *names, struct et_context **ret);

/* The table of processes. The caller passes each event to et_process_table_see(). */
struct et_process_table *et_context_table(const struct et_context *context);

/* The names of users and groups: et_context_new(). */
const struct et_names *et_context_names(const struct et_context *context);

/* The boot id of the events' host; empty: unknown. */
const char *et_context_boot_id(const struct et_context *context);

/*
 * Set the boot id of all further events. The member entity_id of a process contains it. Empty:
 * unknown.
 */
void et_context_set_boot_id(struct et_context *context, const char *boot_id);

/**
 * et_context_add() - add the JSON member "context" to a line
 * @context:	the context
 * @event:	the event; et_process_table_see() must have seen it
 * @line:	line of the event, which ends with "}\n"; ET_CONTEXT_MAX bytes behind it are free
 * @len:	bytes of the line
 *
 * Return: the new length.
 */
size_t et_context_add(struct et_context *context, const struct et_event *event, char *line,
		      size_t len);

/* Set @ret to the part of an event's context that the formats "ecs" and "es-bulk" print. */
void et_context_fill_ecs(struct et_context *context, const struct et_event *event,
			 struct et_ecs_context *ret);

/* Free the context. NULL is allowed. */
void et_context_free(struct et_context *context);

#endif /* ET_ENCODE_CONTEXT_H */
