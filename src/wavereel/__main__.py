"""`python -m wavereel` is the command line."""

from wavereel.cli.main import main

main()
