"""Targets as plans name them, and the verdict on each as known on a day."""
