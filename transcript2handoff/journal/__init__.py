"""What people did to a handoff: events over ids, applied anew after every run."""
