"""The forms in which people say a time, the surer first; ``dates`` applies them.

Each form is a pattern for lower-case text and the resolver that finds its day. A resolver of
``never`` keeps the words of what names no single day; none marks a time that nothing is owed at.
"""

import datetime
from typing import Final

from transcript2handoff.extract.days import (
    MONTHS,
    WEEKDAY_NAMES,
    Resolver,
    ahead,
    bare_day,
    business_days,
    day_of_next_month,
    end_of_month,
    end_of_period,
    end_of_quarter,
    fixed,
    hours,
    iso,
    month_day,
    never,
    next_weekday,
    of_week,
    weekday_of_month,
)
from transcript2handoff.extract.numbers import NUMBER, ORDINAL

COUNTED: Final[tuple[Resolver, ...]] = (ahead, business_days, hours)
"""Resolvers that count from the day of the call."""
LEADS: Final = ("before", "by", "until", "till", "on", "for", "from", "after")

MONTH: Final = r"\b(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
WEEKDAY: Final = r"\b(?:" + "|".join(sorted(WEEKDAY_NAMES, key=len, reverse=True)) + r")\b"
_YEAR: Final = r"(?:,?[ ](?:of[ ])?(?:20\d\d|'\d\d|twenty[- ](?:twenty|thirty)(?:[- ][a-z]+)?)\b)"
_DAY: Final = rf"(?:{ORDINAL}|(?:3[01]|[12]\d|[1-9])\b(?![.,:]?\d))"
_PART: Final = r"(?:[ ](?:morning|afternoon|evening|night|noon|lunchtime|lunch))?"
# "The third party" and "the first option" are no days: a bare ordinal needs the end of its clause,
# or, after "by" and the like, a word that begins another.
_CLAUSE_END: Final = (
    r"(?='|\s*(?:[.,;:?!…)–—]|-(?:\s|-)|$)"
    rf"|\s(?:works|suits|at|then|okay|ok|half (?:past )?{NUMBER}|{NUMBER} (?:[ap] ?m|o'?clock)"
    r"|(?:is|would be|will be) (?:good|fine|okay|ok|great))\b)"
)
_NEXT_CLAUSE: Final = (
    rf"(?:{_CLAUSE_END}|(?=\s(?:and|or|but|so|if|because|when|while|once|as|that's|thats|which"
    r"|i|i'll|ill|we|we'll|you|you'll|it|it's|its|they|he|she|there|please|with|for|in|to|latest"
    r"|is|was|morning|afternoon|evening|not|have|get|yes|yeah|no|you've|youre|you're)\b))"
)
# Where a time that is told as a deed or a duty ends.
_JOINT: Final = r"(?!(?:so|and|but|or|if|because|cause|when|which|then|that'?s|please|just)\b)"

# From the tenth on an ordinal is a day, unless what it counts follows.
_LATE: Final = r"(?:\d\d|\w+teenth|tenth|eleventh|twel|twent|thirt)"
_COUNTS_THINGS: Final = (
    r"(?:of|floor|century|edition|time|street|avenue|version|one|customer|client|site|person|year"
    r"|month|week|day|quarter|percentile|request|item|question|point|and|grade|birthday|most)\b"
)

_COUNT: Final = rf"(?P<count>an?|(?:a )?couple(?: of)?|{NUMBER})"
_MORE_OR_LESS: Final = (
    r"(?:(?:about|around|roughly|maybe|say|like|approximately|some|probably|only|just|another"
    r"|less than|under|as little as),? ){0,5}"
)
_ANY: Final = rf"(?:an?|the|(?:a )?couple(?: of)?|a few|several|{NUMBER})"
_SPAN: Final = (
    rf"{_ANY}(?:(?:,? (?:to|or)|[-–]) {NUMBER})?[- ](?:more |full |long )?"
    r"(?:business |working |calendar )?(?:day|week|weekend|fortnight|month|quarter|year)s?\b"
)
# "Two months free" and "two days a week" are how much, not when.
_NO_PRICE: Final = (
    r"(?!,? (?:free|a (?:day|week|month|year)|per|of|notice|prior|flat|off|on[- ]?site|each"
    r"|every)\b)"
)
_QUARTER: Final = (
    r"(?:\bq[ -]?(?:[1-4]|one|two|three|four)\b|(?:first|second|third|fourth)(?= quarter))"
)
_VAGUELY: Final = (
    r"(?:in )?(?:the (?=first|second|third|fourth|last|q[1-4 ]|middle|beginning|start|early|late"
    r"|mid))?(?:(?:first|second|third|last) (?:week|weeks|half|part) of "
    r"|(?:first|second) |early (?:to mid )?|(?:early|mid)[ -]to[ -](?:mid|late)[ -]?|mid[- ]?|late "
    r"|middle of |beginning of |start of |(?:the )?back end of ){0,5}"
)
_MONTH_NAME: Final = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december)\b"
)
_BEFORE_A_MONTH: Final = (
    "by",
    "in",
    "for",
    "from",
    "until",
    "till",
    "before",
    "mid[- ]",
    "early",
    "late",
    "middle of",
    "week of",
    "half of",
    "start of",
    "beginning of",
    "told",
    "say",
    "plan on",
    "around",
    "is",
    "for the",
    "saying",
)
_ALONE: Final = (
    "(?:(?:"
    + "|".join(
        rf"(?<=\b{lead})" if lead.endswith("]") else rf"(?<=\b{lead} )" for lead in _BEFORE_A_MONTH
    )
    + rf"){MONTH}(?! (?:have|be|not|well|need|want|also)\b)"
    r"|(?:january|february|april|june|july|august|september|october|november|december)\b)"
)
_EVENT: Final = (
    r"(?:go[- ]?live|going live|cut[- ]?over|launch|kick[- ]?off|signatures?|signing|onboarding"
    r"|commissioning|roll[- ]?out|installation|implementation|delivery|pilot|trial|poc"
    r"|proof of concept|training|migration|testing|(?<!for )(?<!for the )(?<!for your )renewals?)\b"
)
_HOLIDAY: Final = (
    r"(?:black friday|cyber monday|good friday|easter monday|whit monday|easter|christmas(?: eve)?"
    r"|xmas|thanksgiving|halloween|new year'?s?(?: eve)?|diwali|ramadan|eid|hanukkah|midsummer"
    r"|lunar new year|chinese new year|labor day|memorial day|the holidays|bank holiday)\b"
)
_SEASON: Final = r"(?:spring|summer|autumn|fall|winter)\b"
_EDITION: Final = (
    r"(?:[- ](?:release|version|update|patch|drop|edition|semester|term|season|sprint"
    r"|holidays?|break)\b)"
)
_TODAY: Final = (
    r"(?<!\bof )(?:later )?(?:today|tonight|this (?:morning|afternoon|evening|lunchtime|minute))\b"
    r"|(?:right|straight|immediately) after (?:this|the (?:call|meeting)|we hang up)\b(?: call)?"
    r"|after (?:this|the call|we hang up)\b(?= call|[.,!]|$)(?: call)?"
    r"|(?:as soon as|when|once) (?:i'm|we're|we) (?:off|hang up|done)\b(?: (?:this|the) call)?"
    r"|(?:while|as|whilst) we(?:'re| are)? (?:talking|talk|speak|on)\b"
    r"|(?:right|straight) (?:now|away)\b|immediately\b(?! after)"
    r"|before (?:we|you|i) (?:hang up|finish this call|get off (?:this|the) (?:call|phone))"
    r"|(?:by|before) (?:lunch(?:time)?|supper|dinner|noon|midday|midnight)\b"
    r"|at (?:lunch(?:time)?|noon|midday)\b"
    r"|(?:in|within|inside),? (?:like,? )?(?:an|the(?: next)?|one|a|half an|a couple of|a few"
    rf"|{NUMBER}) (?:hours?|minutes?|mins?)\b(?! (?:of|from|after|a|per|every)\b)"
    r"|(?:dropp|sen[dt]|put|post|past|shar)\w*[^.,;?!]{0,40} in(?:to)? the (?:meeting )?chat\b"
    rf"|by {NUMBER} (?:o'?clock|[ap] ?m\b)(?! (?:on|tomorrow|\w+day))"
    r"|(?:by |at |before )?(?:the )?(?:(?:end of (?:the )?(?:day|play|business)"
    r"|close of (?:the )?(?:day|play|business)|close (?:today)|eod|cob)\b"
    r"(?!,? (?:one|two|tomorrow|(?:on |this |next )?\w+day)))"
)
_NEXT_DAY: Final = r"(?:first thing )?in the morning\b|by (?:the )?morning\b"

FORMS: Final[tuple[tuple[str, Resolver | None], ...]] = (
    (
        rf"(?:the )?(?P<which>first|second|third|fourth) (?P<day>{WEEKDAY}) (?:of|in) "
        rf"(?P<month>{MONTH})(?P<year>{_YEAR})?",
        weekday_of_month,
    ),
    # What is past, or comes again and again, is nothing that is owed on a day.
    (
        r"(?:last|every|each|past|previous|since|back in|always) "
        rf"(?:single |other |late |early |on )?(?:{WEEKDAY}|{_MONTH_NAME})",
        None,
    ),
    (rf"\ba {WEEKDAY}(?! week)", None),
    (rf"{WEEKDAY} (?:to|through|thru) {WEEKDAY}", None),
    (rf"(?:{NUMBER}|o'?clock|[ap] ?m|thirty|fifteen|every day) in the morning", None),
    (rf"(?:this |next |the |over ){{0,5}}{_HOLIDAY}(?: (?:weekend|week|day|sale|break))?", never),
    (
        rf"(?:{WEEKDAY},? ){{0,5}}{WEEKDAY},? or (?:on )?{WEEKDAY}(?:,? (?:of )?next week)?",
        never,
    ),
    (
        rf"(?:for |in |after |during )?(?:the |our |your )?first (?:{NUMBER} )?(?:half[- ])?"
        r"(?:days?|weeks?|months?|quarters?|years?|renewals?|seasons?|terms?)\b(?! of\b)"
        r"(?: (?:after|from|of) (?:go[- ]?live|cut[- ]?over|launch|sign(?:ing|ature))\b)?",
        never,
    ),
    (rf"ahead of (?:the|your|our|his|her|that)\b(?: {_JOINT}[a-z'-]+){{1,5}}", never),
    (
        r"(?:the )?week (?:of|commencing|beginning|starting|from)(?: the| monday)* "
        rf"(?:{_DAY}(?: (?:of )?{MONTH})?|{MONTH}(?: the)? {_DAY})",
        never,
    ),
    (r"(?P<iso>20\d\d-\d\d-\d\d)", iso),
    (r"(?:the )?day after tomorrow", fixed(2)),
    (
        rf"{_COUNT} (?P<unit>weeks?|fortnight) (?P<start>today|tomorrow)\b|tomorrow week\b",
        ahead,
    ),
    (rf"(?:first thing )?tomorrow\b{_PART}", fixed(1)),
    (_NEXT_DAY, fixed(1)),
    (
        r"(?:in|within|inside) "
        r"(?P<hours>24|48|72|twenty[- ]four|forty[- ]eight|seventy[- ]two) hours\b"
        r"(?:'| time)*(?! (?:of|later|after|from|once|when|if|a|per)\b)",
        hours,
    ),
    (rf"{_COUNT} (?P<unit>days?|weeks?|fortnight) from (?:today|now)\b", ahead),
    (_TODAY, fixed(0)),
    (
        rf"(?:(?:a )?week (?:on|from|after) (?P<day>{WEEKDAY})|(?P<day2>{WEEKDAY}) week\b)",
        lambda m, d: next_weekday(m["day"] or m["day2"], d) + datetime.timedelta(days=7),
    ),
    (
        rf"(?:a fortnight (?:on|from) (?P<day>{WEEKDAY})|(?P<day2>{WEEKDAY}) fortnight\b)",
        lambda m, d: next_weekday(m["day"] or m["day2"], d) + datetime.timedelta(days=14),
    ),
    (
        rf"(?P<day>{WEEKDAY}) after next\b|(?P<day2>{WEEKDAY}) (?:of )?(?:the )?week after next\b",
        lambda m, d: of_week(m["day"] or m["day2"], d, weeks=2),
    ),
    (
        rf"(?:(?P<weekday>{WEEKDAY}),? )?(?:the )?(?P<day>{_DAY}) (?:of )?(?P<month>{MONTH})"
        rf"(?P<year>{_YEAR})?",
        month_day,
    ),
    (
        rf"(?:(?P<weekday>{WEEKDAY}),? )?(?P<month>{MONTH}) (?:the )?(?P<day>{_DAY})"
        rf"(?P<year>{_YEAR})?",
        month_day,
    ),
    (rf"(?:the )?(?P<day>{ORDINAL}) of (?P<which>next|this|the) month\b", day_of_next_month),
    (rf"(?P<weekday>{WEEKDAY}),? (?:the )?(?P<day>{ORDINAL})", bare_day),
    (
        rf"(?:(?<=\bby )|(?<=\bon )|^(?!first|second)|(?<=[.?!] )(?!first|second))"
        rf"(?P<day>{ORDINAL})(?=['.,?!]|$| (?:works|is|at|suits|then|okay|ok|good)\b)",
        bare_day,
    ),
    (rf"next (?P<day>{WEEKDAY}){_PART}", lambda m, d: of_week(m["day"], d, weeks=1)),
    (
        rf"next week,? (?:on )?(?P<day>{WEEKDAY}){_PART}",
        lambda m, d: of_week(m["day"], d, weeks=1),
    ),
    (rf"{_COUNT} (?P<unit>weeks?) (?:from|after) (?P<weekday>{WEEKDAY})", ahead),
    (
        rf"(?P<day>{WEEKDAY})(?:,)?(?: of)? next week{_PART}",
        lambda m, d: of_week(m["day"], d, weeks=1),
    ),
    (
        rf"(?:this (?:coming )?)?(?P<day>{WEEKDAY})(?! (?:person|mornings|nights)){_PART}",
        lambda m, d: next_weekday(m["day"], d),
    ),
    (rf"(?:the )?end of (?:year|month|quarter|week) {NUMBER}", never),
    (
        r"(?:the )?(?:(?:end|close|last day) of (?:the |this |(?P<which>next) )?"
        rf"(?P<unit>week|month|quarter|year)\b(?! {NUMBER})|(?P<short>eow|eom|eoq|eoy)\b"
        r"|(?<!\bat )(?P<unit2>week(?='?s )|month|quarter|year)(?:'?s)?[- ]end\b)",
        end_of_period,
    ),
    (rf"(?:the )?(?:end|last day) of (?P<month>{MONTH})(?P<year>{_YEAR})?", end_of_month),
    (
        rf"(?:the )?end of (?:the )?(?P<quarter>{_QUARTER})(?: quarter)?(?P<year>{_YEAR})?",
        end_of_quarter,
    ),
    (
        rf"(?:in|within) {_COUNT} (?:business|working) days\b"
        r"(?:'| time)*(?! (?:of|later|after|from|once|when|if)\b)",
        business_days,
    ),
    (
        rf"in {_COUNT} (?P<unit>days?|weeks?|fortnight)\b(?:'s|s'|')?(?: time)?"
        r"(?! (?:of|later|after|from|once|when|if|every)\b)",
        ahead,
    ),
    (
        r"(?:" + "|".join(rf"(?<=\b{lead} )" for lead in LEADS) + ")"
        rf"the (?P<day>{ORDINAL}){_NEXT_CLAUSE}",
        bare_day,
    ),
    (rf"the (?!first\b|second\b)(?P<day>{ORDINAL}){_CLAUSE_END}", bare_day),
    (rf"the (?={_LATE})(?P<day>{ORDINAL})(?! {_COUNTS_THINGS})", bare_day),
    (
        rf"(?:within|inside|in|under)(?: of)? (?:the )?(?:first |next )?{_MORE_OR_LESS}{_SPAN}"
        r"(?: (?:after|from|of)\b(?: [a-z'-]+){1,4})?",
        never,
    ),
    # A span that is counted from something else than the day of the call.
    (
        rf"{_MORE_OR_LESS}{_SPAN} (?:after|from|following|before)\b"
        rf"(?: {_JOINT}[a-z'-]+){{1,4}}",
        never,
    ),
    (
        rf"(?:^|(?<=it's )|(?<=its )|(?<=that's )|(?<=give me )){_MORE_OR_LESS}{_SPAN}{_NO_PRICE}",
        never,
    ),
    (rf"(?:for |over )(?!the (?:weekend|week)\b)(?:the )?(?:next )?{_SPAN}", None),
    (
        r"(?:the )?(?:end|start|beginning|middle|close|back) of (?:the |your |our |this |next )"
        r"(?:current |school |academic |financial |fiscal |calendar |new |pilot |first "
        r"|second ){0,5}"
        r"(?:pilot|trial|project|term|contract|onboarding|migration|sprint|season|semester|summer"
        r"|winter|spring|autumn|fall|call|month|quarter|week|year|training|phase|wave|period)\b",
        never,
    ),
    (
        rf"(?:in |by |from |after |during |end of |until )?\b(?:month|year|phase|wave|sprint)"
        rf" {NUMBER}\b",
        never,
    ),
    (
        r"(?:in |over |within )(?:the )?(?:next|coming|following) (?:few |couple of |several )?"
        r"(?:days?|weeks?|months?)\b",
        never,
    ),
    (r"(?:early |late |later )?(?:in )?(?:the )?new year\b", never),
    (r"\bas soon as possible\b|\basap\b|\b(?:on )?the same day\b", never),
    (
        r"(?:early |late |later |the end of |over |sometime |first thing |mid[- ]?|middle of "
        r"|by |in )?(?:the week after next|(?:this|next|that) (?:week|weekend|month|quarter|year)"
        r"|(?<=over )the weekend|(?<=after )the weekend|midweek)\b",
        never,
    ),
    (rf"(?:by |from |in |until |after |before )?\bweek (?:number )?{NUMBER}\b", never),
    (r"(?:on |from |by )?\bday (?:one|1)\b", never),
    (
        rf"{_VAGUELY}(?:{_QUARTER}(?: quarter)?|{_ALONE})(?:[- ]ish)?(?: release)?{_EDITION}?"
        rf"(?P<year>{_YEAR})?",
        never,
    ),
    (
        r"(?:\bh(?: ?[12]\b| (?:one|two)\b)|(?:the )?(?:first|second) half of (?:the|this|next) "
        rf"year)(?P<year>{_YEAR})?",
        never,
    ),
    (
        r"(?:on |in |by |before |for |with )?(?:(?:the |our )?next "
        r"(?:call|meeting|session|demo|visit|workshop|release|version|sprint)|next time(?: we "
        r"(?:speak|talk|meet))?)\b",
        never,
    ),
    (rf"by the time\b(?: {_JOINT}[a-z'-]+){{2,6}}", never),
    (
        r"before (?:i(?! (?:forget|say|answer|start|do|can|get)\b)|you|anyone|anybody|we|any"
        r"|it's|he|she|they|your|our|the|that|this)\b"
        rf"(?: {_JOINT}[a-z'-]+){{1,4}}",
        never,
    ),
    (
        rf"(?:(?:by|in|this|next|before|after|for|until|late|early|mid|the) ){{0,5}}"
        rf"(?:{_SEASON}(?:[- ]ish\b)?{_EDITION}?)(?<!\bfall)(?<!\bspring)(?<!the fall)",
        never,
    ),
    (rf"(?:(?:by|in|this|next|before|until|late|early) (?:the )?){_SEASON}", never),
    (
        r"(?:(?:by|in|at|on|before|after|during|until|from|upon|for|in time for|ahead of|with) "
        rf"(?:the |your |our |contract |next |first ){{0,5}}){_EVENT}(?: (?:release|call|day))?",
        never,
    ),
    (
        r"(?:(?:by|at|before|after|during|until|in time for|ahead of) (?:the |your |our |next "
        r"|first |second |annual |board ){0,5})(?:workshop|meeting|demo|audit|board|review|visit"
        r"|event|conference|show|exam|exams|election|inspection|peak|harvest|close(?! of)"
        r"|freeze)\b",
        never,
    ),
)
"""A pattern for each form, in the order in which they are tried, and how it becomes a day."""
