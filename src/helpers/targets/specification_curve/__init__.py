"""The verdict under every choice that a reader could have made."""
