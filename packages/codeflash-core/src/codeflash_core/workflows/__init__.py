"""A workflow for GitHub Actions that runs the command line on pull requests, without any server."""
