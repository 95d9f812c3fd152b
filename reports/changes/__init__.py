"""Pages on what would change: what-ifs of a model, two orders beside each other, remedies."""
