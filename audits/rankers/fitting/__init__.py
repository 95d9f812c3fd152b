"""A surrogate of a ranking: a model fitted to the orders it gave, to show what it rewards."""
