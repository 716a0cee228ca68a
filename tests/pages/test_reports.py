"""The report on promises and its plots, and the meeting of sales and success."""

from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.api.models.documents import TableOut, TallyOut
from transcript2handoff.pages.routes.reports import plot_of

counts = st.integers(0, 400)
rows = st.builds(
    TallyOut,
    name=st.text(min_size=1, max_size=60),
    kept=counts,
    late=counts,
    impossible=counts,
    unknown=counts,
    share=st.just("too few to say"),
)


@given(st.lists(rows, max_size=8))
def test_bars_are_as_long_as_their_counts_and_stay_within_the_picture(found):
    plot = plot_of(TableOut(trait="kind", title="By kind", rows=tuple(found)))
    scales = set()
    for row, bar in zip(found, plot.bars, strict=True):
        assert bar.total == row.kept + row.late + row.impossible + row.unknown
        assert sum(part.count for part in bar.parts) == bar.total
        assert bar.end <= 384
        assert len(bar.name) <= 48
        for one, other in zip(bar.parts, bar.parts[1:], strict=False):
            assert abs(one.x + one.width - other.x) < 0.2
        if bar.total:
            scales.add(round((bar.end - 3) / bar.total, 2))
    assert not scales or max(scales) - min(scales) < 0.2
    assert len(plot.marks) <= 6


def test_what_came_of_promises_is_counted_and_drawn(site, visitor):
    page = visitor("admin")
    page.goto("/promises?owner=Rupert+Ashdown")
    for _ in range(2):
        with page.expect_navigation():
            page.get_by_role("button", name="Late").first.click()
    page.goto("/reports")
    figures = page.locator(".figures .figure", has_text="Late")
    assert figures.first.locator("dd").inner_text() == "2"
    picture = page.get_by_role("img", name="2 late").first
    assert picture.locator("rect.late").count() >= 1
    page.emulate_media(media="print")
    assert picture.is_visible()
    assert page.faults == []


def test_the_meeting_shows_what_is_wanting_in_a_time(site, visitor):
    page = visitor("admin", scripts=False)
    page.goto("/reports/meeting")
    page.get_by_label("From").fill("2026-01-01")
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    assert "from=2026-01-01" in page.url
    opened = page.locator("section", has_text="Open questions, by account executive")
    assert "Tamsin Okoro" in opened.inner_text()
