"""What is left of a gap after price, rating, category and the like are held equal."""
