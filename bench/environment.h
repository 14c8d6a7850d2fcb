/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine and the source tree that figures were measured on. */
#ifndef BENCH_ENVIRONMENT_H
#define BENCH_ENVIRONMENT_H

#include <stdbool.h>
#include <yyjson.h>

/**
 * environment_json() - describe the machine and the tree; docs/benchmarks.md has the format
 * @doc:	owns the result
 *
 * Takes one second: it measures how busy the machine is.
 *
 * Return: an object.
 */
yyjson_mut_val *environment_json(yyjson_mut_doc *doc);

/* Caps of the wire format, as an object; @before: those of the row before-159. */
yyjson_mut_val *environment_caps(yyjson_mut_doc *doc, bool before);

#endif /* BENCH_ENVIRONMENT_H */
