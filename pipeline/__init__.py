"""Thin pytask tasks that walk from deliveries to the publication: read, call one function, write."""

import os

# Before numpy is loaded: one thread of linear algebra a process. Faster where tasks run side by side, and the last
# digits of a figure do not depend on which process made it.
os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
