/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/top_screen.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "tools/eventstrace/format.h"
#include "tools/eventstrace/interim.h"
#include "tools/eventstrace/monotonic.h"
#include "tools/eventstrace/patient_write.h"
#include "tools/eventstrace/summary.h"

/* If the terminal accepts no data for this time, the rest of a screen is dropped. */
#define PATIENCE_MS 100

/* The character of Ctrl-C, if the terminal does not make it a signal. */
#define CTRL_C 3

static uint64_t own_cpu_ns(void)
{
	struct timespec used = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

bool top_screen_make(const struct options *options, struct top_screen *ret)
{
	ret->top = top_new();
	ret->terminal = isatty(STDOUT_FILENO);
	ret->ascii = ret->terminal && !format_knows_utf8();
	ret->color = format_wants_color(options, ret->terminal);
	ret->keys = -1;
	return ret->top;
}

void top_screen_free(struct top_screen *screen)
{
	top_free(screen->top);
	screen->top = NULL;
}

void top_screen_begin(struct top_screen *screen)
{
	struct termios mode;

	top_begin(screen->top, monotonic_ns(), own_cpu_ns());
	if (!screen->terminal)
		return;
	interim_at_resize();
	if (tcgetattr(STDIN_FILENO, &screen->saved) < 0)
		return;
	mode = screen->saved;
	mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	mode.c_cc[VMIN] = 1;
	mode.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSANOW, &mode) == 0)
		screen->keys = STDIN_FILENO;
}

void top_screen_end(struct top_screen *screen)
{
	if (screen->keys < 0)
		return;
	(void)tcsetattr(screen->keys, TCSANOW, &screen->saved);
	screen->keys = -1;
}

bool top_screen_key(struct top_screen *screen)
{
	char keys[64];
	ssize_t n = read(screen->keys, keys, sizeof(keys));

	for (ssize_t i = 0; i < n; i++)
		if (keys[i] == 'q' || keys[i] == 'Q' || keys[i] == CTRL_C)
			return true;
	/* 0: the terminal has hung up. The kernel then also sends SIGHUP. */
	return n == 0;
}

/* Write text to the terminal. Return: 0, also if the rest was dropped, or a negative errno. */
static int put(const struct top_screen *screen, const char *text, size_t size)
{
	int r = patient_write(STDOUT_FILENO, screen->terminal, text, size, PATIENCE_MS);

	return r == -ETIMEDOUT ? 0 : r;
}

static struct top_view view_of(const struct top_screen *screen)
{
	struct top_view view = { .ascii = screen->ascii, .color = screen->color };
	struct winsize size = { .ws_row = 0 };

	if (!screen->terminal)
		return view;
	view.paint = true;
	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	view.columns = size.ws_col ? size.ws_col : 80;
	view.rows = size.ws_row ? size.ws_row : 24;
	return view;
}

int top_screen_show(struct top_screen *screen, struct et_session *session)
{
	const struct top_view view = view_of(screen);
	struct summary summary;
	struct top_sample sample;
	char *text = NULL;
	size_t size;
	FILE *out;
	int err = summary_take(session, &summary);

	if (err < 0)
		return err;
	sample = (struct top_sample){
		.now_ns = monotonic_ns(),
		.cpu_ns = own_cpu_ns(),
		.events = summary.events,
		.event_count = summary.event_count,
		.not_recorded = summary.not_recorded,
		.not_recorded_count = summary.not_recorded_count,
	};
	top_step(screen->top, &sample);
	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	top_print(screen->top, &view, out);
	if (fclose(out))
		err = -ENOMEM;
	if (!err)
		err = put(screen, text, size);
	free(text);
	return err;
}
