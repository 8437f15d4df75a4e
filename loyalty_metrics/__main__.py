"""`python -m loyalty_metrics`."""

import sys

from loyalty_metrics.cli import main

sys.exit(main())
