/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>

#include "bench/micro/records.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode/record_builder.h"
#include "lib/decode/record_samples.h"

#define RECORDS_MAX 64

static struct et_micro_record records[RECORDS_MAX];
static size_t records_count;

static struct et_record rec;

static const char *const flags[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = (flag),
#include "lib/wire/schema.def"
};

/* The environment of a shell on a desktop. */
static const char small_env[] = "HOME=/home/user\0"
				"LANG=C.UTF-8\0"
				"LOGNAME=user\0"
				"PATH=/usr/local/bin:/usr/bin:/bin\0"
				"PWD=/home/user/src\0"
				"SHELL=/bin/bash\0"
				"SHLVL=1\0"
				"TERM=xterm-256color\0"
				"USER=user\0"
				"_=/usr/bin/ls";

static const struct et_pids pids = { .tid = 41234,
				     .tgid = 41234,
				     .ppid = 40961,
				     .pgid = 41234,
				     .sid = 40961,
				     .start_time_ns = 86400123456789 };
static const struct et_creds creds = {
	.ruid = 1000, .rgid = 1000, .euid = 1000, .egid = 1000, .suid = 1000, .sgid = 1000
};

static void die(const char *name, const char *what)
{
	fprintf(stderr, "micro: record %s: %s\n", name, what);
	exit(1);
}

/* Copy the record that the builder holds. */
static void *copy(const char *name)
{
	size_t size = et_record_len(&rec);
	void *p = aligned_alloc(64, (size + 63) & ~(size_t)63);

	if (!p)
		die(name, "no memory");
	return memcpy(p, rec.bytes, size);
}

/*
 * Save the record that the builder holds, in both formats, as "EVENT/WHICH". @which may be empty.
 */
static void keep(const char *which)
{
	struct et_micro_record *r = &records[records_count++];
	struct et_event fixed;

	if (records_count > RECORDS_MAX)
		die(which, "RECORDS_MAX is too small");
	snprintf(r->name, sizeof(r->name), "%s%s%s", flags[rec.hdr.type], *which ? "/" : "", which);
	rec.hdr.ts = 86500123456789;
	r->varlen_size = et_record_len(&rec);
	r->varlen = copy(r->name);
	et_record_make_fixed(&rec);
	r->fixed_size = et_record_len(&rec);
	r->fixed = copy(r->name);

	if (et_decode(r->varlen, r->varlen_size, &r->event) < 0 ||
	    et_decode(r->fixed, r->fixed_size, &fixed) < 0)
		die(r->name, "the decoder rejects it");
	r->event.time_ns = 1700000000123456789;
}

static void put_place(void)
{
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH,
			  "/user.slice/user-1000.slice/session-3.scope");
}

static void make_exec(const char *which, size_t arg, const char *env, size_t env_size)
{
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);
	char argv[16384] = "ls";

	exec->pids = pids;
	exec->creds = creds;
	exec->ctty = et_sample_tty;
	exec->ns = et_sample_ns;
	exec->inode_nlink = 1;
	memcpy(exec->comm, "ls", 2);
	put_place();
	memset(argv + 3, 'a', arg);
	et_record_var(&rec, ET_VAR_ARGV, argv, arg ? 3 + arg + 1 : 3);
	et_record_var(&rec, ET_VAR_ENV, env, env_size);
	et_record_var_str(&rec, ET_VAR_CWD, "/home/user/src");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/bin/ls");
	keep(which);
}

static void make_exists(void)
{
	struct et_process_exists *exists = et_record_begin(&rec, ET_PROCESS_EXISTS);

	exists->pids = pids;
	exists->creds = creds;
	exists->ns = et_sample_ns;
	exists->loginuid = 1000;
	memcpy(exists->comm, "ls", 2);
	put_place();
	et_record_var(&rec, ET_VAR_ARGV, "ls\0-l\0", 6);
	et_record_var_str(&rec, ET_VAR_CWD, "/home/user/src");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/bin/ls");
	keep("");
}

/*
 * @kind:		"plain" is text as programs write it to a terminal; "ff" is the byte that
 *		takes the longest to encode as JSON.
 */
static void make_tty(const char *kind, size_t size)
{
	struct et_process_tty_write *write = et_record_begin(&rec, ET_PROCESS_TTY_WRITE);
	static const char line[] = "-rw-r--r-- 1 user user 4096 Nov 11 11:11 Makefile ";
	char out[8192], which[32];

	write->pids = pids;
	write->tty = et_sample_tty;
	memcpy(write->comm, "ls", 2);
	for (size_t i = 0; i < size; i++)
		out[i] = kind[0] == 'f' ? '\xff' : line[i % (sizeof(line) - 1)];
	et_record_var(&rec, ET_VAR_TTY_OUT, out, size);
	snprintf(which, sizeof(which), "%s:%zu", kind, size);
	keep(which);
}

static void make_fork(void)
{
	struct et_process_fork *fork = et_record_begin(&rec, ET_PROCESS_FORK);

	fork->parent_pids = pids;
	fork->child_pids = pids;
	fork->creds = creds;
	fork->ctty = et_sample_tty;
	fork->ns = et_sample_ns;
	memcpy(fork->comm, "bash", 4);
	put_place();
	et_record_var_str(&rec, ET_VAR_CWD, "/home/user/src");
	keep("");
}

static void make_exit(void)
{
	struct et_process_exit *ev = et_record_begin(&rec, ET_PROCESS_EXIT);

	ev->pids = pids;
	ev->creds = creds;
	ev->ctty = et_sample_tty;
	ev->ns = et_sample_ns;
	memcpy(ev->comm, "ls", 2);
	put_place();
	keep("");
}

static void make_exec_failed(void)
{
	struct et_process_exec_failed *ev = et_record_begin(&rec, ET_PROCESS_EXEC_FAILED);

	ev->pids = pids;
	ev->creds = creds;
	ev->ctty = et_sample_tty;
	ev->ns = et_sample_ns;
	ev->error = 2;
	memcpy(ev->comm, "bash", 4);
	put_place();
	et_record_var(&rec, ET_VAR_ARGV, "ls\0-l", 6);
	et_record_var_str(&rec, ET_VAR_CWD, "/home/user/src");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/local/bin/ls");
	keep("");
}

/* Events that contain only numbers. */
static void make_numbers(void)
{
	struct et_process_setsid *setsid;
	struct et_process_setuid *setuid;
	struct et_process_setgid *setgid;

	setsid = et_record_begin(&rec, ET_PROCESS_SETSID);
	setsid->pids = pids;
	keep("");

	setuid = et_record_begin(&rec, ET_PROCESS_SETUID);
	setuid->pids = pids;
	setuid->new_ruid = setuid->new_euid = 1000;
	keep("");

	setgid = et_record_begin(&rec, ET_PROCESS_SETGID);
	setgid->pids = pids;
	setgid->new_rgid = setgid->new_egid = 1000;
	keep("");
}

/* Events of rare system calls. */
static void make_calls(void)
{
	struct et_process_memfd_create *memfd;
	struct et_process_shmget *shmget;
	struct et_process_ptrace *ptrace;
	struct et_process_load_module *load;

	memfd = et_record_begin(&rec, ET_PROCESS_MEMFD_CREATE);
	memfd->pids = pids;
	memfd->flags = 3;
	memfd->flag_cloexec = memfd->flag_allow_seal = 1;
	et_record_var_str(&rec, ET_VAR_FILENAME, "wayland-shm");
	keep("");

	shmget = et_record_begin(&rec, ET_PROCESS_SHMGET);
	shmget->pids = pids;
	shmget->shmflg = 01600;
	shmget->size = 393216;
	keep("");

	ptrace = et_record_begin(&rec, ET_PROCESS_PTRACE);
	ptrace->pids = pids;
	ptrace->request = 16;
	ptrace->child_pid = 41234;
	keep("");

	load = et_record_begin(&rec, ET_PROCESS_LOAD_MODULE);
	load->pids = pids;
	et_record_var_str(&rec, ET_VAR_FILENAME, "/lib/modules/6.1.0/kernel/fs/fuse/fuse.ko");
	et_record_var_str(&rec, ET_VAR_MOD_VERSION, "7.37");
	et_record_var_str(&rec, ET_VAR_MOD_SRCVERSION, "533BB7E5866E52F63B9ACCB");
	keep("");
}

static const struct et_file_info file_info = { .type = ET_FILE_TYPE_FILE,
					       .mode = 0100644,
					       .uid = 1000,
					       .gid = 1000,
					       .inode = 1310762,
					       .size = 4096,
					       .atime = 1700000000123456789,
					       .mtime = 1700000000123456789,
					       .ctime = 1700000000123456789 };

/* Make a file event with the fields that all file events have. */
#define MAKE_FILE(NAME, type)                                            \
	do {                                                             \
		struct et_##type *ev = et_record_begin(&rec, ET_##NAME); \
                                                                         \
		ev->pids = pids;                                         \
		ev->creds = creds;                                       \
		ev->file_info = file_info;                               \
		ev->mount_namespace = et_sample_ns.mnt;                  \
		memcpy(ev->comm, "cc1", 3);                              \
		put_paths(ET_##NAME == ET_FILE_RENAME);                  \
		put_place();                                             \
		keep("");                                                \
	} while (0)

static void put_paths(bool renamed)
{
	if (renamed) {
		et_record_var_str(&rec, ET_VAR_OLD_PATH, "/home/user/src/build/main.o.tmp");
		et_record_var_str(&rec, ET_VAR_NEW_PATH, "/home/user/src/build/main.o");
	} else {
		et_record_var_str(&rec, ET_VAR_PATH, "/home/user/src/build/main.o");
	}
	et_record_var(&rec, ET_VAR_SYMLINK_TARGET_PATH, "", 0);
}

static void make_files(void)
{
	MAKE_FILE(FILE_DELETE, file_delete);
	MAKE_FILE(FILE_CREATE, file_create);
	MAKE_FILE(FILE_RENAME, file_rename);
	MAKE_FILE(FILE_MODIFY, file_modify);
	MAKE_FILE(FILE_MEMFD_OPEN, file_memfd_open);
	MAKE_FILE(FILE_SHMEM_OPEN, file_shmem_open);
}

static const struct et_net ipv6 = {
	.transport = ET_TRANSPORT_TCP,
	.family = ET_FAMILY_AF_INET6,
	.source_port = 54321,
	.destination_port = 443,
	.network_namespace = 4026531840,
	.source_address = { 0x20, 0x01, 0x0d, 0xb8, 0x85, 0xa3, 0x08, 0xd3, 0x13, 0x19, 0x8a, 0x2e,
			    0x03, 0x70, 0x73, 0x48 },
	.destination_address = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
};

static void make_connections(const char *which, const struct et_net *net)
{
	struct et_network_connection_attempted *attempted;
	struct et_network_connection_accepted *accepted;
	struct et_network_connection_closed *closed;

	attempted = et_record_begin(&rec, ET_NETWORK_CONNECTION_ATTEMPTED);
	attempted->pids = pids;
	attempted->net = *net;
	memcpy(attempted->comm, "curl", 4);
	keep(which);

	accepted = et_record_begin(&rec, ET_NETWORK_CONNECTION_ACCEPTED);
	accepted->pids = pids;
	accepted->net = *net;
	memcpy(accepted->comm, "sshd", 4);
	keep(which);

	closed = et_record_begin(&rec, ET_NETWORK_CONNECTION_CLOSED);
	closed->pids = pids;
	memcpy(&closed->net, net, sizeof(*net));
	closed->net.bytes_sent = 517;
	closed->net.bytes_received = 1234567;
	memcpy(closed->comm, "curl", 4);
	keep(which);
}

const struct et_micro_record *et_micro_records(size_t *ret_count)
{
	static const size_t tty_sizes[] = { 1, 64, 1024, 8192 };

	if (!records_count) {
		make_fork();
		make_exec("arg:0", 0, "", 0);
		make_exec("arg:0/env", 0, small_env, sizeof(small_env));
		make_exec("arg:10000", 10000, "", 0);
		make_exit();
		make_numbers();
		for (size_t i = 0; i < sizeof(tty_sizes) / sizeof(tty_sizes[0]); i++)
			make_tty("plain", tty_sizes[i]);
		for (size_t i = 0; i < sizeof(tty_sizes) / sizeof(tty_sizes[0]); i++)
			make_tty("ff", tty_sizes[i]);
		make_exec_failed();
		make_calls();
		make_files();
		make_connections("ipv4", &et_sample_ipv4);
		make_connections("ipv6", &ipv6);
		make_exists();
	}
	*ret_count = records_count;
	return records;
}

const struct et_micro_record *et_micro_record(const char *name)
{
	size_t count;
	const struct et_micro_record *r = et_micro_records(&count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(r[i].name, name))
			return &r[i];
	die(name, "no record has this name");
	return NULL;
}
