/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests that each format prints the cause, the event type and the segment of a LOST record. */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/decode.h"
#include "lib/encode/encode.h"
#include "lib/encode/text.h"
#include "lib/wire/schema.h"

static const struct {
	unsigned int number;
	const char *name, *doc, *of;
} values[] = {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) { number, #NAME, doc, #enum_ },
#include "lib/wire/schema.def"
};

/* Texts that a format prints for a loss. "%s" stands for the cause. */
static const struct format {
	const char *name;
	const char *cause, *type, *segment;
	bool is_for_people; /* true: the cause is a sentence, not a name */
} formats[] = {
	{ "json", "\"cause\":\"%s\"", "\"lost_type\":\"PROCESS_EXEC\"", "\"segment\":41", false },
	{ "text", ": %s", "12 process-exec events", "segment 41", true },
	{ "ecs", "\"cause\":\"%s\"", "\"lost_type\":\"PROCESS_EXEC\"", "\"segment\":41", false },
	{ "es-bulk", "\"cause\":\"%s\"", "\"lost_type\":\"PROCESS_EXEC\"", "\"segment\":41",
	  false },
	{ "trace", "\"cause\":\"%s\"", "\"lost_type\":\"PROCESS_EXEC\"", "\"segment\":41", false },
};

static char line[1 << 20];

static void encode(const char *format, const struct et_lost *lost, unsigned int older)
{
	const struct et_event event = { .hdr = &lost->hdr, .older = older };
	struct et_encoder enc;
	size_t bound, n;

	et_encoder_init(&enc, et_encoder_by_name(format));
	if (!strcmp(format, "text"))
		assert_int_equal(
			et_text_new(&(struct et_text_options){ .fd = -1, .utc = true }, &enc.text),
			0);
	bound = et_encode_bound(&enc, &event);
	assert_true(bound < sizeof(line));
	n = et_encode(&enc, &event, line);
	assert_true(n <= bound);
	line[n] = '\0';
	et_text_free(enc.text);
}

static struct et_lost make(unsigned int cause)
{
	return (struct et_lost){
		.hdr = { .ts = 3,
			 .size = sizeof(struct et_lost),
			 .type = ET_LOST,
			 .fixed = sizeof(struct et_lost) },
		.count = 12,
		.cpu = 7,
		.lane = -1,
		.uid = -1,
		.cause = (__u8)cause,
	};
}

static void contains(const struct format *format, const char *wanted)
{
	if (!strstr(line, wanted))
		fail_msg("%s has no %s: %s", format->name, wanted, line);
}

static void lacks(const struct format *format, const char *unwanted)
{
	if (strstr(line, unwanted))
		fail_msg("%s has %s: %s", format->name, unwanted, line);
}

static void every_cause_in_every_format(void **state)
{
	char wanted[256];
	size_t causes = 0;

	(void)state;
	for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++) {
		struct et_lost lost = make(values[v].number);

		if (strcmp(values[v].of, "lost_cause") != 0)
			continue;
		causes++;
		lost.lost_type = ET_PROCESS_EXEC;
		lost.segment = 41;
		for (size_t f = 0; f < sizeof(formats) / sizeof(*formats); f++) {
			const char *cause = values[v].name;

			if (formats[f].is_for_people)
				cause = values[v].number ? values[v].doc : "the cause is not known";
			encode(formats[f].name, &lost, 0);
			snprintf(wanted, sizeof(wanted), formats[f].cause, cause);
			contains(&formats[f], wanted);
			contains(&formats[f], formats[f].type);
			contains(&formats[f], formats[f].segment);
		}
	}
	assert_true(causes > ET_LOST_CAUSE_DISK_FULL);
}

/* Recordings of earlier versions lack these members. Then the line lacks them too. */
static void earlier_generations(void **state)
{
	const struct et_lost lost = make(0);

	(void)state;
	for (size_t f = 0; f < sizeof(formats) / sizeof(*formats); f++) {
		encode(formats[f].name, &lost, ET_GENERATION - 1);
		lacks(&formats[f], "cause\":");
		lacks(&formats[f], "uid");
		lacks(&formats[f], "lost_type");
		lacks(&formats[f], "segment");
		contains(&formats[f], "12");
	}
}

/* A loss after the rings, such as QUEUE_FULL, has no CPU and no ring, even if lost_type is 0. */
static void no_cpu_in_text(void **state)
{
	const struct format *text = &formats[1];
	struct et_lost lost = make(ET_LOST_CAUSE_QUEUE_FULL);

	(void)state;
	encode("text", &lost, 0);
	lacks(text, "CPU");
	lost.cause = ET_LOST_CAUSE_NO_LANE;
	encode("text", &lost, 0);
	contains(text, "(CPU 7, ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cause_in_every_format),
		cmocka_unit_test(earlier_generations),
		cmocka_unit_test(no_cpu_in_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
