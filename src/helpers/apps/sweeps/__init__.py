"""Sweeps: one table of many projections or verdicts, in chunks, here or on a cluster."""
