"""The raw tables: their form, their rows, what holds between rows."""
