"""`python -m shegong` is the command `shegong`."""

from shegong.cli import main

main()
