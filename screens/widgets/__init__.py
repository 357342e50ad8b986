"""The only code that turns data into something on the screen.

Every string from outside passes `aktui.text.visible` here and becomes a `Content` or a plain segment;
none ever reaches a markup parser.
"""
