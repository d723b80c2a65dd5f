"""What is kept of reports: requests, runs, subsets of the tables, the log."""
