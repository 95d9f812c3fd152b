"""The engine: it knows nothing of terminals, pages or human languages."""
