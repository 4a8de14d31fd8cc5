"""What an office does at its desk: acts put together from decisions and edges."""
