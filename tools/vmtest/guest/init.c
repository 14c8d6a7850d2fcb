/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The init process of a guest, which has no other service. It makes the file systems that tests
 * expect, and loads the modules of /modules in the order of /modules/order. Then it runs the jobs
 * of /jobs one after the other, and powers the guest off.
 *
 * Each line of /jobs is a job. Tabs separate its fields: name, seconds without output after which
 * the job is killed, environment variables, the word --, and the command. The first serial port is
 * the kernel's console. Another port, which the kernel parameter "report" names, gets the output of
 * the jobs, and this program's lines about them:
 *
 *	vmtest: kernel RELEASE CPUS		RELEASE of uname; possible CPUs: "0-1"
 *	vmtest: begin NAME
 *	vmtest: end NAME STATUS MILLISECONDS	STATUS as in a shell
 *	vmtest: done				after the last job: the run is complete
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define NEW_ROOT  "/new_root"
#define WORDS_MAX 64

/* Flag of finit_module(2): the kernel decompresses the file. */
#ifndef MODULE_INIT_COMPRESSED_FILE
# define MODULE_INIT_COMPRESSED_FILE 4
#endif

/* Path of the port for the jobs' output. */
static const char *report;

/* Print a last message and power off. If that fails, the exit of init makes the kernel panic. */
static void die(const char *what)
{
	dprintf(2, "vmtest: init: %s: %s\n", what, strerror(errno));
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}

/* ---- the root file system ----------------------------------------------------------------- */

static void copy_file(int from, const char *name, int to, const struct stat *st)
{
	int in = openat(from, name, O_RDONLY | O_CLOEXEC);
	int out = openat(to, name, O_WRONLY | O_CREAT | O_CLOEXEC, st->st_mode & 07777);

	if (in < 0 || out < 0)
		die(name);
	for (off_t left = st->st_size; left > 0;) {
		ssize_t n = sendfile(out, in, NULL, (size_t)left);

		if (n <= 0)
			die(name);
		left -= n;
	}
	close(in);
	close(out);
}

/* Move the files of a directory one by one, so that memory never holds a second copy of all. */
static void move_folder(int from, int to)
{
	DIR *dir = fdopendir(from);
	struct dirent *e;

	if (!dir)
		die("fdopendir");
	while ((e = readdir(dir))) {
		struct stat st;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
		    !strcmp(e->d_name, &NEW_ROOT[1]))
			continue;
		if (fstatat(from, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			die(e->d_name);
		if (S_ISDIR(st.st_mode)) {
			int sub, made;

			if (mkdirat(to, e->d_name, st.st_mode & 07777) < 0)
				die(e->d_name);
			sub = openat(from, e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			made = openat(to, e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			if (sub < 0 || made < 0)
				die(e->d_name);
			move_folder(sub, made);
		} else if (S_ISREG(st.st_mode)) {
			copy_file(from, e->d_name, to, &st);
			unlinkat(from, e->d_name, 0);
		}
	}
	closedir(dir);
	close(to);
}

/*
 * Continue in a tmpfs. In the initial root, no file system can be mounted over the root, and paths
 * resolve differently than on other systems.
 */
static void leave_initramfs(void)
{
	int from, to;

	if (mkdir(NEW_ROOT, 0755) < 0 || mount("root", NEW_ROOT, "tmpfs", 0, "mode=755") < 0)
		die(NEW_ROOT);
	from = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	to = open(NEW_ROOT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (from < 0 || to < 0)
		die(NEW_ROOT);
	move_folder(from, to);
	if (chdir(NEW_ROOT) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 ||
	    chdir("/") < 0)
		die("a new root");
}

/* ---- mounts and devices that tests need --------------------------------------------------- */

static void mounts(void)
{
	static const struct {
		const char *where, *type, *options;
	} table[] = {
		{ "/proc", "proc", NULL },
		{ "/sys", "sysfs", NULL },
		{ "/dev", "devtmpfs", NULL },
		{ "/dev/pts", "devpts", "ptmxmode=666,mode=620,gid=5" },
		{ "/dev/shm", "tmpfs", "mode=1777" },
		{ "/tmp", "tmpfs", "mode=1777" },
		{ "/run", "tmpfs", "mode=755" },
		{ "/sys/fs/cgroup", "cgroup2", NULL },
		{ "/sys/fs/bpf", "bpf", "mode=700" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		mkdir(table[i].where, 0755);
		if (mount(table[i].type, table[i].where, table[i].type, 0, table[i].options) < 0)
			die(table[i].where);
	}
}

/*
 * Make the links that udev makes. Without /dev/fd, the security module TOMOYO, which is active in
 * 5.10, refuses execveat(2) by a descriptor.
 */
static void links(void)
{
	static const char *const table[][2] = {
		{ "/proc/self/fd", "/dev/fd" },
		{ "/proc/self/fd/0", "/dev/stdin" },
		{ "/proc/self/fd/1", "/dev/stdout" },
		{ "/proc/self/fd/2", "/dev/stderr" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (symlink(table[i][0], table[i][1]) < 0)
			die(table[i][1]);
}

/* Add the users whose names tests need. */
static void users(void)
{
	FILE *f = fopen("/etc/passwd", "we");

	if (!f || fputs("root:x:0:0:root:/:/bin/false\n", f) == EOF || fclose(f) == EOF)
		die("/etc/passwd");
}

/* Enable the pids controller below the root cgroup, as usual systems do. */
static void cgroups(void)
{
	int fd = open("/sys/fs/cgroup/cgroup.subtree_control", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "+pids", 5) != 5)
		die("the controller pids");
	close(fd);
}

static void network(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr) < 0)
		die("lo");
	ifr.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr) < 0)
		die("lo");
	close(fd);
}

static void load_module(const char *name)
{
	size_t len = strlen(name);
	bool compressed = len > 3 && !strcmp(name + len - 3, ".xz");
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/modules/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 ||
	    syscall(SYS_finit_module, fd, "", compressed ? MODULE_INIT_COMPRESSED_FILE : 0) < 0)
		die(path);
	close(fd);
}

static void modules(void)
{
	FILE *f = fopen("/modules/order", "re");
	char line[200];

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			load_module(line);
	}
	if (f)
		fclose(f);
}

/* Open the port for the jobs' output in raw mode, as standard output and standard error. */
static void open_report(void)
{
	struct termios t;
	int fd;

	/* The kernel puts parameters that it does not know into the environment of init. */
	report = getenv("report");
	fd = report ? open(report, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	if (fd < 0 || tcgetattr(fd, &t) < 0)
		die("the kernel parameter report");
	cfmakeraw(&t);
	cfsetspeed(&t, B115200);
	if (tcsetattr(fd, TCSANOW, &t) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		die(report);
}

/* ---- jobs --------------------------------------------------------------------------------- */

struct job {
	const char *name;
	int seconds;
	char *envp[WORDS_MAX];
	char *argv[WORDS_MAX];
};

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static bool parse(char *line, struct job *ret)
{
	int envs = 0, args = 0;
	bool command = false;
	char *word;

	memset(ret, 0, sizeof(*ret));
	line[strcspn(line, "\n")] = '\0';
	while ((word = strsep(&line, "\t"))) {
		if (!ret->name)
			ret->name = word;
		else if (!ret->seconds)
			ret->seconds = atoi(word);
		else if (!command && !strcmp(word, "--"))
			command = true;
		else if (!command && envs < WORDS_MAX - 1)
			ret->envp[envs++] = word;
		else if (command && args < WORDS_MAX - 1)
			ret->argv[args++] = word;
		else
			return false;
	}
	return args > 0 && ret->seconds > 0;
}

/*
 * Start a job in a new session. Its output is a pipe, because tests must not write to a terminal.
 */
static pid_t start(const struct job *job, int *ret_out)
{
	int fds[2], null;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid) {
		close(fds[1]);
		*ret_out = fds[0];
		return pid;
	}
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, 0) < 0 || dup2(fds[1], 1) < 0 || dup2(fds[1], 2) < 0)
		_exit(126);
	execve(job->argv[0], job->argv, job->envp);
	dprintf(2, "%s: %s\n", job->argv[0], strerror(errno));
	_exit(127);
}

static void pass_on(const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(1, data, len);

		if (n <= 0)
			die(report);
		data += n;
		len -= (size_t)n;
	}
}

/*
 * Output of a job. It is usually short. But the verifier's log of a rejected program can have
 * megabytes, and the port is slow. So only the beginning and the end of a long output are passed
 * on.
 */
#define HEAD (512 * 1024)
#define TAIL (64 * 1024)

static struct {
	size_t passed, left_out, len;
	char tail[TAIL];
} said;

static void take_said(const char *data, size_t len)
{
	size_t n = HEAD - said.passed;

	n = n < len ? n : len;
	pass_on(data, n);
	said.passed += n;
	/* Copy byte by byte into a circular buffer. Long outputs are rare, so this may be slow. */
	for (; n < len; n++) {
		said.left_out += said.len >= TAIL;
		said.tail[said.len++ % TAIL] = data[n];
	}
}

static void end_said(void)
{
	size_t from = said.len > TAIL ? said.len - TAIL : 0;

	if (said.left_out) {
		printf("\nvmtest: %zu bytes are left out here\n", said.left_out);
		fflush(stdout);
	}
	for (; from < said.len; from++)
		pass_on(&said.tail[from % TAIL], 1);
	said.passed = said.left_out = said.len = 0;
}

/* Reap all children that have ended. Return: true, and the wait status, if @pid was one of them. */
static bool reaped(pid_t pid, int *ret_status)
{
	int status;
	pid_t who;

	while ((who = waitpid(-1, &status, WNOHANG)) > 0) {
		if (who != pid)
			continue;
		*ret_status = status;
		return true;
	}
	return false;
}

static int wait_for(const struct job *job, pid_t pid, int out)
{
	long long end = now_ms() + job->seconds * 1000LL;
	static char buf[65536];
	int status = 0;
	bool ended = false;

	/*
	 * After the job has ended, read the rest of its output. Other processes may keep the pipe
	 * open for ever, so do not wait for its end.
	 */
	for (;;) {
		struct pollfd p = { .fd = out, .events = POLLIN };
		ssize_t n = 0;

		if (poll(&p, 1, ended ? 0 : 20) > 0) {
			n = read(out, buf, sizeof(buf));
			if (n > 0) {
				take_said(buf, (size_t)n);
				end = now_ms() + job->seconds * 1000LL;
				continue;
			}
			usleep(1000);
		}
		if (ended)
			break;
		ended = reaped(pid, &status);
		if (!ended && now_ms() > end) {
			printf("vmtest: %s printed nothing for %d seconds\n", job->name,
			       job->seconds);
			kill(-pid, SIGKILL);
			kill(pid, SIGKILL);
			end += 10000;
		}
	}
	close(out);
	end_said();
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void run(const struct job *job)
{
	long long begin = now_ms();
	int out, status;
	pid_t pid;

	printf("vmtest: begin %s\n", job->name);
	fflush(stdout);
	pid = start(job, &out);
	status = wait_for(job, pid, out);
	/* Before the next job, kill all remaining processes of this one. */
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
	printf("vmtest: end %s %d %lld\n", job->name, status, now_ms() - begin);
	fflush(stdout);
}

static void run_jobs(void)
{
	FILE *f = fopen("/jobs", "re");
	char *line = NULL;
	size_t size = 0;

	if (!f)
		die("/jobs");
	while (getline(&line, &size, f) > 0) {
		struct job job;

		if (!parse(line, &job)) {
			errno = EINVAL;
			die("a line of /jobs");
		}
		run(&job);
	}
	free(line);
	fclose(f);
}

static void fill_rodata(void)
{
	char cpus[200] = "";
	struct utsname uts;
	FILE *f = fopen("/sys/devices/system/cpu/possible", "re");

	if (uname(&uts) < 0 || !f || !fgets(cpus, sizeof(cpus), f))
		die("the kernel");
	cpus[strcspn(cpus, "\n")] = '\0';
	fclose(f);
	printf("vmtest: kernel %s %s\n", uts.release, cpus);
	fflush(stdout);
}

int main(void)
{
	/* The kernel opens /dev/console for init: mkcpio has added that device. */
	leave_initramfs();
	mounts();
	links();
	users();
	open_report();
	fill_rodata();
	cgroups();
	network();
	modules();
	run_jobs();
	printf("vmtest: done\n");
	fflush(stdout);
	/* Wait until the port has sent the last byte. */
	tcdrain(1);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
