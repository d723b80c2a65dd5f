"""The report as a site: front page, notebook pages, tables to take away."""
