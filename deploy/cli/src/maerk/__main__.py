"""`python -m maerk` is the command `maerk`."""

from maerk.app import main

main()
