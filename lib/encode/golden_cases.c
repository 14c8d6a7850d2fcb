/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode/record_builder.h"
#include "lib/decode/record_samples.h"
#include "lib/encode/encode.h"
#include "lib/encode/golden_cases.h"

static struct et_record rec;

static const struct et_pids bash = { .tid = 1200,
				     .tgid = 1200,
				     .ppid = 1100,
				     .pgid = 1200,
				     .sid = 1200,
				     .start_time_ns = 81000000000 };
static const struct et_pids child = { .tid = 1234,
				      .tgid = 1234,
				      .ppid = 1200,
				      .pgid = 1234,
				      .sid = 1200,
				      .start_time_ns = 86400123456789 };
static const struct et_creds root = { .cap_permitted = 0x1ffffffffff,
				      .cap_effective = 0x1ffffffffff };
static const struct et_creds user = { .ruid = 1000,
				      .rgid = 1000,
				      .euid = 0,
				      .egid = 1000,
				      .suid = 0,
				      .sgid = 1000,
				      .cap_permitted = 0xffffffffffffffff,
				      .cap_effective = 0x8000000000000000 };

static const struct et_file_info passwd = { .type = ET_FILE_TYPE_FILE,
					    .mode = 0100644,
					    .inode = 1310762,
					    .size = 2231,
					    .atime = 1795364573123456789,
					    .mtime = 1795364500000000000,
					    .ctime = 1795364500000000001 };
static const struct et_file_info link_info = { .type = ET_FILE_TYPE_SYMLINK,
					       .mode = 0120777,
					       .uid = 1000,
					       .gid = 100,
					       .inode = 42,
					       .size = 11 };
/* A connection from 2001:db8::1 to 2001:db8:0:1::ff. */
static const struct et_net ipv6 = { .transport = ET_TRANSPORT_TCP,
				    .family = ET_FAMILY_AF_INET6,
				    .source_port = 65535,
				    .destination_port = 1,
				    .network_namespace = 4026531840,
				    .source_address = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
				    .destination_address = { 0x20, 0x01, 0x0d,
							     0xb8, [7] = 1, [15] = 0xff } };

static void set_comm(char comm[16], const char *name)
{
	memset(comm, 0, 16);
	memcpy(comm, name, strnlen(name, 16));
}

/* Add a field that is cut by @missing bytes, or has flags. */
static void add_flagged(enum et_var_type type, const char *text, __u32 missing, __u16 flags)
{
	struct et_var var = {
		.orig = strlen(text) + missing, .size = strlen(text), .type = type, .flags = flags
	};

	et_record_var_raw(&rec, var, text, var.size);
}

static struct et_process_exec *begin_exec(void)
{
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

	exec->pids = child;
	exec->creds = root;
	exec->ctty = et_sample_tty;
	exec->ns = et_sample_ns;
	exec->inode_nlink = 1;
	set_comm(exec->comm, "ls");
	return exec;
}

static void fork_of_shell(void)
{
	struct et_process_fork *fork = et_record_begin(&rec, ET_PROCESS_FORK);

	fork->parent_pids = bash;
	fork->child_pids = child;
	fork->creds = root;
	fork->ctty = et_sample_tty;
	fork->ns = et_sample_ns;
	set_comm(fork->comm, "bash");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice/user-0.slice");
	et_record_var_str(&rec, ET_VAR_CWD, "/root");
}

static void fork_without_paths(void)
{
	struct et_process_fork *fork = et_record_begin(&rec, ET_PROCESS_FORK);

	fork->child_pids.tgid = 4294967295;
}

static void exec_of_ls(void)
{
	begin_exec();
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice/user-0.slice");
	et_record_var(&rec, ET_VAR_ARGV, "ls\0-l\0", 6);
	et_record_var(&rec, ET_VAR_ENV, "HOME=/root\0LANG=C.UTF-8\0", 24);
	et_record_var_str(&rec, ET_VAR_CWD, "/root");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/bin/ls");
}

static void exec_with_empty_arguments(void)
{
	begin_exec();
	et_record_var(&rec, ET_VAR_ARGV, "a\0\0\0", 4);
	et_record_var(&rec, ET_VAR_ENV, "", 0);
}

static void exec_without_arguments(void)
{
	begin_exec()->is_memfd = 1;
	et_record_var(&rec, ET_VAR_ARGV, "", 0);
	et_record_var_str(&rec, ET_VAR_FILENAME, "memfd:x");
}

static void exec_of_setuid_file(void)
{
	struct et_process_exec *exec = begin_exec();

	exec->creds = user;
	exec->is_setuid = 1;
	exec->is_setgid = 255; /* JSON "true": any byte that is not 0 */
	exec->inode_nlink = 0;
	set_comm(exec->comm, "su");
	et_record_var(&rec, ET_VAR_ARGV, "su", 3);
	add_flagged(ET_VAR_FILENAME, "/usr/bin/su", 0, ET_VAR_F_DELETED);
}

/* An exec whose arguments have quotes, newlines, control characters, UTF-8 and invalid UTF-8. */
static void exec_with_hostile_arguments(void)
{
	static const char argv[] = "sh\0"
				   "-c\0"
				   "echo \"$1\" \\ \n\t\r\b\f\x01\x1b[31m\x7f\0"
				   "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7\0"
				   "caf\xe9\0"
				   "\x80\xbf\xc0\xaf\xed\xa0\x80\xfe\xff\0"
				   "\xf4\x8f\xba\x80\xf4\x8f\xbb\xbf\0"
				   "</script>\xe2\x80\xa8{\"event_type\":\"PROCESS_EXIT\"}\0";

	set_comm(begin_exec()->comm, "\"\\\n\xff");
	et_record_var(&rec, ET_VAR_ARGV, argv, sizeof(argv) - 1);
	et_record_var_str(&rec, ET_VAR_CWD, "/tmp/new\nline");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/tmp/\xff\xfe/sh");
}

/* An exec whose arguments have 30,000 bytes: the record's field is cut in the second argument. */
static void exec_with_long_argument(void)
{
	static char argv[30000];

	memset(argv, 'x', sizeof(argv));
	memcpy(argv, "cat", 4);
	argv[sizeof(argv) - 1] = '\0';
	begin_exec();
	et_record_var(&rec, ET_VAR_ARGV, argv, sizeof(argv));
}

/* An exec with fields that are cut inside a UTF-8 character, or have all flags. */
static void exec_with_flags(void)
{
	begin_exec();
	add_flagged(ET_VAR_PIDS_SS_CGROUP_PATH, "/a/b", 10, ET_VAR_F_PARTIAL);
	add_flagged(ET_VAR_ARGV, "caf\xc3", 5, ET_VAR_F_TRUNCATED);
	add_flagged(ET_VAR_ENV, "HOME=", 100, ET_VAR_F_TRUNCATED | ET_VAR_F_FAULT);
	add_flagged(ET_VAR_CWD, "", 4096, ET_VAR_F_FAULT);
	add_flagged(ET_VAR_FILENAME, "/x", 0,
		    ET_VAR_F_FAULT | ET_VAR_F_DELETED | ET_VAR_F_UNREACHABLE | ET_VAR_F_PARTIAL);
}

/* An exec of newer probes: its fields have another order, and one field has an unknown type. */
static void exec_of_newer_probes(void)
{
	begin_exec();
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/bin/ls");
	et_record_var_raw(&rec, (struct et_var){ .orig = 3, .size = 3, .type = 9999 }, "new", 3);
	et_record_var(&rec, ET_VAR_ARGV, "ls", 3);
}

static void exit_with_code(void)
{
	struct et_process_exit *exit = et_record_begin(&rec, ET_PROCESS_EXIT);

	exit->pids = child;
	exit->creds = user;
	exit->ns = et_sample_ns;
	exit->exit_code = 255;
	set_comm(exit->comm, "fifteen-letters");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/");
}

static void exit_by_signal(void)
{
	struct et_process_exit *exit = et_record_begin(&rec, ET_PROCESS_EXIT);

	exit->pids = child;
	exit->exit_code = -2147483648;
	exit->exit_signal = 11;
	exit->core_dumped = 1;
	set_comm(exit->comm, "sixteen-letters-");
	add_flagged(ET_VAR_PIDS_SS_CGROUP_PATH, "/gone", 0, ET_VAR_F_DELETED);
}

static void setsid_of_child(void)
{
	struct et_process_setsid *setsid = et_record_begin(&rec, ET_PROCESS_SETSID);

	setsid->pids = child;
	setsid->pids.sid = 1234;
}

static void setuid_to_nobody(void)
{
	struct et_process_setuid *setuid = et_record_begin(&rec, ET_PROCESS_SETUID);

	setuid->pids = child;
	setuid->new_ruid = 65534;
	setuid->new_euid = 4294967294;
}

static void setgid_to_nobody(void)
{
	struct et_process_setgid *setgid = et_record_begin(&rec, ET_PROCESS_SETGID);

	setgid->pids = child;
	setgid->new_rgid = 65534;
	setgid->new_egid = 7;
}

static void begin_tty_write(void)
{
	struct et_process_tty_write *write = et_record_begin(&rec, ET_PROCESS_TTY_WRITE);

	write->pids = bash;
	write->tty = et_sample_tty;
	set_comm(write->comm, "bash");
}

static void tty_write_of_one_byte(void)
{
	begin_tty_write();
	et_record_var(&rec, ET_VAR_TTY_OUT, "x", 1);
}

static void tty_write_of_anything(void)
{
	static const char out[] = "a\0b\r\n\x1b[1;32m\xe2\x94\x80\xff\0";

	begin_tty_write();
	et_record_var(&rec, ET_VAR_TTY_OUT, out, sizeof(out) - 1);
}

static void tty_write_cut(void)
{
	begin_tty_write();
	add_flagged(ET_VAR_TTY_OUT, "0123456789", 1808, ET_VAR_F_TRUNCATED);
}

static void tty_write_unreadable(void)
{
	begin_tty_write();
	add_flagged(ET_VAR_TTY_OUT, "", 64, ET_VAR_F_FAULT);
}

static void tty_write_of_nothing(void)
{
	begin_tty_write();
}

static void exec_failed(void)
{
	struct et_process_exec_failed *failed = et_record_begin(&rec, ET_PROCESS_EXEC_FAILED);

	failed->pids = child;
	failed->creds = root;
	failed->ctty = et_sample_tty;
	failed->ns = et_sample_ns;
	failed->error = 2;
	set_comm(failed->comm, "bash");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice/user-0.slice");
	et_record_var(&rec, ET_VAR_ARGV, "nothing\0here\0", 13);
	et_record_var_str(&rec, ET_VAR_CWD, "/root");
	et_record_var_str(&rec, ET_VAR_FILENAME, "./nothing");
}

static void memfd_create_of_library(void)
{
	struct et_process_memfd_create *memfd = et_record_begin(&rec, ET_PROCESS_MEMFD_CREATE);

	memfd->pids = child;
	memfd->flags = 3;
	memfd->flag_cloexec = 1;
	memfd->flag_allow_seal = 1;
	et_record_var_str(&rec, ET_VAR_FILENAME, "wayland-shm");
}

static void memfd_create_unreadable(void)
{
	struct et_process_memfd_create *memfd = et_record_begin(&rec, ET_PROCESS_MEMFD_CREATE);

	memfd->flags = 4294967295;
	memfd->flag_hugetlb = 1;
	memfd->flag_noexec_seal = 255;
	memfd->flag_exec = 1;
	add_flagged(ET_VAR_FILENAME, "", 0, ET_VAR_F_FAULT | ET_VAR_F_PARTIAL);
}

static void shmget_of_private_segment(void)
{
	struct et_process_shmget *shmget = et_record_begin(&rec, ET_PROCESS_SHMGET);

	shmget->pids = child;
	shmget->shmflg = 01600;
	shmget->size = 4096;
}

static void shmget_of_largest(void)
{
	struct et_process_shmget *shmget = et_record_begin(&rec, ET_PROCESS_SHMGET);

	shmget->pids = child;
	shmget->key = 2147483648;
	shmget->shmflg = -1;
	shmget->size = 18446744073709551615ULL;
}

static void ptrace_attach(void)
{
	struct et_process_ptrace *ptrace = et_record_begin(&rec, ET_PROCESS_PTRACE);

	ptrace->pids = bash;
	ptrace->request = 16;
	ptrace->child_pid = 1234;
}

static void ptrace_of_anything(void)
{
	struct et_process_ptrace *ptrace = et_record_begin(&rec, ET_PROCESS_PTRACE);

	ptrace->pids = bash;
	ptrace->request = -9223372036854775807LL - 1;
	ptrace->child_pid = -1;
}

static void load_module(void)
{
	struct et_process_load_module *load = et_record_begin(&rec, ET_PROCESS_LOAD_MODULE);

	load->pids = child;
	et_record_var_str(&rec, ET_VAR_FILENAME, "fuse");
	et_record_var_str(&rec, ET_VAR_MOD_VERSION, "7.37");
	et_record_var_str(&rec, ET_VAR_MOD_SRCVERSION, "533BB7E5866E52F63B9ACCB");
}

/* A kernel module whose version is longer than the field's cap, and that has no checksum. */
static void load_module_without_checksum(void)
{
	static char version[300];
	struct et_process_load_module *load = et_record_begin(&rec, ET_PROCESS_LOAD_MODULE);

	memset(version, '9', sizeof(version));
	load->pids = child;
	et_record_var_str(&rec, ET_VAR_FILENAME, "nine");
	et_record_var(&rec, ET_VAR_MOD_VERSION, version, sizeof(version));
	et_record_var(&rec, ET_VAR_MOD_SRCVERSION, "", 0);
}

static void file_deleted(void)
{
	struct et_file_delete *file = et_record_begin(&rec, ET_FILE_DELETE);

	file->pids = child;
	file->creds = root;
	file->file_info = passwd;
	file->mount_namespace = 4026531841;
	set_comm(file->comm, "rm");
	et_record_var_str(&rec, ET_VAR_PATH, "/etc/passwd-");
	et_record_var_str(&rec, ET_VAR_SYMLINK_TARGET_PATH, "");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice/user-0.slice");
}

static void symlink_deleted(void)
{
	struct et_file_delete *file = et_record_begin(&rec, ET_FILE_DELETE);

	file->pids = child;
	file->creds = user;
	file->file_info = link_info;
	set_comm(file->comm, "rm");
	add_flagged(ET_VAR_PATH, "/home/user/now", 0, ET_VAR_F_UNRESOLVED);
	et_record_var_str(&rec, ET_VAR_SYMLINK_TARGET_PATH, "../then\xff\n\"");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/");
}

static void file_created(void)
{
	struct et_file_create *file = et_record_begin(&rec, ET_FILE_CREATE);

	file->pids = child;
	file->creds = user;
	file->file_info = passwd;
	file->file_info.mode = 0104755;
	file->file_info.size = 0;
	file->mount_namespace = 4026531841;
	set_comm(file->comm, "cc1");
	et_record_var_str(&rec, ET_VAR_PATH, "/tmp/ccX1.s");
	et_record_var_str(&rec, ET_VAR_SYMLINK_TARGET_PATH, "");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice");
}

static void file_created_of_zeroes(void)
{
	et_record_begin(&rec, ET_FILE_CREATE);
}

static void file_renamed(void)
{
	struct et_file_rename *file = et_record_begin(&rec, ET_FILE_RENAME);

	file->pids = child;
	file->creds = root;
	file->file_info = passwd;
	file->mount_namespace = 4026531841;
	set_comm(file->comm, "mv");
	et_record_var_str(&rec, ET_VAR_OLD_PATH, "/etc/passwd+");
	et_record_var_str(&rec, ET_VAR_NEW_PATH, "/etc/passwd");
	et_record_var_str(&rec, ET_VAR_SYMLINK_TARGET_PATH, "");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice/user-0.slice");
}

/* A renamed directory with three paths, each with a different flag. */
static void dir_renamed_with_flags(void)
{
	struct et_file_rename *file = et_record_begin(&rec, ET_FILE_RENAME);

	file->file_info.type = ET_FILE_TYPE_DIR;
	file->file_info.mode = 041777;
	add_flagged(ET_VAR_OLD_PATH, "/deep/down", 90, ET_VAR_F_TRUNCATED | ET_VAR_F_PARTIAL);
	add_flagged(ET_VAR_NEW_PATH, "/up", 0, ET_VAR_F_UNREACHABLE | ET_VAR_F_UNRESOLVED);
	add_flagged(ET_VAR_SYMLINK_TARGET_PATH, "", 10, ET_VAR_F_FAULT);
}

static void file_modified(void)
{
	struct et_file_modify *file = et_record_begin(&rec, ET_FILE_MODIFY);

	file->pids = child;
	file->creds = root;
	file->file_info = passwd;
	file->mount_namespace = 4026531841;
	file->change_type = ET_CHANGE_TYPE_CONTENT;
	set_comm(file->comm, "useradd");
	et_record_var_str(&rec, ET_VAR_PATH, "/etc/passwd");
	et_record_var_str(&rec, ET_VAR_SYMLINK_TARGET_PATH, "");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice/user-0.slice");
}

static void begin_modify(unsigned int change, unsigned int type, unsigned int mode)
{
	struct et_file_modify *file = et_record_begin(&rec, ET_FILE_MODIFY);

	file->pids = child;
	file->change_type = change;
	file->file_info.type = type;
	file->file_info.mode = mode;
	set_comm(file->comm, "chmod");
	et_record_var_str(&rec, ET_VAR_PATH, "/dev/x");
}

static void device_permissions_modified(void)
{
	begin_modify(ET_CHANGE_TYPE_PERMISSIONS, ET_FILE_TYPE_CHARACTER_DEVICE, 020600);
}

static void device_owner_modified(void)
{
	begin_modify(ET_CHANGE_TYPE_OWNER, ET_FILE_TYPE_BLOCK_DEVICE, 060660);
}

static void fifo_xattrs_modified(void)
{
	begin_modify(ET_CHANGE_TYPE_XATTRS, ET_FILE_TYPE_NAMED_PIPE, 010007);
}

/* A modified file with enum values that schema.def does not have. */
static void something_modified(void)
{
	begin_modify(255, 8, 0177777);
}

static void memfd_opened(void)
{
	struct et_file_memfd_open *file = et_record_begin(&rec, ET_FILE_MEMFD_OPEN);

	file->pids = child;
	file->creds = user;
	file->file_info = passwd;
	file->file_info.mode = 0100777;
	file->mount_namespace = 4294967295;
	set_comm(file->comm, "loader");
	add_flagged(ET_VAR_PATH, "/memfd:payload", 0, ET_VAR_F_DELETED | ET_VAR_F_UNREACHABLE);
	et_record_var_str(&rec, ET_VAR_SYMLINK_TARGET_PATH, "");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/");
}

static void shmem_opened_with_largest_numbers(void)
{
	struct et_file_shmem_open *file = et_record_begin(&rec, ET_FILE_SHMEM_OPEN);

	file->pids = child;
	file->file_info = (struct et_file_info){ .type = ET_FILE_TYPE_SOCKET,
						 .mode = 0140000,
						 .uid = 4294967295,
						 .gid = 4294967295,
						 .inode = 18446744073709551615ULL,
						 .size = 18446744073709551615ULL,
						 .atime = 18446744073709551615ULL,
						 .mtime = 18446744073709551615ULL,
						 .ctime = 18446744073709551615ULL };
	set_comm(file->comm, "postgres");
	et_record_var_str(&rec, ET_VAR_PATH, "/dev/shm/PostgreSQL.1");
}

static void connection_attempted(void)
{
	struct et_network_connection_attempted *conn =
		et_record_begin(&rec, ET_NETWORK_CONNECTION_ATTEMPTED);

	conn->pids = child;
	conn->net = et_sample_ipv4;
	set_comm(conn->comm, "curl");
}

static void connection_attempted_over_ipv6(void)
{
	struct et_network_connection_attempted *conn =
		et_record_begin(&rec, ET_NETWORK_CONNECTION_ATTEMPTED);

	conn->pids = child;
	conn->net = ipv6;
	set_comm(conn->comm, "curl");
}

/* A connection that an IPv6 socket has accepted from an IPv4 address. */
static void connection_accepted(void)
{
	struct et_network_connection_accepted *conn =
		et_record_begin(&rec, ET_NETWORK_CONNECTION_ACCEPTED);

	conn->pids = child;
	conn->net = et_sample_ipv4;
	conn->net.family = ET_FAMILY_AF_INET6;
	set_comm(conn->comm, "sshd");
}

static void connection_accepted_of_zeroes(void)
{
	et_record_begin(&rec, ET_NETWORK_CONNECTION_ACCEPTED);
}

static void begin_closed(const struct et_net *net)
{
	struct et_network_connection_closed *conn =
		et_record_begin(&rec, ET_NETWORK_CONNECTION_CLOSED);

	conn->pids = child;
	memcpy(&conn->net, net, sizeof(*net));
	conn->net.bytes_sent = 517;
	conn->net.bytes_received = 18446744073709551615ULL;
	set_comm(conn->comm, "curl");
}

static void connection_closed(void)
{
	begin_closed(&et_sample_ipv4);
}

static void connection_closed_over_ipv6(void)
{
	begin_closed(&ipv6);
}

/* A closed connection with enum values that schema.def does not have, and the longest addresses. */
static void connection_closed_of_anything(void)
{
	struct et_net net;

	memset(&net, 0xff, sizeof(net));
	begin_closed(&net);
}

static void setsid_of_daemon(void)
{
	struct et_process_setsid *setsid = et_record_begin(&rec, ET_PROCESS_SETSID);

	setsid->pids = child;
	setsid->pids.start_boottime_ns = 18446744073709551615ULL;
	memcpy(setsid->comm, "daemon", 7);
	setsid->creds.cap_permitted = 1;
	setsid->old_sid = 1000;
	setsid->old_pgid = 4194303;
}

static void setuid_to_root(void)
{
	struct et_process_setuid *setuid = et_record_begin(&rec, ET_PROCESS_SETUID);

	setuid->pids = child;
	memcpy(setuid->comm, "su", 3);
	setuid->creds.ruid = 1000;
	setuid->new_ruid = setuid->old_ruid = setuid->old_euid = setuid->old_suid = 1000;
	setuid->old_fsuid = 4294967295;
}

static void setgid_to_nobody_from_root(void)
{
	struct et_process_setgid *setgid = et_record_begin(&rec, ET_PROCESS_SETGID);

	setgid->new_rgid = 1;
	setgid->new_egid = 2;
	setgid->new_sgid = 3;
	setgid->new_fsgid = 4;
	setgid->old_rgid = 5;
	setgid->old_egid = 6;
	setgid->old_sgid = 7;
	setgid->old_fsgid = 8;
}

static void exec_of_script(void)
{
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

	exec->ctty.devpts = 4294967295;
	exec->env_filtered = 4294967295;
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/bin/dash");
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/system.slice/a \"b\".service");
	add_flagged(ET_VAR_SCRIPT, "./script", 0, ET_VAR_F_UNRESOLVED);
}

static void exit_sockets_open(void)
{
	struct et_process_exit *exited = et_record_begin(&rec, ET_PROCESS_EXIT);

	exited->sockets_open = 1;
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/user.slice");
}

static void connection_accepted_by_root(void)
{
	struct et_network_connection_accepted *net =
		et_record_begin(&rec, ET_NETWORK_CONNECTION_ACCEPTED);

	net->net = et_sample_ipv4;
	net->creds.cap_effective = 18446744073709551615ULL;
	net->creds.sgid = 4294967295;
}

/* A process that ended 456,789 ns before its connections were closed and the record was made. */
static void exited_with_connections(void)
{
	struct et_process_exit *exit = et_record_begin(&rec, ET_PROCESS_EXIT);

	exit->pids = child;
	exit->closing_ns = 456789;
	set_comm(exit->comm, "server");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/");
}

static void begin_exists(void)
{
	struct et_process_exists *exists = et_record_begin(&rec, ET_PROCESS_EXISTS);

	exists->pids = bash;
	exists->creds = user;
	exists->ctty = et_sample_tty;
	exists->ns = et_sample_ns;
	exists->loginuid = 1000;
	set_comm(exists->comm, "bash");
}

static void exists_in_a_terminal(void)
{
	begin_exists();
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice/user-0.slice");
	et_record_var(&rec, ET_VAR_ARGV, "-bash\0", 6);
	et_record_var_str(&rec, ET_VAR_CWD, "/root");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/bin/bash");
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/user.slice/user-0.slice");
}

static void exists_unreadable(void)
{
	struct et_process_exists *exists = et_record_begin(&rec, ET_PROCESS_EXISTS);

	exists->pids.tgid = 4294967295;
	exists->loginuid = 4294967295;
	exists->again = 1;
	add_flagged(ET_VAR_ARGV, "", 0, ET_VAR_F_FAULT);
	add_flagged(ET_VAR_FILENAME, "", 0, ET_VAR_F_FAULT);
}

#define CASE(fn) { #fn, fn }

static const struct {
	const char *name;
	void (*build)(void);
} cases[] = {
	CASE(fork_of_shell),
	CASE(fork_without_paths),
	CASE(exec_of_ls),
	CASE(exec_with_empty_arguments),
	CASE(exec_without_arguments),
	CASE(exec_of_setuid_file),
	CASE(exec_with_hostile_arguments),
	CASE(exec_with_long_argument),
	CASE(exec_with_flags),
	CASE(exec_of_newer_probes),
	CASE(exit_with_code),
	CASE(exit_by_signal),
	CASE(setsid_of_child),
	CASE(setuid_to_nobody),
	CASE(setgid_to_nobody),
	CASE(tty_write_of_one_byte),
	CASE(tty_write_of_anything),
	CASE(tty_write_cut),
	CASE(tty_write_unreadable),
	CASE(tty_write_of_nothing),
	CASE(exec_failed),
	CASE(memfd_create_of_library),
	CASE(memfd_create_unreadable),
	CASE(shmget_of_private_segment),
	CASE(shmget_of_largest),
	CASE(ptrace_attach),
	CASE(ptrace_of_anything),
	CASE(load_module),
	CASE(load_module_without_checksum),
	CASE(file_deleted),
	CASE(symlink_deleted),
	CASE(file_created),
	CASE(file_created_of_zeroes),
	CASE(file_renamed),
	CASE(dir_renamed_with_flags),
	CASE(file_modified),
	CASE(device_permissions_modified),
	CASE(device_owner_modified),
	CASE(fifo_xattrs_modified),
	CASE(something_modified),
	CASE(memfd_opened),
	CASE(shmem_opened_with_largest_numbers),
	CASE(connection_attempted),
	CASE(connection_attempted_over_ipv6),
	CASE(connection_accepted),
	CASE(connection_accepted_of_zeroes),
	CASE(connection_closed),
	CASE(connection_closed_over_ipv6),
	CASE(connection_closed_of_anything),
	CASE(setsid_of_daemon),
	CASE(setuid_to_root),
	CASE(setgid_to_nobody_from_root),
	CASE(exec_of_script),
	CASE(exit_sockets_open),
	CASE(connection_accepted_by_root),
	CASE(exited_with_connections),
	CASE(exists_in_a_terminal),
	CASE(exists_unreadable),
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static int golden_event(size_t n, bool fixed, struct et_event *ret)
{
	int r;

	if (n >= CASES)
		return 0;
	cases[n].build();
	rec.hdr.ts = 86400123456789 + 1000 * n;
	if (fixed)
		et_record_make_fixed(&rec);
	r = et_decode(rec.bytes, et_record_len(&rec), ret);
	if (r < 0)
		return r;
	ret->time_ns = 1795364573123456789 + 1000 * n;
	return 1;
}

static int golden_case(size_t n, bool fixed, struct et_golden *ret)
{
	struct et_encoder enc;
	struct et_event event;
	char *line;
	int r;

	r = golden_event(n, fixed, &event);
	if (r <= 0)
		return r;
	et_encoder_init(&enc, &et_json_encoder);

	line = malloc(et_encode_bound(&enc, &event));
	if (!line)
		abort();
	*ret = (struct et_golden){
		.name = cases[n].name,
		.type = rec.hdr.type,
		.line = line,
		.size = et_encode(&enc, &event, line),
	};
	return 1;
}

int et_golden_event(size_t n, struct et_event *ret)
{
	return golden_event(n, false, ret);
}

int et_golden_event_fixed(size_t n, struct et_event *ret)
{
	return golden_event(n, true, ret);
}

int et_golden_case(size_t n, struct et_golden *ret)
{
	return golden_case(n, false, ret);
}

int et_golden_case_fixed(size_t n, struct et_golden *ret)
{
	return golden_case(n, true, ret);
}
