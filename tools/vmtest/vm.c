/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/vmtest/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/livetest/proc.h"
#include "tools/vmtest/acpi.h"
#include "tools/vmtest/cpio.h"
#include "tools/vmtest/vm_arch.h"

#define BOOTS_MAX 3

/* A job that prints without end is stopped after this many bytes. */
#define OUTPUT_MAX (64U << 20)

/*
 * Above this number of CPUs, one thread of the emulator runs all CPUs in turns. Otherwise a CPU
 * that waits in a loop for another one takes the time that the other one needs. On a machine with
 * two CPUs, a guest with 32 then boots for minutes, and RCU reports stalls.
 */
#define CPU_THREADS_MAX 4

/* Directory of one virtual machine, and paths in it: initial root, kernel's log, table of CPUs. */
struct folder {
	char path[PATH_MAX], initrd[PATH_MAX + 16], console[PATH_MAX + 16], madt[PATH_MAX + 16];
};

static int make_folder(struct folder *f)
{
	const char *tmp = getenv("TEST_TMPDIR");

	snprintf(f->path, sizeof(f->path), "%s/vmtest.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(f->path))
		return -errno;
	snprintf(f->initrd, sizeof(f->initrd), "%s/initrd", f->path);
	snprintf(f->console, sizeof(f->console), "%s/console", f->path);
	snprintf(f->madt, sizeof(f->madt), "%s/madt", f->path);
	return 0;
}

static void remove_folder(const struct folder *f)
{
	unlink(f->initrd);
	unlink(f->console);
	unlink(f->madt);
	rmdir(f->path);
}

static int append(FILE *to, const char *path)
{
	FILE *f = fopen(path, "re");
	char buf[65536];
	size_t n;
	int r = 0;

	if (!f)
		return -errno;
	do {
		n = fread(buf, 1, sizeof(buf), f);
		fwrite(buf, 1, n, to);
	} while (n == sizeof(buf));
	if (ferror(f) || ferror(to))
		r = -EIO;
	fclose(f);
	return r;
}

static int write_initrd(const struct vm_options *opts, const struct folder *folder)
{
	FILE *f = fopen(folder->initrd, "we");
	struct cpio c;
	int r = 0;

	if (!f)
		return -errno;
	for (const char *const *initrd = opts->initrds; *initrd && r == 0; initrd++)
		r = append(f, *initrd);
	if (r == 0) {
		cpio_begin(&c, f);
		r = cpio_file(&c, "/jobs", 0644, opts->jobs, strlen(opts->jobs));
		if (r == 0)
			r = cpio_end(&c);
	}
	if (fclose(f) == EOF && r == 0)
		r = -EIO;
	return r;
}

/* The kernel kills the emulator when its parent ends. */
static int die_with_parent(void *ctx)
{
	(void)ctx;
	return prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ? errno : 0;
}

static int start(const struct vm_options *opts, const struct folder *folder, int out, pid_t *ret)
{
	const struct vm_arch *arch = vm_arch_of(opts->qemu);
	char bios[PATH_MAX], data[PATH_MAX], modules[PATH_MAX + 32], console[PATH_MAX + 32];
	char parameters[512], path[] = "PATH=/usr/bin:/bin", table[PATH_MAX + 64], cpu[256];
	const char *accel = strtoul(opts->cpus, NULL, 10) > CPU_THREADS_MAX ? "tcg,thread=single"
									    : "tcg,thread=multi";
	/*
	 * A NULL in the middle ends the list, so the options after it do not apply.
	 *
	 * Disabled CPUs are possible CPUs only below a hypervisor: fed8d8773b8e ("x86/acpi/boot:
	 * Correct acpi_is_processor_usable() check again", 6.18 and stable). Kernels recognise only
	 * one hypervisor interface of this emulator: VMware's port. They look for this port if the
	 * firmware has such a serial number.
	 */
	const char *more = opts->possible_cpus ? "-acpitable" : NULL;
	const char *const argv[] = {
		opts->qemu, "-L", data, "-L", bios, "-nodefaults", "-no-user-config",
		/* Do not use /dev/kvm, because it does not work on every machine. */
		"-machine", arch->machine, "-accel", accel, "-cpu", cpu, "-m", "2048", "-smp",
		opts->cpus, "-display", "none", "-nic", "none", "-no-reboot", "-kernel",
		opts->kernel, "-initrd", folder->initrd, "-append", parameters,
		/* The first serial port is the kernel's console, the second one is for the jobs. */
		"-chardev", console, "-serial", "chardev:console", "-chardev",
		"stdio,id=jobs,signal=off", arch->jobs_port[0], arch->jobs_port[1], more, table,
		"-smbios", "type=1,serial=VMware-1", NULL
	};
	const char *const envp[] = { path, modules, NULL };
	const struct proc_options proc = {
		.argv = argv, .envp = envp, .out = out, .err = 2, .prepare = die_with_parent
	};
	const char *slash = strrchr(opts->qemu, '/');
	int len = slash ? (int)(slash - opts->qemu) : 0;

	if (opts->possible_cpus && !arch->has_madt)
		return -EOPNOTSUPP;
	snprintf(data, sizeof(data), "%.*s/../root/usr/share/qemu", len, opts->qemu);
	snprintf(bios, sizeof(bios), "%.*s/../root/usr/share/seabios", len, opts->qemu);
	snprintf(modules, sizeof(modules),
		 "QEMU_MODULE_DIR=%.*s/../root/usr/lib/" VM_HOST_LIBRARIES "/qemu", len,
		 opts->qemu);
	snprintf(console, sizeof(console), "file,id=console,path=%s", folder->console);
	snprintf(cpu, sizeof(cpu), "%s%s", opts->cpu ? opts->cpu : arch->cpu,
		 opts->possible_cpus ? ",-hypervisor" : "");
	snprintf(table, sizeof(table), "sig=APIC,rev=1,oem_id=VMTEST,data=%s", folder->madt);
	/* The emulator's own table of CPUs is the first. Select the second. */
	snprintf(parameters, sizeof(parameters), "panic=-1 nokaslr %s%s %s", arch->parameters,
		 opts->possible_cpus ? " acpi_apic_instance=2" : "", opts->parameters);
	return proc_spawn(&proc, ret);
}

/*
 * Read @fd to its end, or until it is silent for @seconds. A limit for the whole would depend on
 * what else this machine does.
 */
static char *read_jobs(int fd, int seconds)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char *text = NULL, buf[65536];
	size_t size, size_so_far = 0;
	FILE *f = open_memstream(&text, &size);
	ssize_t n;

	if (!f)
		return NULL;
	while (size_so_far < OUTPUT_MAX && poll(&p, 1, seconds * 1000) > 0 &&
	       (n = read(fd, buf, sizeof(buf))) > 0) {
		fwrite(buf, 1, (size_t)n, f);
		size_so_far += (size_t)n;
	}
	return fclose(f) == EOF ? NULL : text;
}

static char *read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;

	if (fd < 0)
		return strdup("");
	text = proc_read_all(fd, 10000);
	close(fd);
	return text;
}

static void pass_lines(const struct vm_options *opts, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (*line || text)
			opts->on_line(opts->ctx, line);
	}
}

static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *p = text; (p = strstr(p, line)); p += len)
		if ((p == text || p[-1] == '\n') && p[len] == '\n')
			return true;
	return false;
}

static bool has_begun(const char *text)
{
	return text && strstr(text, "vmtest: begin ");
}

static int boot(const struct vm_options *opts, const struct folder *folder, char **ret_jobs)
{
	int fds[2], status, r;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	r = start(opts, folder, fds[1], &pid);
	close(fds[1]);
	if (r < 0) {
		close(fds[0]);
		return r;
	}
	*ret_jobs = read_jobs(fds[0], opts->seconds);
	close(fds[0]);
	/* The emulator has closed its output, or hangs. */
	if (proc_wait(pid, 5000, &status) == 0 && (!WIFEXITED(status) || WEXITSTATUS(status)))
		fprintf(stderr, "the emulator ended with wait status 0x%x\n", (unsigned int)status);
	return 0;
}

int vm_run(const struct vm_options *opts, struct vm_result *ret)
{
	struct vm_result result = { 0 };
	struct folder folder;
	char *jobs = NULL;
	int r;

	r = make_folder(&folder);
	if (r < 0)
		return r;
	r = write_initrd(opts, &folder);
	if (r == 0 && opts->possible_cpus)
		r = acpi_write_madt(folder.madt, (unsigned int)strtoul(opts->cpus, NULL, 10),
				    opts->possible_cpus);
	while (r == 0 && !has_begun(jobs) && result.boots < BOOTS_MAX) {
		free(jobs);
		free(result.console);
		result.console = NULL;
		jobs = NULL;
		result.boots++;
		r = boot(opts, &folder, &jobs);
		if (r < 0)
			break;
		result.console = read_file(folder.console);
		result.complete = jobs && has_line(jobs, "vmtest: done");
		if (!result.complete)
			printf("boot %d did not get to its end; its kernel's last words:\n%s\n",
			       result.boots,
			       strlen(result.console) > 3000
				       ? result.console + strlen(result.console) - 3000
				       : result.console);
	}
	if (jobs)
		pass_lines(opts, jobs);
	free(jobs);
	remove_folder(&folder);
	if (r < 0) {
		free(result.console);
		return r;
	}
	*ret = result;
	return 0;
}
