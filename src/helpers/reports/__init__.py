"""One dated report: its runs, its pages, what is new in it, where it is kept."""
