"""The public JDIH site, as pure functions from approved values to bytes.

The engine (mkdocs-material today) renders only the shell and the hand-written pages;
every document is stamped into that shell here, so the engine can be replaced.
"""
