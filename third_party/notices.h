/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THIRD_PARTY_NOTICES_H
#define THIRD_PARTY_NOTICES_H

/* The text of THIRD-PARTY-NOTICES. notices.bzl generates it. */
extern const char third_party_notices[];

#endif /* THIRD_PARTY_NOTICES_H */
