import pytest

from transcript2handoff.evaluate.summaries import Written, WrittenCall, measure

SAID = "I'll send you the SOC 2 report by Friday. We lose two hundred and fifty loads a month."


def call(*pairs, parties=("Brightloop", "Acme Freight")):
    return WrittenCall(
        id="acme-1", pairs=pairs, said=SAID, known=("Dana Whitfield",), parties=parties
    )


def written(text, gold, kind="promise"):
    return Written(kind=kind, text=text, gold=gold)


def test_words_in_common_with_the_gold():
    report = measure([call(written("Dana sends the SOC 2 report.", "Dana emails the report."))])
    # written: dana sends soc report; gold: dana emails report
    assert report.f1 == pytest.approx(2 * 2 / (4 + 3))


def test_longer_summaries_weigh_more_than_short_ones():
    right = written("Dana sends report.", "Dana sends report.")
    wrong = written("Friday.", "Loads lost.")
    assert measure([call(right, wrong)]).f1 == pytest.approx(2 * 3 / (4 + 5))


def test_the_names_of_the_two_companies_tell_nothing():
    pair = written("Acme Freight loses 250 loads.", "Loses 250 loads.", kind="pain")
    assert measure([call(pair)]).f1 == 1.0
    assert measure([call(pair, parties=())]).f1 < 1.0


def test_quotes_are_fallbacks_and_context_is_none():
    report = measure(
        [
            call(
                written("Dana Whitfield: “I'll send you the report.”", "x"),
                written("Dana sends the report (“We lose loads”).", "x"),
            )
        ]
    )
    assert report.fallback_share == 0.5


def test_words_that_nobody_said_are_named():
    report = measure([call(written("Dana ships the audit by Friday 18 September 2026.", "x"))])
    assert report.invented == (("acme-1", "audit"), ("acme-1", "ships"))


def test_names_figures_and_endings_are_no_inventions():
    text = "Acme Freight loses 250 loads and Dana sends Brightloop's report."
    assert measure([call(written(text, "x"))]).invented == ()


def test_the_report_as_text():
    pair = written("Dana sends the report.", "Dana sends the report.")
    assert measure([call(pair)]).text().splitlines() == [
        "kind                 summaries      F1  fallback",
        "promise                      1   1.000      0.0%",
        "all                          1   1.000      0.0%",
        "words that nobody said: 0",
        "longer than 25 words: 0",
    ]


def test_no_summaries_no_figures():
    report = measure([])
    assert (report.f1, report.fallback_share, report.to_dict()["kinds"]) == (0.0, 0.0, {})
