"""Every page that can be opened: its path, and who opens it. Tests of all pages go through it.

In a path, ``{deal}`` is the id of the harborline deal, ``{call}`` that of its first call (a
recording), and ``{claim}`` that of a promise in it.
"""

PATHS = (
    (None, "/sign-in"),
    (None, "/setup"),
    (None, "/invitation"),
    ("csm", "/no-such-page"),
    ("csm", "/account"),
    ("admin", "/people"),
    ("admin", "/audit"),
    ("admin", "/audit/check?deal_id={deal}"),
    ("ae", "/deals"),
    ("csm", "/deals?verdict=ready&order=name"),
    ("admin", "/deals"),
    ("csm", "/search"),
    ("csm", "/search?q=invoice"),
    ("csm", "/search?q=quixotic"),
    ("csm", "/deals/{deal}/claims/{claim}"),
    ("csm", "/deals/{deal}"),
    ("csm", "/deals/{deal}/calls/{call}"),
    ("ae", "/upload"),
    ("ae", "/upload?deal_id={deal}"),
    ("ae", "/deals/{deal}/calls"),
    ("ae", "/deals/{deal}/questions"),
    ("csm", "/deals/{deal}/questions"),
    ("csm", "/deals/{deal}/documents"),
    ("csm", "/promises"),
    ("csm", "/promises?outcome=late"),
    ("admin", "/reports"),
    ("admin", "/reports/meeting"),
    ("csm", "/deals/{deal}/claims/new?call=harborline-1&turn=32"),
    ("csm", "/deals/{deal}/history"),
    ("csm", "/deals/{deal}/calls/{call}/turns/32"),
    ("ae", "/deals/{deal}/calls/{call}/speakers"),
    ("ae", "/deals/{deal}/details"),
)
