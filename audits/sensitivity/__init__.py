"""How far a finding holds when what is assumed, left out or unknown is changed."""
