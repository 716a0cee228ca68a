"""What people did to a handoff, kept in a file beside the deal."""
