"""Targets as plans name them, and the rules by which published figures settle them."""
