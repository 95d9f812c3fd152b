"""What can be counted and what is set aside: every row read is accounted for."""
