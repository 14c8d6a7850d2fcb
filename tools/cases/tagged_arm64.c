/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls whose arguments are at tagged addresses. The processor ignores the top byte of a
 * user address, so a program can store a tag in it, as the compiler's hardware sanitizer does.
 * Since Linux 5.4 a process can pass such addresses to system calls, after
 * prctl(PR_SET_TAGGED_ADDR_CTRL).
 *
 * The first argument of the case selects its part, because each theme has its own events. Each part
 * runs with a tag in which bit 63 is set, as in kernel addresses, and with one in which it is not.
 */
#include "tools/cases/files.h"
#include "tools/cases/pty.h"
#include "tools/cases/tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tools/cases/xfs.h"

#define BLOCK 4096

static uint64_t tag;

/* The address @ptr with the tag. */
static void *tagged(const void *ptr)
{
	return (void *)((uint64_t)ptr | tag << 56);
}

/* The tagged address of a copy of @text. The copy is not freed. */
static char *text(const char *text)
{
	char *copy = strdup(text);

	CHECK(copy);
	return tagged(copy);
}

/* ---- files ---------------------------------------------------------------------------------- */

/* A path of the file @name that is longer than the programs' buffer for short paths. */
static char *long_path(const char *name)
{
	char path[512] = "";

	for (int i = 0; i < 200; i++)
		strcat(path, "./");
	return text(strcat(path, name));
}

/*
 * A path in a page that the process has not touched. A BPF program at the system call's entry
 * cannot read it, so a program at the exit does.
 */
static char *untouched_path(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	char *path;

	CHECK(fd >= 0);
	path = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK(path != MAP_FAILED);
	close(fd);
	return tagged(path);
}

static void paths(void)
{
	/* struct open_how of include/uapi/linux/openat2.h */
	struct {
		uint64_t flags, mode, resolve;
	} how = { .flags = O_WRONLY | O_TRUNC };
	struct account_file f;
	int fd;

	fd = (int)syscall(SYS_openat, AT_FDCWD, text("a"), O_WRONLY | O_CREAT | O_EXCL, 0600);
	CHECK(fd >= 0);
	files_created("a");
	CHECK(write(fd, text("text"), 4) == 4);
	files_modified("a", "CONTENT");
	CHECK(close(fd) == 0);
	fd = (int)syscall(SYS_openat2, AT_FDCWD, text("a"), tagged(&how), sizeof(how));
	CHECK(fd >= 0 && close(fd) == 0);
	files_modified("a", "CONTENT");
	CHECK(syscall(SYS_fchmodat, AT_FDCWD, long_path("a"), 0640) == 0);
	files_modified("a", "PERMISSIONS");
	files_make("path", "a");
	CHECK(syscall(SYS_fchmodat, AT_FDCWD, untouched_path("path"), 0600) == 0);
	files_modified("a", "PERMISSIONS");
	files_unlink("path");
	CHECK(syscall(SYS_linkat, AT_FDCWD, text("a"), AT_FDCWD, text("b"), 0) == 0);
	files_created("b");
	CHECK(syscall(SYS_renameat2, AT_FDCWD, text("b"), AT_FDCWD, text("c"), 0) == 0);
	files_renamed("b", "c");
	files_unlink("a");
	f = files_now("c");
	CHECK(syscall(SYS_unlinkat, AT_FDCWD, text("c"), 0) == 0);
	account_file("FILE_DELETE", &f);
}

static int made(const char *name, const char *data)
{
	files_make(name, data);
	return open(name, O_RDWR | O_CLOEXEC);
}

/* Structs of ioctl(2). The first command shares no bytes, so it is no event. */
static void extents(void)
{
	struct file_dedupe_range *range = calloc(1, sizeof(*range) + sizeof(range->info[0]));
	char data[BLOCK + 1] = "";
	int from, fd;
	struct file_clone_range nothing = { .src_offset = BLOCK };

	CHECK(range);
	memset(data, 'd', BLOCK);
	from = made("xfs/from", data);
	fd = made("xfs/same", data);
	CHECK(from >= 0 && fd >= 0);
	nothing.src_fd = from;
	CHECK(ioctl(fd, FICLONERANGE, tagged(&nothing)) == 0);
	range->src_length = BLOCK;
	range->dest_count = 1;
	range->info[0].dest_fd = fd;
	CHECK(ioctl(from, FIDEDUPERANGE, tagged(range)) == 0);
	CHECK(range->info[0].bytes_deduped == BLOCK);
	files_modified("xfs/same", "CONTENT");
	close(fd);
	close(from);
	files_unlink("xfs/same");
	files_unlink("xfs/from");
	free(range);
}

static void files(void)
{
	files_begin();
	paths();
	CHECK(mkdir("mount", 0755) == 0 && mount("tmpfs", "mount", "tmpfs", 0, "") == 0);
	CHECK(mkdir("xfs", 0755) == 0);
	files_make("mount/image", "");
	CHECK(truncate("mount/image", XFS_SIZE) == 0);
	files_modified("mount/image", "CONTENT");
	if (xfs_mount("mount/image", "xfs")) {
		extents();
		CHECK(umount2("xfs", 0) == 0);
	} else {
		account_cannot("no loop device or no xfs on this machine (open or mount: ENODEV)");
	}
	files_rmdir("xfs");
	CHECK(umount2("mount", MNT_DETACH) == 0);
	files_rmdir("mount");
	files_end();
}

/* ---- the other parts ------------------------------------------------------------------------ */

static void failed_exec(void)
{
	char *const shown[] = { "not-there", "an argument", NULL };
	char *argv[] = { text("not-there"), text("an argument"), NULL };

	CHECK(syscall(SYS_execve, text("./not-there"), tagged(argv), NULL) == -1 &&
	      errno == ENOENT);
	account_exec_failed(ENOENT, "./not-there", shown);
}

static void terminal(void)
{
	struct iovec v[] = { { text("two "), 4 }, { text("segments"), 8 } };
	struct account_tty tty;
	struct pty pty;

	pty_open(&pty);
	account_tty_of(pty.slave, &tty);
	CHECK(write(pty.slave, text("to a terminal"), 13) == 13);
	account_tty_write(&tty, "to a terminal", 13);
	CHECK(writev(pty.slave, tagged(v), 2) == 12);
	account_tty_write(&tty, "two ", 4);
	account_tty_write(&tty, "segments", 8);
	pty_close(&pty);
}

static void memfd(void)
{
	int fd = (int)syscall(SYS_memfd_create, text("a name"), 0);

	CHECK(fd >= 0);
	account_memfd_create("a name", 0);
	close(fd);
}

/* Addresses of sockets, messages, and their parts. */
static void connection(void)
{
	struct iovec v = { text("data"), 4 };
	struct msghdr message = { .msg_iov = tagged(&v), .msg_iovlen = 1 };
	struct sockaddr_storage addr = { 0 };
	socklen_t len = sizeof(addr);
	struct tcp_pair pair = { 0 };
	char data[4];
	int listener = tcp_listen(TCP_V4, 8);

	CHECK(getsockname(listener, (struct sockaddr *)&addr, &len) == 0);
	pair.client = tcp_socket(TCP_V4, 0);
	CHECK(connect(pair.client, tagged(&addr), len) == 0);
	tcp_connection(pair.client, &pair.client_conn);
	account_attempted(&pair.client_conn);
	pair.server = accept4(listener, tagged(&addr), tagged(&len), SOCK_CLOEXEC);
	CHECK(pair.server >= 0);
	tcp_connection(pair.server, &pair.server_conn);
	account_accepted(&pair.server_conn);
	CHECK(sendmsg(pair.client, tagged(&message), 0) == 4);
	CHECK(recv(pair.server, tagged(data), 4, MSG_WAITALL) == 4);
	pair.up = 4;
	tcp_close_client(&pair);
	tcp_expect_end(pair.server);
	tcp_close_server(&pair);
	close(listener);
}

static const struct part {
	const char *name;
	void (*run)(void);
} parts[] = {
	{ "file", files },    { "process", failed_exec }, { "tty", terminal },
	{ "syscall", memfd }, { "network", connection },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static void run(const struct part *part)
{
	static const uint8_t tags[] = { 0x5a, 0xa5 };

	/*
	 * A kernel can be built without such addresses. The sysctl abi.tagged_addr_disabled can
	 * forbid them.
	 */
	if (prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE, 0, 0, 0) < 0) {
		CHECK(errno == EINVAL);
		account_cannot(
			"no tagged addresses in system calls of this kernel (prctl: EINVAL)");
		return;
	}
	for (size_t i = 0; i < sizeof(tags); i++) {
		tag = tags[i];
		part->run();
	}
}

int main(int argc, char **argv, char **envp)
{
	const struct part *part = parts;

	account_begin(argv, envp);
	CHECK(argc == 2);
	while (part < parts + PARTS && strcmp(part->name, argv[1]))
		part++;
	CHECK(part < parts + PARTS);
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	run(part);
	return account_end();
}
