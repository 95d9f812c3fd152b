"""Run the command: as ``audit``, or as ``python -m fairshelf``."""

import signal


def main() -> None:
    """Run the command; Ctrl-C before and after it ends the process as the system would.

    Nothing is written or opened until the modules are there, and nothing is left to do when the
    command has ended, so that neither needs tidying up nor a traceback. In between
    :mod:`fairshelf.cli.signals` has the word. Where Ctrl-C is ignored, it stays ignored.
    """
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from fairshelf.cli.app import main as run  # noqa: PLC0415 - only once Ctrl-C is quiet

    try:
        if heeded:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    finally:
        if heeded:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    main()
