"""What the package is made of: its lock, its licences, its bill of materials, its audit.

Nothing here is installed with the package; `make lock`, `make licences`, `make sbom` and
`make audit` run it.
"""
