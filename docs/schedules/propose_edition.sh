#!/usr/bin/env bash
# Store a new edition on a branch of its own, and open a pull request if any table moved by more
# than the day that it is of. Ends with 0, without a branch and with nothing changed, if none did.
# `refresh PATCH` makes the edition and writes it to a file, `propose PATCH` opens the pull request
# and runs nothing of the project: so the right to write stays away from what is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."

step=${1:-both}
patch=${2:-$(mktemp)}

# In the zone that the project counts its days in (src/helpers/days.py).
today=$(TZ=CST-8 date +%F)
branch="edition-$today"
stored=(data/processed notebooks README.md docs)

# The second column of specifications is the day.
tables=(':(glob)data/processed/**/*.csv')
without_day() { sed -E 's/^([^,]*),[0-9]{4}-[0-9]{2}-[0-9]{2},/\1,,/'; }
moved() {
  local table
  while IFS= read -r -d '' table; do
    case $table in
    data/processed/specifications/*)
      cmp --silent <(git show "HEAD:$table" 2>/dev/null | without_day) \
        <([ ! -e "$table" ] || without_day <"$table") || return 0
      ;;
    *) return 0 ;;
    esac
  done < <(git ls-files -z --modified --deleted --others --exclude-standard -- "${tables[@]}")
  return 1
}

# Nothing but what an edition stores, and no links, programs or renames.
foreign() {
  git apply --numstat -z "$patch" | tr '\0' '\n' | cut -f3 |
    grep --quiet -vE '^(data/processed/|notebooks/|README\.md$|docs/[^/]*$|$)' ||
    grep --quiet -aE '^(new|deleted) file mode (120000|160000|100755)|^(old|new) mode|^(rename|copy) ' "$patch"
}

if [ "$step" != propose ]; then
  make refresh AS_OF="$today"
  : >"$patch"
  if moved; then
    git add --intent-to-add -- data/processed
    git diff --binary --no-renames -- "${stored[@]}" >"$patch"
    git reset --quiet -- data/processed
  fi
  git checkout --quiet -- "${stored[@]}"
  git clean --quiet --force -d -- data/processed
fi
[ "$step" != refresh ] || exit 0
if [ ! -s "$patch" ]; then
  echo "nothing moved: no new edition"
  exit 0
fi
if foreign; then
  echo "the edition holds more than tables, notebooks and pages: look at it by hand" >&2
  exit 1
fi
git switch --quiet --create "$branch"
git apply --index "$patch"
git -c user.name="edition" -c user.email="edition@localhost" commit --quiet \
  --message "Store the edition of $today"
git push --quiet --set-upstream origin "$branch"
gh pr create --title "Edition of $today" --body "$(git diff --stat HEAD~1 -- data/processed)"
