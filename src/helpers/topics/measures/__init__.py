"""The measures of the plan: what public figures say of each, and what cannot be said."""
