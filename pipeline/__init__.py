"""The publishing desk of an election-law documentation office.

Facts come in at the edges, decisions are made by pure functions, results leave at
the edges again. A module imports only from the rows below its own
(tests/test_architecture.py):

    cli                                              arguments, clock, environment, printing, exit codes
    desk                                             the office's acts, put together from the rows below
    carriers  store  network  postbox  programs      the edges: Git, files, HTTP, SMTP, other programs,
    sandbox  web  githttp                            servers
    workflow  gate  reconcile  site  rules  report  soundness  roster   pure decisions over values
    grounds  keyring                                 why a record does not count, keys in people.yaml, pure
    platforms  forges                                HTTP conversations as generators, pure
    content  sop  settings  records  papers  media   notation (YAML, Markdown), pictures and videos to nouns
    recipients                                       who is told the links of an upload
    fields                                           YAML fields, with every fault collected
    frontmatter  flow  calendar  items  digests      text, conversations, working time, places, bindings,
    amendment  reach  hygiene  access  proofs        what a new SOP voids, the public reaches, may come in; tokens
    model                                            the nouns: frozen dataclasses and enums
"""
