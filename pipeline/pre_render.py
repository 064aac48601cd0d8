"""What Quarto runs before it renders: figures, data files and copies of notebooks, where missing or stale."""

import os
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    ours = root / ".venv" / "bin" / "python"
    python = str(ours) if ours.exists() else sys.executable
    found = os.pathsep.join(["src", ".", *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    command = [python, "-m", "pipeline", "prepare"]
    sys.exit(subprocess.run(command, cwd=root, env=os.environ | {"PYTHONPATH": found}, check=False).returncode)
