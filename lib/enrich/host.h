/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the name of this host, and the id that the kernel gave to its present boot. */
#ifndef ET_ENRICH_HOST_H
#define ET_ENRICH_HOST_H

/* Bytes of a host's name, a boot's id and a session's id, each with its terminating 0. */
#define ET_HOST_NAME_SIZE    65
#define ET_HOST_BOOT_ID_SIZE 37
#define ET_HOST_SESSION_SIZE 37

/*
 * Read the host's name, as uname(2) gives it, and /proc/sys/kernel/random/boot_id. A value that is
 * not available becomes empty.
 */
void et_host_read(char name[ET_HOST_NAME_SIZE], char boot_id[ET_HOST_BOOT_ID_SIZE]);

/* Make an id for a session: a random UUID. Empty if the kernel gives none. */
void et_host_make_session(char ret[ET_HOST_SESSION_SIZE]);

#endif /* ET_ENRICH_HOST_H */
