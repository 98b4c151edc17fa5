"""Runs every benchmark one after the other; --json prints one object per figure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = (
    "settlement",
    "replaying",
    "period_end",
    "rule_editor",
    "proving",
    "pdf",
    "tenants",
    "order_list",
    "pollers",
    "thread",
    "phone_pages",
    "dispatch",
    "forecast",
)


def main() -> int:
    """Run the scripts with the arguments given; the number of those that failed is the exit code."""
    failed = 0
    for name in SCRIPTS:
        # Figures taken while other work keeps the machine busy say little; the load tells.
        load = " ".join(f"{value:.1f}" for value in os.getloadavg())
        print(f"{name} (load {load})", file=sys.stderr, flush=True)
        script = str(HERE / f"{name}.py")
        ran = subprocess.run([sys.executable, script, *sys.argv[1:]], check=False, cwd=HERE.parent)
        failed += ran.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
