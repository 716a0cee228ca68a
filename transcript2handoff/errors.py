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
    │   ├── SettingsError               an environment variable is wrong
    │   ├── ArtifactError               a numbered file is broken, foreign or of another version
    │   └── ExtraMissingError           the command needs an extra that is not installed
    ├── ModelError                  4   a model file is not there or not the right one
    │   ├── ModelMissingError
    │   └── ModelMismatchError
    ├── ExtractionRefusedError      5   the call cannot be extracted, by name (its language)
    ├── OutputError                 6   the result cannot be written
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


class SettingsError(InputError):
    """An environment variable of ours has a value that does not fit."""


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


class OutputError(HandoffError):
    """The result cannot be written."""

    exit_code = 6


class Cancelled(HandoffError):  # noqa: N818 - a request that was granted is no error
    """The work was stopped on request."""

    exit_code = 130
