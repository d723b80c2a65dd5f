"""The commands of `shenzhen-targets`, one module each.

Every module holds `SUMMARY`, `declare(parser)` and `run(arguments)`, which returns the exit code: 0
done, 1 the run failed, 2 bad input or usage. Imports stand inside `run`, so that each command pays
for what it uses only.
"""

DONE, FAILED, BAD_INPUT = 0, 1, 2
