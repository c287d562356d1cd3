"""`python -m scraper.cli`: the command without its script."""

from scraper.cli import main

main()
