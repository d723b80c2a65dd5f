"""The raw tables behind `helpers.observations`: reading, row checks, checks between rows."""
