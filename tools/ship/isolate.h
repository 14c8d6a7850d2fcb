/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps a static program from loading shared libraries of the host, which belong to another C
 * library.
 */
#ifndef TOOLS_SHIP_ISOLATE_H
#define TOOLS_SHIP_ISOLATE_H

/**
 * ship_isolate() - ignore the host's settings that name shared libraries
 *
 * Names of hosts are resolved by /etc/hosts and by DNS alone: glibc would load a library for each
 * other source in /etc/nsswitch.conf, such as "resolve". OpenSSL does not read openssl.cnf, which
 * can name providers to load. Call it before the first use of OpenSSL, and before other threads
 * run.
 *
 * Return: 0 or -EIO.
 */
int ship_isolate(void);

#endif /* TOOLS_SHIP_ISOLATE_H */
