/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps files open without descriptors. The files are BPF links, which keep BPF programs attached.
 * A descriptor for each link would count against RLIMIT_NOFILE. A file that was sent through a Unix
 * socket and is not received yet stays open without a descriptor.
 */
#ifndef ET_FD_STORE_H
#define ET_FD_STORE_H

#include <stddef.h>

/* Largest number of sockets in a store, and of files in the queue of one socket. */
#define ET_FD_STORE_SOCKETS 24
#define ET_FD_STORE_EACH    8

/* A store of open files. Initialize all members with 0. */
struct et_fd_store {
	int sockets[ET_FD_STORE_SOCKETS]; /* receiving ends: the files are in their queues */
	size_t count;                     /* number of sockets */
	size_t room;                      /* number of files that still fit into the last socket */
	int sender; /* sending end of the last socket; only open if `room` is not 0 */
};

/**
 * et_fd_store__put() - keep a file open without a descriptor
 * @store:	the store
 * @fd:		the file's descriptor; the caller keeps it and can close it
 *
 * Return: 0, or a negative errno if the kernel has no Unix sockets or the store is full.
 */
int et_fd_store__put(struct et_fd_store *store, int fd);

/**
 * et_fd_store__take() - take all sockets, with the files in their queues, out of the store
 * @store:	the store
 * @ret:	receives at most ET_FD_STORE_SOCKETS sockets; closing a socket closes its files
 *
 * Return: the number of sockets.
 */
size_t et_fd_store__take(struct et_fd_store *store, int *ret);

#endif /* ET_FD_STORE_H */
