"""Is everything there that the app needs?"""
