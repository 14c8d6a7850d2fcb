/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THIRD_PARTY_NOTICES_H
#define THIRD_PARTY_NOTICES_H

/* The text of THIRD-PARTY-NOTICES, which notices.bzl makes. */
extern const char third_party_notices[];

#endif /* THIRD_PARTY_NOTICES_H */
