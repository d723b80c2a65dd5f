"""Running notebooks: what to run, in which kernels, and how the result is published."""
