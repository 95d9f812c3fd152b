"""Plain Parquet counted without a query engine: block by block into arrays.

For files of one shape only (:mod:`fairshelf.audits.rowgroups.layout`): a request's rows stand
together, a listing has one seller, positions are few. Of such a file this counts the same whole
numbers as the engine does, in less time; of any other it says so and counts nothing.
"""
