"""The built-in demo LMS: the platform side of LTI 1.3, for a first look and as the harness of the tests.

A Flask application of its own on a database of its own, at another site than the tool. It is strict on purpose:
a tool that works only with lenient platforms fails here, and is told why.
"""
