"""A counted log on the disk: what an audit needs of it, so that no row is read twice."""
