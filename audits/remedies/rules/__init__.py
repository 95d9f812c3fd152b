"""Rules that rank a request's candidates otherwise, one a file; each gives new ranks from 1."""
