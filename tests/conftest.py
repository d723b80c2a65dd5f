"""Shared settings: repeatable property tests without deadlines, for machines that are busy."""

from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("repeatable")
