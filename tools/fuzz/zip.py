# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""zip.py OUT FILE...: writes an archive of the files, without their folders. Equal files give an equal archive."""

import os
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1], "w") as out:
    for path in sorted(sys.argv[2:]):
        with open(path, "rb") as f:
            out.writestr(zipfile.ZipInfo(os.path.basename(path)), f.read())
