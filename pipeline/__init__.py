"""The publishing desk of an election-law documentation office.

Facts come in at the edges, decisions are made by pure functions, results leave at
the edges again. A module imports only from the rows below its own
(tests/test_architecture.py):

    cli                                            arguments, clock, environment, printing, exit codes
    desk                                           the office's acts, put together from the edges below
    carriers  store  network  programs  sandbox    Git, files, HTTP, other programs, the sandbox of the platforms
    workflow  gate  reconcile  site  rules  report pure decisions over values
    platforms  forges                              HTTP conversations as generators, pure
    content  sop  settings                         notation (YAML, Markdown) to nouns
    frontmatter  flow  calendar                    text, conversations, working time
    model                                          the nouns: frozen dataclasses and enums
"""
