"""What is started by hand: the command, the explorer, sweeps, new figures, new plans."""
