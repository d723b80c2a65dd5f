"""Who publishes each on-track rule, in which words, where it is written, and how surely we know.

`certainty` is "read" (the owner's text or code was read), "partly read", "second-hand" (another
body's account), "from memory" (to be verified) or "our reading" (a slogan, no formula published).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A published rule.

    Attributes
    ----------
    name, owner, citation, address : str
        Short name; the body; the text that defines it, and where it was published.
    certainty : str
        How surely this summary is known, as in the module's first lines.
    formula : str
        What is compared with what.
    states : tuple of str
        In the owner's words (Chinese and German in translation), best first.
    window : str
        Figures that it looks at: "plan" (base and latest), "since 2000" or "last six".
    changes_sign : bool
        Whether the ratio turns round when the base is already past the target.
    cannot_judge : tuple of str
        Where it gives no reading, or none that holds.
    note : str
        What in this summary could not be verified.
    """

    name: str
    owner: str
    citation: str
    address: str
    certainty: str
    formula: str
    states: tuple[str, ...]
    window: str
    changes_sign: bool
    cannot_judge: tuple[str, ...]
    note: str


_TWO_POINTS = ("no figure for the base year", "no figure after it", "an unspliced break since then")
_COMPOUND = (*_TWO_POINTS, "a figure or target that is not positive", "target equal to the base")

RULES: tuple[Rule, ...] = (
    Rule(
        name="eurostat",
        owner="Eurostat",
        citation="Sustainable development in the European Union: monitoring report, method annex",
        address="https://ec.europa.eu/eurostat/web/sdi",
        certainty="second-hand",
        formula="observed over required compound growth: 95 %, 60 %, 0 %",
        states=(
            "significant progress",
            "moderate progress",
            "insufficient progress",
            "movement away",
        ),
        window="plan",
        changes_sign=True,
        cannot_judge=(*_COMPOUND, "base already past the target: the ratio changes sign"),
        note="Thresholds from accounts of other bodies; whether Eurostat treats a target that is "
        "already met apart could not be verified.",
    ),
    Rule(
        name="open_sdg",
        owner="Open SDG, after Statistics Canada",
        citation="Progress measurement methodology; program sdg-build, sdg/ProgressMeasure.py",
        address="https://open-sdg.readthedocs.io/en/latest/progress-methodology/",
        certainty="read",
        formula="direction x observed / |required| compound growth: 95 %, 60 %, 0 %; met first",
        states=(
            "target achieved",
            "substantial progress",
            "moderate progress",
            "limited progress",
            "deterioration",
        ),
        window="plan",
        changes_sign=False,
        cannot_judge=(
            "no figure from the base year on",
            "one figure only, unless it meets the target",
            "an unspliced break since the base",
            "figures on both sides of zero",
            "target equal to the base (the program stops with a division by zero)",
        ),
        note="Words of the program; its pages print on track, progress made but acceleration "
        "needed, limited progress and deterioration for the last four.",
    ),
    Rule(
        name="unsd",
        owner="United Nations Statistics Division",
        citation="SDG Progress Chart, technical note 2023",
        address="https://unstats.un.org/sdgs/files/report/2023/"
        "Progress_Chart_Technical_Note_2023.pdf",
        certainty="read",
        formula="share of the way from base to target that compound growth covers: .95, .10",
        states=(
            "on track or target met",
            "fair progress, but acceleration needed",
            "stagnation or regression",
        ),
        window="plan",
        changes_sign=True,
        cannot_judge=(*_COMPOUND, "base already past the target: the ratio changes sign"),
        note="Formula and thresholds agree with the account of the Basque statistics office. That "
        "office also counts any latest figure beyond the target as met; whether the note itself "
        "says so could not be verified, so the formula stands alone here.",
    ),
    Rule(
        name="escap",
        owner="UN ESCAP, used by all five UN regional commissions",
        citation="Asia and the Pacific SDG Progress Report, technical notes: anticipated progress "
        "index",
        address="https://data.unescap.org/resource-guides/progress-assessment-methodology",
        certainty="partly read",
        formula="gap that a time-weighted line through all figures since 2000 leaves, as a share "
        "of the way from base to target: .10, 1",
        states=(
            "maintain progress to achieve target",
            "accelerate progress to achieve target",
            "reverse trend to achieve target",
        ),
        window="since 2000",
        changes_sign=False,
        cannot_judge=(
            "no figure for the base year",
            "fewer than two figures since 2000",
            "an unspliced break since 2000",
            "target equal to the base",
            "a figure for the target year",
        ),
        note="The bars .10 and 1 are from memory, the words and the regression were read; a base "
        "past the target is treated by direction, which is our reading.",
    ),
    Rule(
        name="sdsn",
        owner="SDSN, SDG Index",
        citation="Sustainable Development Report, methods summary: SDG trend arrows",
        address="https://dashboards.sdgindex.org/chapters/methodology",
        certainty="from memory",
        formula="observed over needed linear rate: 100 %, 50 %, 0 %; met first",
        states=(
            "on track or maintaining achievement",
            "moderately improving",
            "stagnating",
            "decreasing",
        ),
        window="plan",
        changes_sign=False,
        cannot_judge=(*_TWO_POINTS, "target equal to the base and not met"),
        note="Thresholds from memory. The owner rates scores cut off at the target; unscaled "
        "figures give the same ratio, and a met target counts as maintained.",
    ),
    Rule(
        name="destatis",
        owner="Destatis, German Sustainable Development Strategy",
        citation="Status of indicators: methodology",
        address="https://dns-indikatoren.de/en/status",
        certainty="read",
        formula="miss if the mean of the last five changes goes on, over today's gap: 5 %, 20 %",
        states=("sun", "sun and cloud", "cloud", "thunderstorm"),
        window="last six",
        changes_sign=False,
        cannot_judge=("fewer than four figures", "an unspliced break among the last six"),
        note="The owner calls both sun and sun and cloud on-track. The base plays no part.",
    ),
    Rule(
        name="half_time",
        owner="China, mid-term evaluation of plans",
        citation="时间过半、任务过半: half the time, half the task",
        address="",
        certainty="our reading",
        formula="share of the way done against share of the time gone",
        states=("met", "ahead of schedule", "on schedule", "behind schedule"),
        window="plan",
        changes_sign=True,
        cannot_judge=(
            *_TWO_POINTS,
            "target equal to the base",
            "base already past the target: the ratio changes sign",
        ),
        note="A slogan, read as a formula; mid-term reports say expected schedule without one.",
    ),
)
"""The seven rules, in the order in which they are shown."""
