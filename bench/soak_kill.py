"""Kill sweeps at 200 moments on each database, and the store at its own: the tests of the kills at their full count."""

import os
import subprocess
import sys

TESTS = ("tests/test_sweep_kill.py", "tests/store/test_store_kill.py")

if __name__ == "__main__":
    command = [sys.executable, "-m", "pytest", "-n", "2", *TESTS]
    sys.exit(subprocess.run(command, env={**os.environ, "KILLS": "200"}, check=False).returncode)
