"""Files of other people into a plan: understood, shown, asked about, written."""
