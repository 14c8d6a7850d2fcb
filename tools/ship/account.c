/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/account.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/encode/json_text.h"
#include "lib/wire/schema.h"

const char *const ship_account_moments[] = {
	[SHIP_ACCOUNT_START] = "start",
	[SHIP_ACCOUNT_RUNNING] = "running",
	[SHIP_ACCOUNT_SEGMENT_END] = "segment_end",
	[SHIP_ACCOUNT_SESSION_END] = "session_end",
	[SHIP_ACCOUNT_CUT] = "cut",
};

void ship_account_begin(struct ship_account *account, const struct ship_segment *segment,
			const char *host)
{
	account->counts = (struct ship_account_counts){
		.segment = segment->number,
		.first_seq = segment->first_seq,
		.next_seq = segment->first_seq,
	};
	et_identity_set(&account->identity, host, segment->boot_id);
	memcpy(account->session, segment->session, sizeof(account->session));
}

void ship_account_count(struct ship_account_counts *counts, const void *record, size_t len)
{
	const struct et_header *header = record;
	const struct et_process_exists *exists = record;
	const struct et_lost *lost = record;

	if (len < sizeof(*header))
		return;
	if (header->type == ET_LOST) {
		if (len >= offsetof(struct et_lost, cpu))
			counts->lost += lost->count;
	} else if (header->type != ET_PROCESS_EXISTS || len < sizeof(*exists) || !exists->again) {
		counts->received++;
	}
}

void ship_account_add(struct ship_account *account, const struct ship_item *item, bool rejected)
{
	const struct et_recorded *recorded = &item->recorded;
	struct ship_account_counts *counts = &account->counts;

	counts->next_seq = counts->first_seq + recorded->index + 1;
	if (rejected)
		counts->rejected++;
	else
		ship_account_count(counts, recorded->data, recorded->len);
}

enum ship_account_moment ship_account_end(struct ship_account *account,
					  const struct ship_segment *segment)
{
	const struct et_recording_account *end = et_recording_reader_account(segment->reader);

	if (!end)
		return SHIP_ACCOUNT_CUT;
	account->counts.attempted = 0;
	for (size_t i = 0; i < end->count; i++)
		account->counts.attempted += end->rows[i].attempted;
	return end->last ? SHIP_ACCOUNT_SESSION_END : SHIP_ACCOUNT_SEGMENT_END;
}

struct ship_message ship_account_message(struct ship_account *account,
					 enum ship_account_moment moment, uint64_t now_ns)
{
	const struct ship_account_counts *counts = &account->counts;
	char *p = account->line;

	p += sprintf(p, "{\"type\":\"" SHIP_ACCOUNT_TYPE "\",\"moment\":\"%s\"",
		     ship_account_moments[moment]);
	p += sprintf(p, ",\"time_unix_ns\":%" PRIu64, now_ns);
	memcpy(p, account->identity.members, account->identity.size);
	p += account->identity.size;
	p += sprintf(p, ",\"session\":");
	p = et_json_put_string(p, account->session, strlen(account->session));
	p += sprintf(p,
		     ",\"segment\":%" PRIu64 ",\"first_seq\":%" PRIu64 ",\"next_seq\":%" PRIu64
		     ",\"received\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"rejected\":%" PRIu64,
		     counts->segment, counts->first_seq, counts->next_seq, counts->received,
		     counts->lost, counts->rejected);
	if (moment == SHIP_ACCOUNT_SEGMENT_END || moment == SHIP_ACCOUNT_SESSION_END)
		p += sprintf(p, ",\"attempted\":%" PRIu64, counts->attempted);
	p += sprintf(p, "}\n");
	snprintf(account->key, sizeof(account->key), "%s/%s", account->identity.host,
		 account->identity.boot_id);
	snprintf(account->segment_text, sizeof(account->segment_text), "%" PRIu64, counts->segment);
	snprintf(account->version_text, sizeof(account->version_text), "%d", ET_GENERATION);
	return (struct ship_message){
		.key = account->key,
		.payload = account->line,
		.size = (size_t)(p - account->line),
		.headers = {
			{ "host", account->identity.host },
			{ "boot_id", account->identity.boot_id },
			{ "session", account->session },
			{ "segment", account->segment_text },
			{ "kind", SHIP_KIND_ACCOUNT },
			{ "format", "json" },
			{ "schema_version", account->version_text },
		},
	};
}
