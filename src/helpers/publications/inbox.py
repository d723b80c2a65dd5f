"""The drop folder: saved publications that an unattended run reads, and nobody has confirmed.

What they say stands in the report as unconfirmed; no series, verdict or probability uses it until
`add --read` has written it.
"""

from dataclasses import dataclass

from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.publications.drop_folder import inbox_files
from helpers.publications.proposing import propose_from
from helpers.publications.second_reader import Finding


@dataclass(frozen=True)
class Letter:
    """A text of the drop folder, read.

    Attributes
    ----------
    name : str
        Of the file.
    offered : tuple of Finding
        What is new in it; nothing where the text is distrusted.
    conflicts : tuple of Finding
        Why it is distrusted.
    confirmed : int
        How many of its figures are held already.
    fault : str
        Why it could not be read; "" where it could.
    """

    name: str
    offered: tuple[Finding, ...] = ()
    conflicts: tuple[Finding, ...] = ()
    confirmed: int = 0
    fault: str = ""


def read_inbox(raw: RawData) -> tuple[Letter, ...]:
    """Read every text of the drop folder; what cannot be read says why, and stops nothing."""
    letters = []
    for path in inbox_files(raw.raw_dir):
        try:
            reviewed = propose_from(raw, path, {}).review
        except (InputError, OSError) as error:
            fault = str(error).replace(str(path), path.name)
            letters.append(Letter(path.name, fault=fault))
            continue
        confirmed = sum(finding.verdict == "confirms" for finding in reviewed.findings)
        letters.append(Letter(path.name, reviewed.offered, reviewed.conflicts, confirmed))
    return tuple(letters)
