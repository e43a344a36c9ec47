"""What each part of the proof is worth: candidates judged with it and without it."""
