"""Kill sweeps and the store at 200 moments on each database, and one of two schedules: the kills at full count."""

import os
import subprocess
import sys

TESTS = ("tests/test_sweep_kill.py", "tests/store/test_store_kill.py", "tests/test_schedule.py")

if __name__ == "__main__":
    command = [sys.executable, "-m", "pytest", "-n", "2", *TESTS]
    sys.exit(subprocess.run(command, env={**os.environ, "KILLS": "200"}, check=False).returncode)
