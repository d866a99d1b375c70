"""Mail servers that break at twelve steps, 600 times; then fifty workers on a thousand mails, on both databases.

    python -m bench.soak_smtp

Never a second mail, every unclear outcome `unknown`: the tests' own checks at full count.
"""

import os
import subprocess
import sys

TESTS = ("tests/test_outbox.py", "tests/test_outbox_race.py")

if __name__ == "__main__":
    command = [sys.executable, "-m", "pytest", *TESTS]
    counts = {"BREAKS": "600", "WORKERS": "50", "MAILS": "1000"}
    sys.exit(subprocess.run(command, env={**os.environ, **counts}, check=False).returncode)
