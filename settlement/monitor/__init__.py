"""Which rows of the rules fire how often, and whether that is what their replay foresaw."""
