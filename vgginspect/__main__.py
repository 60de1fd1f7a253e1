"""``python -m vgginspect``."""

from vgginspect.cli import main

if __name__ == "__main__":
    main()
