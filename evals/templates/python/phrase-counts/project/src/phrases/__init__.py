from phrases.counting import frequent

__all__ = ["frequent"]
