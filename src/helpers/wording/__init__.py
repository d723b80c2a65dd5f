"""English, Chinese and Japanese: one table of strings, sentences, numbers and dates."""
