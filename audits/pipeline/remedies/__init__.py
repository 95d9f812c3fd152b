"""Remedies on candidate sets: rules, pooling, training, sharing, their front, deliberation."""
