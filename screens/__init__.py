"""What the responder looks at: one file a screen, `panes` one file a pane, `widgets` the only drawing code.

Nothing here asks the cloud directly; panes follow the answers of an `Inquiry`.
"""
