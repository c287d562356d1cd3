"""What strangers may try, through every entry, to every output: a corpus of attacks, each of which tells when it works."""
