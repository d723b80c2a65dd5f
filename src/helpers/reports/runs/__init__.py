"""Running notebooks: what to run, in which kernels, and how the result is published."""

import sys

# On import nbformat has jsonschema build a grammar of international addresses: half a second of
# every report, for a check that no notebook asks for. It does without where the module is missing.
sys.modules.setdefault("rfc3987_syntax", None)
