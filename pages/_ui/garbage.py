"""What the program itself is made of is no garbage, and need not be searched for it."""

import gc
import sys

_searched = 0


def spare_the_program() -> None:
    """Let the collector pass over all that there is now, wherever modules were loaded since.

    Streamlit has all memory searched after each run of a script, and what the script sent last waits for it: with the
    hundreds of thousands of objects of the libraries that took longer than many pages do. They are there for good.
    """
    global _searched
    if len(sys.modules) > _searched:
        _searched = len(sys.modules)
        gc.collect()
        gc.freeze()
