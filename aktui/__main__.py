"""`python -m aktui`."""

import sys

from aktui.cli import main

if __name__ == "__main__":
    sys.exit(main())
