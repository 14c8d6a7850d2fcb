/* SPDX-License-Identifier: BSD-2-Clause */
/* Events of connections. */
#include "tools/cases/account.h"

#include <inttypes.h>

#include "tools/cases/account_line.h"
#include "tools/cases/account_snap.h"

static void put_connection(const struct account_connection *conn)
{
	line_put(",\"net\":{\"transport\":\"TCP\",\"family\":\"%s\",", conn->family);
	line_put("\"source_address\":\"%s\",\"source_port\":%u,", conn->source, conn->source_port);
	line_put("\"destination_address\":\"%s\",\"destination_port\":%u,", conn->destination,
		 conn->destination_port);
	line_put("\"network_namespace\":%u", conn->netns);
}

static void enter_connection(const char *type, const struct account_connection *conn,
			     uint64_t since)
{
	uint64_t now = account_now();
	struct account_pids pids;
	struct account_creds creds;
	char comm[16];

	snap_pids(&pids);
	snap_creds(&creds);
	snap_comm(comm);
	line_begin(type);
	line_pids("pids", &pids);
	put_connection(conn);
	line_put("}");
	if (since)
		line_put(",\"ts_ns\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]}", since, now);
	line_string("comm", comm);
	line_creds(&creds);
	line_end();
}

void account_attempted(const struct account_connection *conn)
{
	enter_connection("NETWORK_CONNECTION_ATTEMPTED", conn, 0);
}

void account_attempted_since(const struct account_connection *conn, uint64_t since)
{
	enter_connection("NETWORK_CONNECTION_ATTEMPTED", conn, since);
}

void account_accepted(const struct account_connection *conn)
{
	enter_connection("NETWORK_CONNECTION_ACCEPTED", conn, 0);
}

void account_closed_by(const struct account_snap *who, const struct account_connection *conn,
		       uint64_t sent, uint64_t received)
{
	line_begin("NETWORK_CONNECTION_CLOSED");
	line_pids("pids", &who->pids);
	put_connection(conn);
	line_put(",\"bytes_sent\":%" PRIu64 ",\"bytes_received\":%" PRIu64 "}", sent, received);
	line_string("comm", who->comm);
	line_creds(&who->creds);
	line_end();
}

void account_closed(const struct account_connection *conn, uint64_t sent, uint64_t received)
{
	struct account_snap now;

	account_snap(&now);
	account_closed_by(&now, conn, sent, received);
}
