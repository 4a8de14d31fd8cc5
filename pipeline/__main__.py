"""`python -m pipeline` is `jdih`."""

import sys

from pipeline.cli import main

sys.exit(main())
