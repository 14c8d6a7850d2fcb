#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Makes the seeds from a recording of lib/recording/testdata. NAME is the recording's name without .etr.
#   ./bazelw build //tools/fuzz:seeds && bash tools/fuzz/corpus.sh NAME
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
name=${1:?no name}
bazel-bin/tools/fuzz/seeds "lib/recording/testdata/$name.etr" tools/fuzz/corpus "$name"
