"""Everything that can go wrong, as one tree.

Each message says what happened and what to do about it; it is what a user reads.
The exit code of the command line belongs to the branch of the tree.

::

    HandoffError                    1   the root; never raised itself
    ├── InputError                  3   what was given cannot be used
    │   ├── RecordingError              the recording cannot be decoded
    │   │   ├── NoAudioError            it holds no sound that lasts
    │   │   └── RecordingLimitError     it is longer, larger or more complex than allowed
    │   ├── TranscriptFormatError       the file is no transcript that we can read
    │   ├── EmptyTranscriptError        the transcript has no turns
    │   ├── DealFileError               deal.toml is wrong
    │   ├── ContractFileError           the contract or the catalog is wrong
    │   ├── CompanyFileError            company.yaml, or the logo that it names, is wrong
    │   ├── TemplateFileError           a template of the company's own is wrong
    │   ├── JournalError                the journal is broken, or an event does not fit the deal
    │   ├── CorrectionError             a correction is broken, or does not fit the transcript
    │   ├── SettingsError               an environment variable is wrong
    │   ├── ServiceFileError            the service file, or a secret that it names, is wrong
    │   ├── DeliveryError               a webhook delivery is refused; nothing of it is kept
    │   │   ├── DeliveryForgedError         it does not prove who sent it
    │   │   ├── DeliveryStaleError          it was signed too long ago, or in the future
    │   │   ├── DeliveryFormError           its sender is proven, and it cannot be read
    │   │   └── DeliveryTooLargeError       its body is longer than we read
    │   ├── RequestError                a request over HTTP cannot be done as it stands
    │   │   ├── KeyReusedError              its Idempotency-Key was that of another request
    │   │   ├── StillWorkingError           the same request is being worked on
    │   │   └── PreconditionError           what it wants to change is another edition by now
    │   ├── DocumentMissingError        a deal has no document of this name
    │   ├── BackupFileError             a backup cannot be read, or is not whole
    │   ├── ArtifactError               a numbered file is broken, foreign or of another version
    │   └── ExtraMissingError           the command needs an extra that is not installed
    ├── ModelError                  4   a model file is not there or not the right one
    │   ├── ModelMissingError
    │   └── ModelMismatchError
    ├── ExtractionRefusedError      5   the call cannot be extracted, by name (its language)
    │   ├── SendingRefusedError         the call may not leave this machine
    │   └── ConsentMissingError         the call may not be worked on
    ├── OutputError                 6   the result cannot be written
    │   └── DocumentError               a document cannot be made as DOCX or PDF
    ├── EndpointError               7   the model server does not give what was asked for
    │   ├── EndpointUnreachableError    it cannot be reached, or not in time
    │   ├── EndpointBusyError           it turns requests away for now, until the deadline
    │   ├── EndpointRejectedError       it does not accept the key, the model or the request
    │   ├── ContextLengthError          one turn alone is longer than the model can read
    │   ├── AnswerRefusedError          the model refuses to answer
    │   ├── AnswerCutError              the answer is cut off even for a single turn
    │   ├── AnswerInvalidError          the answers do not have the form that was asked for
    │   └── CostLimitError              the next request could cost more than is allowed
    ├── CrmError                    8   the CRM does not give or take what it should
    │   ├── CrmPassingError             it may work later; it says when to try again
    │   │   ├── CrmUnreachableError         it cannot be reached, fails, or is not in time
    │   │   └── CrmBusyError                a limit is used up, or the record is locked
    │   ├── CrmGoneError                the record is not there, or not any more
    │   └── CrmPersonError              it stays so until a person does something
    │       ├── CrmAccessError              the token or its rights are not enough
    │       ├── CrmSetupError               a field, a version or an address does not exist there
    │       ├── CrmNotConnectedError        no CRM is connected
    │       └── CrmRefusedError             it does not take these values
    │           └── CrmConflictError            a record with this key is there already
    ├── StoreError                  9   the database or the blobs do not do what was asked
    │   ├── StoreConflictError          somebody else has changed it meanwhile
    │   │   └── LeaseLostError              another worker has taken it over meanwhile
    │   ├── StoreGoneError              it is not there, or not any more
    │   ├── StoreNotMigratedError       the database has another schema than this program
    │   ├── StoreUnreachableError       the database or the blobs cannot be reached or written
    │   ├── AuditBrokenError            the audit is not what was written, or not the one meant
    │   └── BlobMissingError            a blob is not there
    ├── AccessError                10   whoever asks may not do this, or not now
    │   ├── NotSetUpError               nobody has an account or a key yet
    │   ├── NotSignedInError            no proof of who asks, or one that does not hold
    │   ├── NotAllowedError             an account or a key that may not do this
    │   │   └── CrossSiteError              the request may come from a page of somebody else
    │   ├── TooManyRequestsError        too many in a short time; it says when to try again
    │   └── IdentityProviderError       the identity provider does not do what it should
    ├── FetchError                 11   a recording cannot be fetched from where it lies
    │   ├── FetchPassingError           it may work later; it says when to try again
    │   ├── FetchGoneError              it is not there any more, or the token for it has ended
    │   └── FetchRefusedError           it is not where we fetch from, or not what we take
    ├── MailError                  12   a mail cannot be sent
    │   ├── MailPassingError            it may work later
    │   └── MailPersonError             it stays so until a person does something
    │       ├── MailSetupError              there is no server for it, or it does not let us in
    │       ├── MailRefusedError            the server does not take it, or not for this address
    │       └── MailUnknownError            nobody knows whether it has arrived
    └── Cancelled                 130   somebody asked to stop
"""


class HandoffError(Exception):
    """The root of all errors that a user may see."""

    exit_code = 1


class InputError(HandoffError):
    """What was given cannot be used."""

    exit_code = 3


class RecordingError(InputError):
    """The recording cannot be decoded."""


class NoAudioError(RecordingError):
    """The recording holds no sound that lasts."""


class RecordingLimitError(RecordingError):
    """The recording is longer, larger or more complex than the settings allow."""


class TranscriptFormatError(InputError):
    """The file is no transcript in a format that we read."""


class EmptyTranscriptError(InputError):
    """The transcript has no turns."""


class DealFileError(InputError):
    """The deal file is not valid."""


class ContractFileError(InputError):
    """The contract or catalog file is not valid."""


class CompanyFileError(InputError):
    """The company file, or a file that it names, is not valid."""


class TemplateFileError(InputError):
    """A template of the company's own is not valid, or fails while it is filled in."""


class JournalError(InputError):
    """The journal cannot be read, or what is to be noted in it does not fit the deal."""


class CorrectionError(InputError):
    """A correction cannot be read, or does not fit the transcript of its call."""


class SettingsError(InputError):
    """An environment variable of ours has a value that does not fit."""


class ServiceFileError(InputError):
    """The service file is not valid, or a secret that it names is not there."""


class DeliveryError(InputError):
    """A webhook delivery is refused, and nothing of it is kept."""


class DeliveryForgedError(DeliveryError):
    """The delivery does not prove that it comes from who may send it."""


class DeliveryStaleError(DeliveryError):
    """The delivery was signed too long ago, or in the future: it may be a replay."""


class DeliveryFormError(DeliveryError):
    """The delivery comes from who may send it, and is not in the form that we read."""


class DeliveryTooLargeError(DeliveryError):
    """The body of the delivery is longer than we read."""


class RequestError(InputError):
    """A request over HTTP cannot be done as it stands."""


class KeyReusedError(RequestError):
    """The ``Idempotency-Key`` of the request was that of another one before."""


class StillWorkingError(RequestError):
    """A request with the same ``Idempotency-Key`` is being worked on."""


class PreconditionError(RequestError):
    """What the request wants to change has another edition than ``If-Match`` names."""


class DocumentMissingError(InputError):
    """A deal has no document of this name."""


class BackupFileError(InputError):
    """The backup cannot be read, is not whole, or holds what no backup holds."""


class ArtifactError(InputError):
    """A numbered file of the pipeline is broken, foreign or of another schema version."""


class ExtraMissingError(InputError):
    """The command needs libraries of an extra that is not installed."""


class ModelError(HandoffError):
    """A model file cannot be used."""

    exit_code = 4


class ModelMissingError(ModelError):
    """A model file is in none of the places where it may be."""


class ModelMismatchError(ModelError):
    """A model file is not, byte for byte, the one that was pinned."""


class ExtractionRefusedError(HandoffError):
    """The engine does not extract from this call, and says why."""

    exit_code = 5


class SendingRefusedError(ExtractionRefusedError):
    """The call may not leave this machine: no consent, or the company does not want it."""


class ConsentMissingError(ExtractionRefusedError):
    """The call may not be worked on: those on it have not agreed, and the company wants that."""


class EndpointError(HandoffError):
    """The model server does not give what was asked for."""

    exit_code = 7


class EndpointUnreachableError(EndpointError):
    """The server cannot be reached, breaks off, fails, or does not answer in time."""


class EndpointBusyError(EndpointError):
    """The server turns requests away for now, and still did at the deadline."""


class EndpointRejectedError(EndpointError):
    """The server does not accept the key, the model, the address or the form of a request."""


class ContextLengthError(EndpointError):
    """The model cannot hold even a single turn together with the question."""


class AnswerRefusedError(EndpointError):
    """The model, or a filter before it, refuses to answer about these turns."""


class AnswerCutError(EndpointError):
    """The answer is longer than the model may write, even for a single turn."""


class AnswerInvalidError(EndpointError):
    """The answers do not have the form that was asked for, however often one asks."""


class CostLimitError(EndpointError):
    """The next request could cost more than is allowed."""


class CrmError(HandoffError):
    """The CRM does not give what it was asked for, or does not take what was written."""

    exit_code = 8


class CrmPassingError(CrmError):
    """The same request may work later. ``wait`` is in how many seconds, if the CRM says so."""

    def __init__(self, message: str, *, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class CrmUnreachableError(CrmPassingError):
    """The CRM cannot be reached, breaks off, fails, or does not answer in time."""


class CrmBusyError(CrmPassingError):
    """The CRM turns requests away for now: a limit is used up, or the record is locked."""


class CrmGoneError(CrmError):
    """The record is not in the CRM, or not any more: trying again does not bring it back."""


class CrmPersonError(CrmError):
    """It will fail again until a person has done something in the CRM or in the settings."""


class CrmAccessError(CrmPersonError):
    """The CRM does not accept the token, or the token may not do this."""


class CrmSetupError(CrmPersonError):
    """A field, an object, a version or an address that is not there in the CRM."""


class CrmNotConnectedError(CrmPersonError):
    """No CRM is connected, or not the one that is asked for."""


class CrmRefusedError(CrmPersonError):
    """The CRM does not take these values."""


class CrmConflictError(CrmRefusedError):
    """The CRM has a record with this key already."""


class OutputError(HandoffError):
    """The result cannot be written."""

    exit_code = 6


class DocumentError(OutputError):
    """A document cannot be made as DOCX or PDF: its logo or its layout is broken."""


class StoreError(HandoffError):
    """The database or the blobs do not do what was asked."""

    exit_code = 9


class StoreConflictError(StoreError):
    """Somebody else has changed the same thing meanwhile; nothing was written."""


class LeaseLostError(StoreConflictError):
    """Another worker has taken over what this one was working on; nothing was written."""


class StoreGoneError(StoreError):
    """What was asked for is not in the store, or not any more."""


class StoreNotMigratedError(StoreError):
    """The database does not have the schema that this program works with."""


class AuditBrokenError(StoreError):
    """The audit is not what was written, or does not hold a deed as it was noted elsewhere."""


class StoreUnreachableError(StoreError):
    """The database or the blobs cannot be reached, are busy, or cannot be written."""


class BlobMissingError(StoreError):
    """A blob is not there, although something names it or wants to."""


class AccessError(HandoffError):
    """Whoever asks may not do this, or not now."""

    exit_code = 10


class NotSetUpError(AccessError):
    """Nobody has an account or a key yet: nothing is open but the set-up itself."""


class NotSignedInError(AccessError):
    """The request proves nobody, or its key, session or password does not hold."""


class NotAllowedError(AccessError):
    """The account or the key may not do this."""


class CrossSiteError(NotAllowedError):
    """The request may have been made by a page of somebody else."""


class TooManyRequestsError(AccessError):
    """Too many requests in a short time. ``wait`` is in how many seconds the next one may come."""

    def __init__(self, message: str, *, wait: float) -> None:
        super().__init__(message)
        self.wait = wait


class IdentityProviderError(AccessError):
    """The identity provider cannot be reached, or does not prove who somebody is."""


class FetchError(HandoffError):
    """A recording cannot be fetched from where it lies."""

    exit_code = 11


class FetchPassingError(FetchError):
    """The same may work later. ``wait`` is in how many seconds, if the other side says so."""

    def __init__(self, message: str, *, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class FetchGoneError(FetchError):
    """The recording is not there any more, or the token for it has ended."""


class FetchRefusedError(FetchError):
    """The recording does not lie where we fetch from, or is not what we take."""


class MailError(HandoffError):
    """A mail cannot be sent."""

    exit_code = 12


class MailPassingError(MailError):
    """The same may work later: the server is away, or does not take it for now."""


class MailPersonError(MailError):
    """The mail stays unsent until a person has done something."""


class MailSetupError(MailPersonError):
    """No server for mail is set up, or it does not let us in, or not in a safe way."""


class MailRefusedError(MailPersonError):
    """The server takes no mail for this address, or takes not this mail."""


class MailUnknownError(MailPersonError):
    """The mail was handed over, and the line broke before the server said that it has it."""


class Cancelled(HandoffError):  # noqa: N818 - a request that was granted is no error
    """The work was stopped on request."""

    exit_code = 130
