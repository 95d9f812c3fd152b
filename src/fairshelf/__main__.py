"""Run the command as ``python -m fairshelf``."""

from fairshelf.cli.app import main

if __name__ == "__main__":
    main()
