/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the certificates of a cluster. They are new in each run, so none in the tree expires. */
#ifndef TOOLS_FLEET_CERTIFICATES_H
#define TOOLS_FLEET_CERTIFICATES_H

/*
 * The files in the folder, as PEM. Those of brokers have the private key and the certificate, which
 * is for 127.0.0.1.
 */
#define FLEET_CA       "ca.pem"       /* the authority that has signed both brokers' certificates */
#define FLEET_OTHER_CA "other-ca.pem" /* an authority that has signed nothing */
#define FLEET_BROKER   "broker.pem"
#define FLEET_EXPIRED  "expired.pem" /* its certificate has expired a day ago */

/* Make the files in a folder. Return: 0, or -EIO with a message on stderr. */
int fleet_certificates(const char *folder);

#endif /* TOOLS_FLEET_CERTIFICATES_H */
