"""Files as publishers hand them out, of any form, read as figures with their place."""
