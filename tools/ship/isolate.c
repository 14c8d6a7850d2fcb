/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/isolate.h"

#include <errno.h>
#include <nss.h>

#include <openssl/crypto.h>

int ship_isolate(void)
{
	/* Since glibc 2.34, these two sources are in the C library itself. */
	if (__nss_configure_lookup("hosts", "files dns") != 0)
		return -EIO;
	return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1 ? 0 : -EIO;
}
