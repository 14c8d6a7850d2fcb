/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A steady load: writes of one byte to a terminal. A process of its own makes them, because
 * eventstrace leaves out what the process that reads its output writes.
 */
#ifndef TOOLS_SHIP_BENCH_LOAD_H
#define TOOLS_SHIP_BENCH_LOAD_H

/*
 * Run the load: @per_second writes a second for @seconds, at fixed times. A late write is made at
 * once. @output: file of the messages. Return: 0 or a negative errno.
 */
int load_run(unsigned int per_second, unsigned int seconds, const char *output);

/* The process of the load: "bench load PER_SECOND SECONDS". Return: its exit status. */
int load_main(const char *per_second, const char *seconds);

/* "-e tty-write --tree=PID": what records only this load. Ends with NULL. */
#define LOAD_FLAGS_MAX 4
void load_flags(const char *ret[LOAD_FLAGS_MAX]);

#endif /* TOOLS_SHIP_BENCH_LOAD_H */
