"""Runs a program and writes its peak resident memory in bytes to the file that CORTEN_PEAK_FILE names.

A process of its own: what a child is said to have used begins with what its parent had when it forked.
"""

import os
import pathlib
import resource
import subprocess
import sys

status = subprocess.run(sys.argv[1:], check=False).returncode
pathlib.Path(os.environ["CORTEN_PEAK_FILE"]).write_text(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))
sys.exit(status if status >= 0 else 128 - status)
