"""Floor 4: the tool that a platform launches (LTI 1.3 Advantage), and the pages people see."""
