"""The commands of `shenzhen-targets`, a pair of functions each.

`declare_...` takes the parser; `run_...`, whose docstring is what help says, returns the exit code:
0 done, 1 the run failed, 2 bad input or usage. Imports stand inside the latter, so that each
command pays for what it uses only.
"""

DONE, FAILED, BAD_INPUT = 0, 1, 2
