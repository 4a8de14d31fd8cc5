"""The nouns, one module per corner of the field. Values only: no files, no network, no clock."""
