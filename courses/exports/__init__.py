"""Courses as packages for other platforms: an open HTML archive, cmi5, SCORM 1.2, and a Common Cartridge of LTI links.

`packages` says which there are and makes them. The same course always makes the same bytes.
"""
