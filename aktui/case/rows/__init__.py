"""Log rows of a case: immutable Parquet parts on disk, asked with DuckDB, at any size, off the event loop.

`store.RowStore` gives out `table.LogTable`s; `asking` has the values they are asked with and answer with.
"""
