"""The pages: what account executives and customer success managers see in a browser.

They are rendered on the server, and know of deals what the public API tells.
"""
