# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Makes a software bill of materials from deps.bzl: an SPDX 2.3 document."""

load(":deps.bzl", "KAFKA_JARS", "KERNELS", "PACKAGES", "SOURCES")

# The programs that a release contains, with their licences. The others are named by their relation to the first.
_PROGRAMS = {
    "eventstrace": "BSD-2-Clause AND (GPL-2.0-only OR BSD-2-Clause)",
    "eventstrace-ship": "BSD-2-Clause",
}

_SUBJECT = "SPDXRef-eventstrace"

def _id(row):
    return "SPDXRef-" + "".join([
        c if c.isalnum() or c in ".-" else "-"
        for c in (row.name + "-" + row.version).elems()
    ])

def _package(row, purl):
    return {
        "SPDXID": _id(row),
        "name": row.name,
        "versionInfo": row.version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "checksums": [{"algorithm": "SHA256", "checksumValue": row.sha256}],
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": row.licence,
        "copyrightText": "NOASSERTION",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": purl,
        }],
        "comment": row.use,
    }

def _deb_purl(row):
    version = row.version.replace(":", "%3A").replace("+", "%2B").replace("~", "%7E")
    return "pkg:deb/debian/%s@%s?arch=amd64" % (row.name, version)

# Packages of these trees make the binaries.
_BUILD_TREES = ["buildtools", "maven", "npm", "sysroot", "vmlinux"]

def _relations(row):
    """What a package is to the programs: part of their binaries, or a tool of the build or of the tests."""
    notice = getattr(row, "notice", None)
    if notice and notice.linked:
        return [{
            "spdxElementId": "SPDXRef-" + program,
            "relationshipType": "STATIC_LINK",
            "relatedSpdxElement": _id(row),
        } for program in notice.programs]
    builds = [tree for tree in getattr(row, "into", []) if tree in _BUILD_TREES]
    return [{
        "spdxElementId": _id(row),
        "relationshipType": "BUILD_TOOL_OF" if builds else "TEST_TOOL_OF",
        "relatedSpdxElement": _SUBJECT,
    }]

def _document(version):
    # A package that two trees need has two rows: the first one counts.
    files = {}
    for row in PACKAGES:
        files.setdefault(row.sha256, row)
    rows = [(row, _deb_purl(row)) for row in files.values()] + \
           [(row, "pkg:generic/%s@%s" % (row.name, row.version)) for row in SOURCES + KAFKA_JARS]
    subjects = [{
        "SPDXID": "SPDXRef-" + program,
        "name": program,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licence,
        "copyrightText": "Copyright The eventstrace authors",
    } for program, licence in _PROGRAMS.items()]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "eventstrace-" + version,
        "documentNamespace": "urn:eventstrace:spdx:" + version,
        # A fixed date, so that the same tree gives the same document.
        "creationInfo": {"created": "1970-01-01T00:00:00Z", "creators": ["Organization: The eventstrace authors"]},
        "comment": "Guests of the tests also run %d kernels of Debian, which no release contains." % len(KERNELS),
        "packages": subjects + [_package(row, purl) for row, purl in rows],
        "relationships": [{
            "spdxElementId": "SPDXRef-DOCUMENT",
            "relationshipType": "DESCRIBES",
            "relatedSpdxElement": subject["SPDXID"],
        } for subject in subjects] + [relation for row, _ in rows for relation in _relations(row)],
        "hasExtractedLicensingInfos": [{
            "licenseId": "LicenseRef-public-domain",
            "extractedText": "The authors have put the work into the public domain.",
        }],
    }

def _spdx_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(out, json.encode_indent(_document(ctx.attr.version)) + "\n")
    return [DefaultInfo(files = depset([out]))]

spdx_document = rule(
    implementation = _spdx_impl,
    doc = "Writes NAME.json, an SPDX document of the packages in eventstrace, in its build and in its tests.",
    attrs = {
        "version": attr.string(mandatory = True),
    },
)
