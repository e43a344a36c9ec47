"""The AI service: candidates, tests, explanations and reviews over HTTP."""
