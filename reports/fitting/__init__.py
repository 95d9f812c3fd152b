"""What a surrogate showed, for a reader: a page, and a summary for a terminal."""
