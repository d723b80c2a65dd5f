"""The rise and fall of a count of filings: events, controls, applicants, quality."""
