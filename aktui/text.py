"""Strings from outside made fit to be shown: nothing hidden, nothing obeyed, no more cells than asked for.

Names, user agents and event fields may have been chosen by the intruder. `visible` is the boundary: what
it returns has no character that a terminal obeys or that changes how its neighbours read.
"""

import re
import unicodedata

from aktui.errors import UsageError

KEPT = "\u00a0\u3000"
"""Spaces that Python calls unprintable and that people use in names."""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

# Printable by Python's reckoning, yet drawn as nothing: fillers, joiners, selectors, the empty braille cell.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# Four marks on one letter serve every script; more are a pile that spills over the lines around it.
_PILED = re.compile(f"(?<={_MARK}{{4}}){_MARK}+")

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the start of a formula, after any white space."""

CUT_LINE = ("\t", "\r", "\n")
"""What moves the rest of a cell to another one, where it may start a formula."""


def visible(s: str) -> str:
    """The same text with control, bidi, zero-width and unassigned characters written out (`\\x1b`).

    Never raises, and leaves its own output as it is. Backslashes are not doubled, so a literal `\\x1b` reads
    the same as an escape: whoever must tell them apart looks at the raw record.
    """
    if s.isascii():
        return s if s.isprintable() else "".join(c if c.isprintable() else _written(c) for c in s)
    if not s.isprintable():
        s = "".join(c if c.isprintable() or c in KEPT else _written(c) for c in s)
    s = _UNSEEN.sub(lambda found: _written(found[0]), s)
    return _PILED.sub(lambda found: "".join(map(_written, found[0])), s)


def _written(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cells(s: str) -> int:
    """How many terminal cells the text takes: two for wide characters, none for combining marks."""
    return len(s) if s.isascii() else sum(map(_cells_of, s))


def _cells_of(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clip(s: str, n: int) -> str:
    """The text in at most `n` cells; where something is left out, the last cell is `…`."""
    if cells(s) <= n:
        return s
    if n < 1:
        return ""
    room, kept = n - 1, []
    for char in s:
        room -= _cells_of(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept) + "…"


def pad(s: str, n: int, *, right: bool = False) -> str:
    """The text in exactly `n` cells, clipped or filled with spaces; `right` puts the spaces first."""
    s = clip(s, n)
    fill = " " * (n - cells(s))
    return fill + s if right else s + fill


def csv_safe(s: str) -> str:
    """The text as a spreadsheet takes it for text: what would start a formula gets an apostrophe first."""
    starts = s.lstrip().startswith(FORMULA) or s.startswith(CUT_LINE)
    return f"'{s}" if starts else s


_KEY_ID = re.compile(r"LTAI[A-Za-z0-9]{12,26}|[A-Za-z0-9]{16}")

_FORM = "An ID looks like LTAI followed by 12 to 26 letters and digits."

_NOT_KEY_IDS = tuple(
    (re.compile(shape, re.DOTALL), reason, hint)
    for shape, reason, hint in (
        (
            r"(STS|TMP)\..*",
            "That is the ID of a temporary token, not of an AccessKey.",
            "Investigate the AccessKey that opened the session; its ID starts with LTAI.",
        ),
        (
            r"A[KS]IA[A-Z0-9]{16}",
            "That is the ID of an AWS access key.",
            "aktui investigates Alibaba Cloud AccessKeys; their IDs start with LTAI.",
        ),
        (r".*[*<>…].*|.*[xX]{6,}", "That is a placeholder or a masked ID, not a whole one.", _FORM),
        (
            r"(?!LTAI)[A-Za-z0-9+/=]{28,}",
            "That looks like an AccessKey secret, not an ID; it is not repeated here.",
            "Give the ID, which starts with LTAI. Treat the secret as exposed: the shell may remember it.",
        ),
        (r".*\s.*", "An AccessKey ID has no spaces in it.", "Give one ID, and only the ID."),
        (r".*[^A-Za-z0-9].*", "An AccessKey ID has only letters and digits.", _FORM),
    )
)
"""What people give instead of a key ID: its shape, what it is, what to do. The first that fits is told."""


def parse_key_id(s: str) -> str:
    """The AccessKey ID in the text, spaces around it removed.

    Raises UsageError with the reason when it is not one. The text itself is never repeated in the message,
    since people paste secrets by mistake.
    """
    key_id = s.strip()
    if not key_id:
        raise UsageError(
            "No AccessKey ID was given.",
            hint=_FORM,
        )
    for shape, reason, hint in _NOT_KEY_IDS:
        if shape.fullmatch(key_id):
            raise UsageError(reason, hint=hint)
    if not _KEY_ID.fullmatch(key_id):
        raise UsageError(
            f"That is not an AccessKey ID: it has {len(key_id)} characters"
            + ("." if key_id.startswith("LTAI") else " and does not start with LTAI."),
            hint=_FORM,
        )
    return key_id
