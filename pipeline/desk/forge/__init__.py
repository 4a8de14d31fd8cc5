"""The desk on a forge: pull requests, reviews and comments become the same records a bare repository holds."""
