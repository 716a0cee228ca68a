import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.extract.dates import find_dates

MONDAY = datetime.date(2026, 9, 14)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("You'll have it today.", "2026-09-14"),
        ("I'll send it right after this.", "2026-09-14"),
        ("tomorrow morning", "2026-09-15"),
        ("the day after tomorrow", "2026-09-16"),
        ("by Friday", "2026-09-18"),
        ("by Monday", "2026-09-21"),
        ("this coming Thursday", "2026-09-17"),
        ("next Friday", "2026-09-25"),
        ("on Friday next week", "2026-09-25"),
        ("a week on Friday", "2026-09-25"),
        ("Friday week", "2026-09-25"),
        ("by the end of the week", "2026-09-18"),
        ("end of next week", "2026-09-25"),
        ("by the end of the month", "2026-09-30"),
        ("end of next month", "2026-10-31"),
        ("the end of the quarter", "2026-09-30"),
        ("end of next quarter", "2026-12-31"),
        ("by the end of Q1", "2027-03-31"),
        ("end of February 2028", "2028-02-29"),
        ("end of the year", "2026-12-31"),
        ("in two weeks", "2026-09-28"),
        ("in a fortnight", "2026-09-28"),
        ("three days from now", "2026-09-17"),
        ("October ninth", "2026-10-09"),
        ("the ninth of October", "2026-10-09"),
        ("9 October", "2026-10-09"),
        ("Oct. 9th, 2027", "2027-10-09"),
        ("by the twenty second of june", "2027-06-22"),
        ("November the twelfth, twenty twenty-eight", "2028-11-12"),
        ("Monday the twenty-first", "2026-09-21"),
        ("by the thirtieth", "2026-09-30"),
        ("on the third", "2026-10-03"),
        ("2026-10-09", "2026-10-09"),
        ("tomorrow by end of day", "2026-09-15"),
        ("by noon on Thursday", "2026-09-17"),
        ("by Friday the twenty-fifth at noon", "2026-09-25"),
        ("inside forty eight hours", "2026-09-16"),
        ("a fortnight from today", "2026-09-28"),
        ("by week's end", "2026-09-18"),
        ("rajan the eighteenth two hours", "2026-09-18"),
        ("the thirteenth you have results", "2026-10-13"),
    ],
)
def test_one_day_is_resolved(said, due):
    assert [mention.due for mention in find_dates(said, said_on=MONDAY)] == [due]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("sometime this week", "this week"),
        ("before Friday", "before Friday"),
        ("before November the twelfth", "before November the twelfth"),
        ("mid November", "mid November"),
        ("by the time your team is back", "by the time your team is back"),
        ("before i go", "before i go"),
        ("after the weekend", "after the weekend"),
        ("in Q2, I hope", "in Q2"),
        ("first quarter of '27", "first quarter of '27"),
        ("by March", "March"),
        ("it comes with the January release", "January release"),
        ("within a week of getting it", "within a week"),
        ("the first ninety days", "the first ninety days"),
    ],
)
def test_what_names_no_single_day_keeps_its_words(said, words):
    (mention,) = find_dates(said, said_on=MONDAY)
    assert mention.date is None
    assert words in mention.due


@pytest.mark.parametrize(
    "said", ["we march on", "you may send it", "the first one", "forty two seats", "9/10"]
)
def test_no_time_is_invented(said):
    assert find_dates(said, said_on=MONDAY) == ()


WEDNESDAY = datetime.date(2026, 4, 8)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("It goes live next week Friday.", "2026-04-17"),
        ("next week on Friday", "2026-04-17"),
        ("two weeks from Friday", "2026-04-24"),
        ("a week from Friday", "2026-04-17"),
        ("by end of month", "2026-04-30"),
        ("end of quarter", "2026-06-30"),
        ("by end of week then", "2026-04-10"),
        ("By EOM, I think", "2026-04-30"),
        ("You have it by the tenth, I hope.", "2026-04-10"),
        ("by the tenth we have it", "2026-04-10"),
        ("Let's say the fifteenth.", "2026-04-15"),
        ("shall we do the twenty third ten a m", "2026-04-23"),
        ("on the nineteenth half seven upstairs", "2026-04-19"),
        ("the first Saturday of May", "2026-05-02"),
        ("the second Friday in March", "2027-03-12"),
        ("the 10th of may", "2026-05-10"),
        ("may 10th works for us", "2026-05-10"),
        ("we have it by may 10", "2026-05-10"),
        ("About 10 May, I think", "2026-05-10"),
        ("We march by March 3, 2027", "2027-03-03"),
        ("you'll have it tonight or tomorrow", "2026-04-08"),
    ],
)
def test_one_day_is_resolved_by_the_calendar_of_a_wednesday(said, due):
    assert find_dates(said, said_on=WEDNESDAY)[0].due == due


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("You have it within 3 weeks.", "within 3 weeks"),
        ("on Monday or Tuesday", "Monday or Tuesday"),
        ("Monday, Tuesday or Friday next week", "Monday, Tuesday or Friday next week"),
        ("before the weekend so you can read it", "before the weekend"),
        ("before you sign and not a day later", "before you sign"),
        ("in three weeks once we have the login", "in three weeks"),
        ("in the last week of March", "in the last week of March"),
    ],
)
def test_words_that_are_kept_are_neither_more_nor_less_than_the_time(said, words):
    (mention,) = find_dates(said, said_on=WEDNESDAY)
    assert (mention.due, mention.date) == (words, None)


@pytest.mark.parametrize(
    "said",
    [
        "the third party will host it",
        "I'd take the first option",
        "that comes in the second phase",
        "on the first call we did that",
        "for the third time",
        "You're not the first.",
        "the fourth beside the others",
        "I'll begin 2 weeks of training",
        "About 10 may join us",
        "The second may be tricky",
        "we may 3 times a year",
        "they march 20 miles",
        "He left last Friday",
        "we meet every Friday",
        "we have that call on Fridays",
        "we answer Monday to Friday",
        "we bought it last October",
        "the whole of today",
    ],
)
def test_what_is_no_day_that_is_owed_is_none(said):
    assert find_dates(said, said_on=WEDNESDAY) == ()


def test_friday_said_on_a_friday_is_the_next_one():
    (mention,) = find_dates("by Friday", said_on=datetime.date(2026, 9, 18))
    assert mention.date == datetime.date(2026, 9, 25)


def test_end_of_week_said_on_a_weekend_keeps_its_words():
    (mention,) = find_dates("end of this week", said_on=datetime.date(2026, 9, 19))
    assert mention.due == "end of this week"


def test_without_the_day_of_the_call_the_words_stay():
    (mention,) = find_dates("by Friday", said_on=None)
    assert mention.due == "Friday"


def test_several_times_come_in_order():
    mentions = find_dates("The draft on Tuesday, the rest by the end of the month.", said_on=MONDAY)
    assert [mention.due for mention in mentions] == ["2026-09-15", "2026-09-30"]


@given(
    said_on=st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31)),
    weekday=st.sampled_from(["Monday", "Wednesday", "Friday", "Sunday"]),
)
def test_a_weekday_is_always_within_the_week_after_the_call(said_on, weekday):
    (mention,) = find_dates(f"by {weekday}", said_on=said_on)
    assert 1 <= (mention.date - said_on).days <= 7
    assert f"{mention.date:%A}" == weekday


@given(
    said_on=st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31)),
    day=st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31)),
)
def test_a_full_date_means_the_same_in_both_orders(said_on, day):
    european = find_dates(f"{day.day} {day:%B} {day.year}", said_on=said_on)
    american = find_dates(f"{day:%B} {day.day}, {day.year}", said_on=said_on)
    assert [m.date for m in european] == [m.date for m in american] == [day]


@given(st.text(max_size=80))
def test_words_stand_at_their_span_whatever_is_said(text):
    for mention in find_dates(text, said_on=MONDAY):
        assert mention.words in text[mention.span.begin : mention.span.end]


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("by close of play thursday", "2026-09-17"),
        ("by the twenty fourth of september", "2026-09-24"),
        ("two weeks today", "2026-09-28"),
        ("Friday after next", "2026-10-02"),
        ("a fortnight on Thursday", "2026-10-01"),
        ("within two business days", "2026-09-16"),
        ("in 48 hours", "2026-09-16"),
        ("You'll have it in the morning.", "2026-09-15"),
        ("the fifteenth of next month", "2026-10-15"),
        ("by year end", "2026-12-31"),
        ("I'm dropping the link in the chat", "2026-09-14"),
        ("end of q four", "2026-12-31"),
        ("tues morning", "2026-09-15"),
    ],
)
def test_more_forms_that_name_one_day(said, due):
    assert [mention.due for mention in find_dates(said, said_on=MONDAY)] == [due]


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("it's on the roadmap for q four", "Q4"),
        ("six weeks from signature", "six weeks from signature"),
        ("in about three weeks", "in about three weeks"),
        ("in the week of the twelfth", "the week of the twelfth"),
        ("all through Black Friday weekend", "Black Friday weekend"),
        ("it comes with the spring release", "the spring release"),
        ("in week sixteen", "in week sixteen"),
        ("mid to late october", "mid to late october"),
    ],
)
def test_more_words_that_are_kept(said, due):
    (mention,) = find_dates(said, said_on=MONDAY)
    assert mention.date is None
    assert mention.due == due


@pytest.mark.parametrize("said", ["at five in the morning", "I could come on a Saturday"])
def test_a_time_of_day_or_any_such_day_is_none(said):
    assert find_dates(said, said_on=MONDAY) == ()


def test_only_spans_are_counted_from_the_call():
    (span,) = find_dates("in two weeks", said_on=MONDAY)
    (day,) = find_dates("on Friday", said_on=MONDAY)
    assert (span.counted, day.counted) == (True, False)


@given(said_on=st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31)))
def test_business_days_fall_on_no_weekend(said_on):
    (mention,) = find_dates("within five business days", said_on=said_on)
    assert mention.date.weekday() < 5
    assert 5 <= (mention.date - said_on).days <= 7
