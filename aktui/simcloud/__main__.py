"""`python -m aktui.simcloud`."""

import sys

from aktui.simcloud.main import run

sys.exit(run(sys.argv[1:]))
