"""python -m pipeline: see `pipeline.walk`."""

import sys

from pipeline.forking import start_forking

if __name__ == "__main__":
    if not {"data", "figures", "quarto", "status", "dask"}.intersection(sys.argv):
        start_forking()  # the others need no workers, or find them elsewhere
    from pipeline.walk import main

    sys.exit(main())
