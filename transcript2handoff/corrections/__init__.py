"""What people put right in a transcript: who speaks, on which side, and which words were said."""
