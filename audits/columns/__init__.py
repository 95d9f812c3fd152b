"""Which heading is which canonical column, and how its text becomes a number."""
