"""Is a change worth a maintainer's time?"""
