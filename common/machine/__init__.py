"""Bootstrap, embedded servers and supervisor behind the make targets; standard library only."""
