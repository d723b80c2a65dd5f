#!/usr/bin/env bash
# Bring all published reports to a folder of a web server: publish.sh user@host:/var/www/targets
# What runs leave for themselves (logs, failures, work in hand) stays here. `latest` goes as a copy,
# as many hosts keep no links; pages come before what leads to them goes.
set -euo pipefail
reports="$(cd "$(dirname "$0")/../.." && pwd)/reports"
target="${1:?name where to, such as user@host:/var/www/targets}"
test -f "$reports/index.html" || { echo "no report in $reports: make report first" >&2; exit 1; }
exec rsync --recursive --times --copy-links --delete-after --chmod=D755,F644 \
  --exclude='.*' --exclude='*.replaced' --exclude='failed-*' --exclude='log*.jsonl' \
  "$reports/" "$target/"
