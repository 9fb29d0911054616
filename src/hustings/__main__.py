"""`python -m hustings` is the `hustings` command."""

import sys

from hustings.cli.main import main

sys.exit(main())
