"""The store: deals, calls, runs, handoffs, queues, people and the audit, with their blobs.

``Store.open(url, blobs_url)`` opens it, ``store.read()`` and ``store.write()`` give a transaction,
and the modules of this package hold the functions that work in one, by matter: ``deals``,
``calls``, ``corrections``, ``runs``, ``results``, ``handoffs``, ``events``, ``documents``;
``said``, ``ledger``, ``views``, ``shares``; ``inbox``, ``outbox``, ``workers``, ``answers``,
``uploads``; ``users``, ``keys``, ``tokens``, ``audit``. ``erasing`` erases, ``keeping`` looks after
blobs, ``migrating`` after the schema, ``soundness`` finds what does not fit. They take and give
Records; nothing of SQLAlchemy leaves the
package.
"""

from transcript2handoff.store.blobs import Blob, Blobs
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.migrating import migrate
from transcript2handoff.store.opening import Store
from transcript2handoff.store.paging import Page, Window, every
from transcript2handoff.store.transaction import Transaction

__all__ = ["Blob", "Blobs", "Deed", "Page", "Store", "Transaction", "Window", "every", "migrate"]
