#!/usr/bin/env bash
# Store a new edition on a branch of its own, and open a pull request if a figure, a verdict or a
# projection moved. Ends with 0 and without a branch if none did.
set -euo pipefail
cd "$(dirname "$0")/../.."

today=$(date +%F)
branch="edition-$today"
make refresh AS_OF="$today"
if git diff --quiet -- data/processed/series.csv data/processed/assessment.csv data/processed/projections; then
  git checkout --quiet -- data/processed notebooks README.md
  echo "nothing moved: no new edition"
  exit 0
fi
git switch --quiet --create "$branch"
git add data/processed notebooks README.md
git -c user.name="edition" -c user.email="edition@localhost" commit --quiet \
  --message "Store the edition of $today"
git push --quiet --set-upstream origin "$branch"
gh pr create --title "Edition of $today" --body "$(git diff --stat HEAD~1 -- data/processed)"
