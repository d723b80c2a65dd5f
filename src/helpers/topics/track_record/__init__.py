"""The record of the engine, in words, and on our own series."""
