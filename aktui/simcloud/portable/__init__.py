"""An account as a document: what may stand in it, how it is read, how it is written."""
