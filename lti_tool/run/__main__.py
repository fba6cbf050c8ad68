"""`python -m lti_tool.run` is `animateur`."""

from lti_tool.run.cli import main

main()
