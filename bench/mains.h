/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The benchmark's programs as functions. Each is the main function of a program, and a command of
 * bundle.
 */
#ifndef BENCH_MAINS_H
#define BENCH_MAINS_H

/* Return: the exit status. */
int stress_main(int argc, char **argv);
int gate_main(int argc, char **argv);
int report_main(int argc, char **argv);

#endif /* BENCH_MAINS_H */
