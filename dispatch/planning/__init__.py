"""Plans of a whole day: built, solved, looked at, changed by hand, published."""
