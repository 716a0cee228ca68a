"""Reports over the handoffs in a folder."""
