"""The durable work: runs are done step by step, and what a killed worker left is taken up again.

A run is a row of the store. ``dispatch`` hands the next rows to the durable engine, which calls
``conducting`` for each step on one of the workers; ``patience`` says what is tried again.
``reaper`` takes the work of dead workers over, ``housekeeping`` clears away. ``port`` says what
these ask of the engine, and ``engine`` is the one module that knows it. ``worker`` is the process
with all of this, put together in ``assemble``; ``supervisor`` serves and keeps a worker alive.

How each step is done stands in ``work``, and what has come of a deal in ``desk``.
"""
