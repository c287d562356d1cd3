"""A fork's own life: how it begins, what ails it, how it gets a newer engine without losing anything of its own.

`programs` runs git and gh, `addresses` knows a repository's addresses at GitHub and as a site. `beginning` makes a
clean fork, `doctor` finds what is wrong with one and says what to do, `upgrade` merges another version's engine, of
which `engine` knows the paths.
"""
