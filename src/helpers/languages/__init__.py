"""English, Chinese and Japanese: one table of strings, and the local forms of numbers and dates."""
