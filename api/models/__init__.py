"""What requests hold and what answers hold; each model stands as it is in the OpenAPI."""
