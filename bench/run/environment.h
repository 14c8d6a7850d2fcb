/* SPDX-License-Identifier: BSD-2-Clause */
/* Describes the machine and the source tree of a benchmark's figures. */
#ifndef BENCH_ENVIRONMENT_H
#define BENCH_ENVIRONMENT_H

#include <stdbool.h>
#include <yyjson.h>

/**
 * environment_json() - describe the machine and the tree; docs/benchmarks.md has the format
 * @doc:		owns the result
 *
 * Takes one second, in which it measures how busy the CPUs are.
 *
 * Return: an object.
 */
yyjson_mut_val *environment_json(yyjson_mut_doc *doc);

/* Make an object of the wire format's caps. @before: the caps of the row before-159. */
yyjson_mut_val *environment_caps(yyjson_mut_doc *doc, bool before);

#endif /* BENCH_ENVIRONMENT_H */
