"""What strangers may try, through every entry, to every output: attacks that tell when they work."""
