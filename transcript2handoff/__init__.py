"""A sales call goes in, and out comes a handoff in which every line can be played back."""
