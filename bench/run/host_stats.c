/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/host_stats.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void host_cpu_model(char *ret, size_t size)
{
	char line[256], name[128] = "";
	int family = 0, model = 0, stepping = -1;
	FILE *f = fopen("/proc/cpuinfo", "re");

	/* The stepping comes after the three other lines. */
	while (f && stepping < 0 && fgets(line, sizeof(line), f)) {
		sscanf(line, "model name : %127[^\n]", name);
		sscanf(line, "cpu family : %d", &family);
		sscanf(line, "model : %d", &model);
		sscanf(line, "stepping : %d", &stepping);
	}
	if (f)
		fclose(f);
	if (stepping < 0)
		snprintf(ret, size, "%s", name);
	else
		snprintf(ret, size, "%s (%d/%d/%d)", name, family, model, stepping);
}

int host_cpu(struct host_cpu *ret)
{
	/* Times in ticks: user nice system idle iowait irq softirq steal */
	unsigned long long t[8] = { 0 };
	double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
	FILE *f = fopen("/proc/stat", "re");
	int n;

	if (!f)
		return -errno;
	n = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2], &t[3],
		   &t[4], &t[5], &t[6], &t[7]);
	fclose(f);
	if (n != 8)
		return -EBADMSG;
	ret->user = (double)(t[0] + t[1]) * tick;
	ret->system = (double)(t[2] + t[5] + t[6]) * tick;
	ret->total = 0;
	for (int i = 0; i < 8; i++)
		ret->total += (double)t[i] * tick;
	return 0;
}

int host_used_memory(uint64_t *ret_bytes)
{
	static const struct {
		const char *name;
		int sign;
	} parts[] = {
		{ "MemTotal:", 1 }, { "MemFree:", -1 },      { "Buffers:", -1 },
		{ "Cached:", -1 },  { "SReclaimable:", -1 },
	};
	char line[128], name[64];
	unsigned long long kb;
	int64_t used = 0;
	FILE *f = fopen("/proc/meminfo", "re");

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63s %llu", name, &kb) != 2)
			continue;
		for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
			if (!strcmp(name, parts[i].name))
				used += parts[i].sign * (int64_t)kb * 1024;
		}
	}
	fclose(f);
	*ret_bytes = (uint64_t)used;
	return 0;
}

struct sampler {
	pthread_t thread;
	int stop_fd; /* an eventfd; written to stop the thread */
	double interval_s, start;
	struct host_cpu last;
	struct samples samples;
};

static void take(struct sampler *s)
{
	struct sample sample = { .t_s = now_s() - s->start };
	struct host_cpu cpu = { 0 };

	if (host_cpu(&cpu) < 0 || host_used_memory(&sample.used_memory_bytes) < 0)
		return;
	/* The first sample has no CPU share, nor has a sample after less than a tick. */
	if (cpu.total - s->last.total > 0 && s->samples.count) {
		double total = cpu.total - s->last.total;

		sample.cpu_user_percent = 100 * (cpu.user - s->last.user) / total;
		sample.cpu_system_percent = 100 * (cpu.system - s->last.system) / total;
	}
	s->last = cpu;
	if (s->samples.count == s->samples.size) {
		size_t size = s->samples.size * 2 + 64;
		struct sample *v = realloc(s->samples.v, size * sizeof(*v));

		if (!v)
			return;
		s->samples.v = v;
		s->samples.size = size;
	}
	s->samples.v[s->samples.count++] = sample;
}

static void *sample_all(void *arg)
{
	struct sampler *s = arg;
	struct pollfd stop = { .fd = s->stop_fd, .events = POLLIN };
	double next = s->start;

	take(s);
	do {
		double left;

		next += s->interval_s;
		left = next - now_s();
		poll(&stop, 1, left > 0 ? (int)(left * 1000) : 0);
		take(s);
	} while (!stop.revents);
	return NULL;
}

int sampler_start(double interval_s, struct sampler **ret)
{
	struct sampler *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->interval_s = interval_s;
	s->start = now_s();
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (s->stop_fd < 0) {
		r = -errno;
		free(s);
		return r;
	}
	r = pthread_create(&s->thread, NULL, sample_all, s);
	if (r) {
		close(s->stop_fd);
		free(s);
		return -r;
	}
	*ret = s;
	return 0;
}

void sampler_stop(struct sampler *s, struct samples *ret)
{
	eventfd_write(s->stop_fd, 1);
	pthread_join(s->thread, NULL);
	*ret = s->samples;
	close(s->stop_fd);
	free(s);
}
