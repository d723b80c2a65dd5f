"""Probabilities of what several years do together: averages, growth, multiples of an open base."""
