"""Log files from disk: what kind each is, by its content; its rows, in the fields the log service would give.

`importing.import_file` reads one into the tables of a case; everything else here is a step on that way.
"""
