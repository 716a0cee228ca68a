"""The whole description against the whole application: what it says is what happens."""

import secrets

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection
from schemathesis.transport.serialization import Binary

from transcript2handoff.api.app import create_app
from transcript2handoff.api.routes import documents
from transcript2handoff.api.services import Services
from transcript2handoff.settings import Settings
from transcript2handoff.store import runs, shares, uploads

EXAMPLES = 8
"""Of each operation, and as many that do not fit."""
REFUSALS = [400, 401, 403, 404, 405, 409, 412, 413, 415, 416, 422, 429]
CONFIG = {
    "checks": {
        # What fits the description may still not fit the deal: an unknown turn, a stale edition.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", *REFUSALS]},
        "negative_data_rejection": {"expected-statuses": REFUSALS},
    },
}


@schemathesis.serializer("application/offset+octet-stream")
def as_it_is(_context, value):
    return value.data if isinstance(value, Binary) else str(value).encode()


@pytest.fixture
def services(sqlite_store, tmp_path):
    return Services(store=sqlite_store, settings=Settings(data=tmp_path, rate_limit=1_000_000))


@pytest.fixture
def store(services):
    return services.store


@pytest.fixture
def described(services, store, seed, monkeypatch):
    """The description, in which ids are those of things that are there, or of none."""
    monkeypatch.setattr(documents, "LONGEST_WAIT", 0.0)
    app = create_app(services)
    kept, to_erase = seed(), seed()
    ids = {**there(store, kept), "user_id": "user-404", "key_id": "key-404"}
    schema = app.openapi()
    for path, operations in schema["paths"].items():
        known = there(store, to_erase) if path.endswith("/erasure") else ids
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path" and parameter["name"] in known:
                    name = parameter["name"]
                    choices = [known[name], f"{name.removesuffix('_id')}-404"]
                    parameter["schema"] = {"type": "string", "enum": choices}
    loaded = schemathesis.openapi.from_dict(schema, config=SchemathesisConfig.from_dict(CONFIG))
    loaded.app = app
    return loaded


def there(store, seeded):
    """Ids of a deal and of what belongs to it."""
    with store.write() as tx:
        call = seeded.calls["harborline-1"]
        run = runs.start(tx, runs.NewRun(deal_id=seeded.deal, call_id=call, kind="call"))
        # Whoever watches a run that has ended need not wait for its end.
        runs.cancel(tx, run.id)
        upload = uploads.add(tx, uploads.NewUpload(actor="nobody", length=9))
        link = shares.NewShare(
            deal_id=seeded.deal,
            digest=secrets.token_hex(32),
            by="Pat",
            by_id="user-1",
            expires=tx.now,
            audio=True,
            language="en",
        )
        share = shares.add(tx, link)
    return {
        "deal_id": seeded.deal,
        "call_id": call,
        "run_id": run.id,
        "upload_id": upload.id,
        "share_id": share.id,
        "claim_id": "promise",
    }


@pytest.mark.slow
def test_what_is_described_is_what_happens(described, admin):
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 60
    failures = [
        failure
        for operation in operations
        for mode in GenerationMode
        for failure in failures_of(operation, mode, admin)
    ]
    assert not failures, "\n\n".join(failures)


def failures_of(operation, mode, headers):
    """What is wrong with an operation, in words; nothing if all is well."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def tried(case):
        # Of a parameter that is there twice the last value counts, as anywhere on the web.
        is_doubled = any(isinstance(value, list) for value in (case.query or {}).values())
        skipped = [negative_data_rejection] if is_doubled else []
        case.call_and_validate(headers=headers, excluded_checks=skipped)

    try:
        tried()
    except Unsatisfiable:
        return  # Nothing about this operation can be wrong.
    except (schemathesis.errors.SchemathesisError, FailureGroup) as error:
        yield f"{operation.label} ({mode.value}): {error}"
