"""New folders of raw tables: a skeleton to fill in, or plans picked out of another folder."""
