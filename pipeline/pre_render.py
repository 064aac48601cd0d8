"""What Quarto runs before it renders: figures, data files and copies of notebooks, where missing or stale."""

import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    sys.exit(subprocess.run([sys.executable, "-m", "pipeline", "prepare"], cwd=root, check=False).returncode)
