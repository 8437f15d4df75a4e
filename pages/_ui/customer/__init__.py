"""One customer: finding them, and the sections of their page."""
