"""Git over HTTP for one repository: `git http-backend` behind passwords, on 127.0.0.1 and nowhere else.

Three addresses are served, those of the smart protocol (gitprotocol-http(5)), and no file. A request's
body is kept in a file without a name, its answer is passed on as it comes. Who has logged in reaches
Git's hooks as REMOTE_USER (git-http-backend(1)).
"""
