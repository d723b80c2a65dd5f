"""New folders of raw tables: a skeleton to fill in, or the plans picked out of another folder."""
