"""Reports for people: a pull request's body, and one HTML file that needs nothing beside itself.

Pure functions from a run to text; whoever calls them writes the files. Start at `html` and `markdown`.
"""
