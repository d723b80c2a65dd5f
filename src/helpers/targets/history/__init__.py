"""What was believed when: P over calendar time, what moved it, how ambitious a target was."""
