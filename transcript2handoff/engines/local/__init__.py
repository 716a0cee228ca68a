"""The local engine: rules and entities, no key and no network."""
