"""Documents of a deal, each for its readers: inside the company, or at the customer."""
