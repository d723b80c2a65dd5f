"""Targets of plans: verdicts, their history, on-track rules and specification curves."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "assessment": ["assess", "replay"],
        "history.ambition": ["ambition_table"],
        "history.lead_time": [
            "called_on", "called_view", "policy_events", "rule_timeline", "timeline_titles",
        ],
        "history.timeline": ["belief_timeline"],
        "on_track.comparison": ["compare_rules", "disagreement", "side_by_side"],
        "on_track.finished": ["finished_verdicts", "judge_finished", "score_finished"],
        "on_track.reference": ["score_rules_on_reference"],
        "on_track.registry": ["RULES"],
        "on_track.scores": ["hit_table", "ranking_finding", "ranking_view"],
        "plan": ["Target", "headline", "read_targets"],
        "specification_curve.choices": ["CHOICES"],
        "specification_curve.curve": [
            "curve_of", "curve_table", "curve_title", "curve_view", "draw_curves",
        ],
        "statements": ["read_statements", "statement_table", "statements_in", "statements_of"],
    },
)  # fmt: skip
