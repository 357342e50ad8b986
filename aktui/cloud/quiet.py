"""Keeps the SDKs and the HTTP library from writing on the terminal, or a URL into a log."""

import logging

_SDK_LOGGERS = ("darabonba-core", "credentials", "alibabacloud-tea")
_HTTP_LOGGERS = ("httpx", "httpcore", "hpack")


def hush() -> None:
    """Take away the handlers the SDKs attach at import; call it after each such import.

    A handler that does nothing stays: without any, Python's last resort would print warnings.
    """
    for name in _SDK_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
    for name in _HTTP_LOGGERS:
        # At INFO every URL is logged, and parameters travel in the URL.
        logging.getLogger(name).setLevel(logging.WARNING)
