/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/fleet/certificates.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define DAY_S 86400L

/* A certificate and its private key. */
struct identity {
	EVP_PKEY *key;
	X509 *certificate;
};

static void free_identity(struct identity *identity)
{
	X509_free(identity->certificate);
	EVP_PKEY_free(identity->key);
}

static bool add_extension(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	const bool ok = extension && X509_add_ext(certificate, extension, -1);

	X509_EXTENSION_free(extension);
	return ok;
}

/* Fill in all fields but the extensions. The certificate is valid for @days from yesterday on. */
static bool describe(X509 *certificate, EVP_PKEY *key, const char *name, long days)
{
	X509_NAME *subject = X509_get_subject_name(certificate);

	return X509_set_version(certificate, X509_VERSION_3) &&
	       ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) &&
	       X509_gmtime_adj(X509_getm_notBefore(certificate),
			       (days < 0 ? 2 * days : -1) * DAY_S) &&
	       X509_gmtime_adj(X509_getm_notAfter(certificate), days * DAY_S) &&
	       X509_set_pubkey(certificate, key) &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name,
					  -1, -1, 0);
}

/*
 * Make a certificate and its key.
 *
 * @name:	common name of its subject
 * @days:	until it expires; negative: it has expired
 * @issuer:	the authority that signs it; NULL: it is an authority, and signs itself
 * @ret:	receives it; the caller frees it with free_identity(), also after a failure
 */
static bool make_identity(const char *name, long days, const struct identity *issuer,
			  struct identity *ret)
{
	X509 *certificate = X509_new();
	EVP_PKEY *key = EVP_EC_gen("P-256");

	*ret = (struct identity){ .key = key, .certificate = certificate };
	if (!certificate || !key || !describe(certificate, key, name, days))
		return false;
	if (!X509_set_issuer_name(
		    certificate, X509_get_subject_name(issuer ? issuer->certificate : certificate)))
		return false;
	if (!(issuer ? add_extension(certificate, NID_subject_alt_name, "IP:127.0.0.1")
		     : add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE")))
		return false;
	return X509_sign(certificate, issuer ? issuer->key : key, EVP_sha256()) > 0;
}

/* Write the certificate, and before it the key if @with_key, which Kafka wants as PKCS #8. */
static bool write_pem(const struct identity *identity, const char *folder, const char *name,
		      bool with_key)
{
	char path[512];
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "we");
	if (!f)
		return false;
	ok = (!with_key ||
	      PEM_write_PKCS8PrivateKey(f, identity->key, NULL, NULL, 0, NULL, NULL)) &&
	     PEM_write_X509(f, identity->certificate);
	return fclose(f) == 0 && ok;
}

/* Sign a certificate of a broker, and write it with its key. */
static bool make_broker(const struct identity *ca, const char *folder, const char *name, long days)
{
	struct identity broker;
	const bool ok = make_identity("broker", days, ca, &broker) &&
			write_pem(&broker, folder, name, true);

	free_identity(&broker);
	return ok;
}

int fleet_certificates(const char *folder)
{
	struct identity ca, other;
	bool ok = make_identity("fleet CA", 30, NULL, &ca);

	ok = make_identity("another CA", 30, NULL, &other) && ok;
	ok = ok && write_pem(&ca, folder, FLEET_CA, false) &&
	     write_pem(&other, folder, FLEET_OTHER_CA, false) &&
	     make_broker(&ca, folder, FLEET_BROKER, 30) &&
	     make_broker(&ca, folder, FLEET_EXPIRED, -1);
	free_identity(&ca);
	free_identity(&other);
	if (ok)
		return 0;
	fprintf(stderr, "fleet: cannot make certificates in %s: is the disk full?\n", folder);
	return -EIO;
}
