"""The operations the practice cloud knows, one file a product and subject.

Importing this package declares them all: each module in it is imported, in order of name.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")
