"""The record of the engine: reference series, learned constants, rivals, scores, in words."""
