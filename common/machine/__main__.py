"""Entry point of the make targets: ``python3 -m common.machine COMMAND``."""

import signal
import sys

from common.machine.python_check import use_supported_python
from common.machine.sentences import Halt, in_language


def main() -> int:
    """Check the Python, run one command and turn every refusal into one sentence."""
    # A process started in the background of a script inherits a deaf ear for Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        use_supported_python()
        # Imported late on purpose: these modules use syntax an old Python cannot read.
        from common.machine.commands import run_command

        return run_command(sys.argv[1:])
    except Halt as halt:
        sys.stdout.flush()
        sys.stderr.write(f"✗ {halt}\n")
        return halt.status
    except KeyboardInterrupt:
        sys.stderr.write(in_language("stopped", "已停止") + "\n")
        return 130


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A terminal with an ASCII locale must not turn a sentence into a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
