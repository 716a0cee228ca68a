"""Reports over many deals."""
