"""What the doctor looks at on this machine: versions, disk, terminal."""

import os
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from platform import platform, python_version

from aktui import __version__
from aktui.case.directory import make_private
from aktui.config import Settings
from aktui.errors import CaseError
from aktui.headless.checks import Check, Health

_PACKAGES = (
    "textual",
    "httpx",
    "alibabacloud-tea-openapi",
    "alibabacloud-credentials",
    "alibabacloud-actiontrail20200706",
    "alibabacloud-ims20190815",
    "alibabacloud-ram20150501",
    "alibabacloud-sts20150401",
)
_SMALLEST = (80, 24)


def local_checks(settings: Settings) -> list[Check]:
    return [_versions(), _disk(settings), *_terminal(os.environ, _size(), sys.stdout.encoding)]


def _versions() -> Check:
    found, absent = [f"aktui {__version__}", f"Python {python_version()}", platform(terse=True)], []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            absent.append(package)
    if absent:
        return Check("versions", Health.FAIL, f"Not installed: {', '.join(absent)}. Install aktui again.")
    return Check("versions", Health.OK, ", ".join(found) + ".")


def _disk(settings: Settings) -> Check:
    try:
        make_private(settings.home)
        with tempfile.TemporaryFile(dir=settings.home) as probe:
            probe.write(b"\0" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except CaseError as error:
        return Check("cases", Health.FAIL, f"{error.message} {error.hint}")
    except OSError as error:
        return Check("cases", Health.FAIL, f"Nothing can be kept in {settings.home}: {error.strerror}.")
    return Check("cases", Health.OK, f"Cases are kept in {settings.home}, which can be written to.")


def _size() -> tuple[int, int] | None:
    """Columns and lines of the terminal, if any of the three streams is one."""
    for stream in (0, 1, 2):
        try:
            size = os.get_terminal_size(stream)
        except OSError:
            continue
        return size.columns, size.lines
    return None


def _terminal(env: Mapping[str, str], size: tuple[int, int] | None, encoding: str) -> list[Check]:
    return [_size_check(size), _colours(env), _letters(encoding)]


def _size_check(size: tuple[int, int] | None) -> Check:
    if size is None:
        return Check("terminal", Health.UNKNOWN, "No terminal is attached, so the console was not looked at.")
    text = f"{size[0]} columns, {size[1]} lines"
    if size[0] < _SMALLEST[0] or size[1] < _SMALLEST[1]:
        return Check("terminal", Health.WARN, f"The terminal has {text}; the console wants 80 by 24.")
    return Check("terminal", Health.OK, f"The terminal has {text}.")


def _colours(env: Mapping[str, str]) -> Check:
    term = env.get("TERM", "")
    if term in ("", "dumb"):
        return Check(
            "colours", Health.WARN, f"TERM is '{term}'; the console needs one such as xterm-256color."
        )
    if env.get("NO_COLOR"):
        return Check("colours", Health.OK, f"NO_COLOR is set, so there are none (TERM={term}).")
    if env.get("COLORTERM") in ("truecolor", "24bit"):
        return Check("colours", Health.OK, f"True colour (TERM={term}).")
    count = 256 if "256" in term else 16
    return Check("colours", Health.OK, f"{count} colours (TERM={term}).")


def _letters(encoding: str) -> Check:
    if encoding.lower().replace("-", "") == "utf8":
        return Check("letters", Health.OK, "The terminal takes UTF-8.")
    return Check(
        "letters",
        Health.WARN,
        f"The terminal takes {encoding}; letters it lacks are escaped. Set LANG to a UTF-8 locale.",
    )
