"""Targets of plans: verdicts, their history, on-track rules and specification curves."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "assessment": ["assess", "replay"],
        "history.ambition": ["ambition_table"],
        "history.lead_time": ["called_on", "policy_events", "rule_timeline", "timeline_titles"],
        "history.timeline": ["belief_timeline"],
        "on_track.comparison": ["compare_rules", "disagreement"],
        "on_track.formulas": ["OWNERS", "RULES"],
        "on_track.reference": ["rule_scores"],
        "on_track.scores": [
            "OURS", "finished_verdicts", "hit_table", "judge_finished", "ranking_finding",
            "score_finished",
        ],
        "plan": ["Target", "headline", "read_targets"],
        "specification_curve.choices": ["CHOICES", "GIVEN", "choices_with"],
        "specification_curve.curve": ["curve_of", "curve_table", "curve_title", "draw_curves"],
        "statements": [
            "read_statements", "statement_table", "statements_in", "statements_of", "target_names",
        ],
    },
)  # fmt: skip
