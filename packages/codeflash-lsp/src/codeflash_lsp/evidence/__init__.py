"""What runs have found about the functions in a file, and whether it still holds."""
