"""What the figures say, in sentences: the four answers, three questions, decisions wanted."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.ui.amounts import money
from apps.evaluation.snapshot.wording import hours, listed, number, share, some

Facts = dict[str, Any]
ASKED = 3


def answers(facts: Facts, before: Facts | None) -> list[dict[str, str]]:
    """The four questions of every reader, each with its finding and what it was last time."""
    return [
        {
            "question": _("Done as promised?"),
            "finding": kept(facts["promises"]),
            "detail": held(facts["sessions"]),
            "before": _before(before, "promises_kept", _("Promises kept")),
        },
        {
            "question": _("Who missed out?"),
            "finding": missed(facts["people"]),
            "detail": unreached(facts["people"]),
            "before": _before(before, "people", _("Staff taking part")),
        },
        {
            "question": _("What did it cost?"),
            "finding": cost(facts),
            "detail": " ".join(
                filter(None, (spent(facts["release"]), promised(facts["promised"])))
            ),
            "before": _before(before, "hours_held", _("Hours of sessions held")),
        },
        {
            "question": _("What changed for pupils?"),
            "finding": changed(facts["outcomes"]),
            "detail": _("Figures before and after do not show what caused a change."),
            "before": _before(before, "pupil_met", _("Pupil targets reached")),
        },
    ]


def headline(facts: Facts) -> dict[str, Any]:
    """The figures that the next report sets beside its own; None is not known or not shown."""
    promises, people = facts["promises"], facts["people"]["by_school"]["total"][-1]
    outcomes = facts["outcomes"]
    return {
        "activities": facts["activities"]["total"],
        "people": people.get("count"),
        "sessions_held": facts["sessions"]["held"],
        "hours_held": facts["sessions"]["hours_held"],
        "promises_due": promises.get("due"),
        "promises_kept": promises.get("done"),
        "criteria_evaluable": outcomes["criteria"]["evaluable"],
        "pupil_met": outcomes["pupils"]["met"],
        "score": outcomes["overall"]["score"],
        "evaluable_weight": outcomes["overall"]["evaluable_weight"],
    }


def kept(promises: Facts) -> str:
    if promises["hidden"]:
        return _("Too few people stand behind the promises, so they are not counted here.")
    if not promises["due"]:
        return _("No shared promise fell due.")
    words = ngettext(
        "%(done)d of %(due)d promise that fell due was kept.",
        "%(done)d of %(due)d promises that fell due were kept.",
        promises["due"],
    ) % {"done": promises["done"], "due": promises["due"]}
    if not promises["overdue"]:
        return words
    late = ngettext("%(n)d is overdue.", "%(n)d are overdue.", promises["overdue"])
    return f"{words} {late % {'n': promises['overdue']}}"


def held(sessions: Facts) -> str:
    stood = sessions["held"] + sessions["not_marked"] + sessions["to_come"]
    if not stood:
        return _("No session was planned.")
    words = ngettext(
        "%(held)d of %(n)d planned session was held",
        "%(held)d of %(n)d planned sessions were held",
        stood,
    ) % {"held": sessions["held"], "n": stood}
    rest = []
    if sessions["to_come"]:
        rest.append(_("%(n)d still to come") % {"n": sessions["to_come"]})
    if sessions["not_marked"]:
        rest.append(_("%(n)d past and not marked") % {"n": sessions["not_marked"]})
    return f"{words} ({', '.join(rest)})." if rest else f"{words}."


def missed(people: Facts) -> str:
    teachers, support, everybody = people["by_school"]["total"]
    if everybody.get("hidden"):
        return _("Too few staff to say how many took part without pointing at somebody.")
    if not everybody["of"]:
        return _("No school has a staff list yet, so nobody can be counted.")
    if support.get("hidden") or teachers.get("hidden"):
        return _("Staff: %(share)s took part.") % {"share": share(everybody)}
    return _("Teachers: %(teachers)s took part. Support staff: %(support)s.") % {
        "teachers": share(teachers),
        "support": share(support),
    }


def unreached(people: Facts) -> str:
    """Schools where nobody takes part, as far as that may be said."""
    names = nobody_at(people)
    if names:
        return _("Nobody of %(schools)s has taken part yet.") % {"schools": some(names)}
    part_time = people["by_hours"]["cells"][1]
    if not part_time.get("hidden") and part_time["of"]:
        return _("Of the part-time staff, %(share)s took part.") % {"share": share(part_time)}
    return _("The table by school says more.")


def nobody_at(people: Facts) -> list[str]:
    return [row["school"] for row in without_anybody(people)]


def without_anybody(people: Facts) -> list[Facts]:
    """The rows of the schools where nobody takes part, as far as that may be said."""
    found = [(row, row["cells"][-1]) for row in people["by_school"]["rows"]]
    return [
        row for row, cell in found if not cell.get("hidden") and cell["of"] and not cell["count"]
    ]


def cost(facts: Facts) -> str:
    sessions, release = facts["sessions"], facts["release"]
    words = _("%(hours)s of sessions were held.") % {"hours": hours(sessions["hours_held"])}
    if release["hidden"]:
        return f"{words} {_('Fewer than five people were released: their time is not shown.')}"
    if release["hours_planned"] is None:
        return f"{words} {_('The ledger holds no release for the period.')}"
    return f"{words} {_ledger(release['hours_planned'], release['hours_used'])}"


def spent(release: Facts) -> str:
    """Empty where too few people stand behind it: the table says so."""
    if release["hidden"] or isinstance(release["pounds"], dict):
        return ""
    if release["pounds"] is None:
        return _("No cost has been entered.")
    return _("%(pounds)s for cover, travel, extra pay and fees, as far as known.") % {
        "pounds": money(_pence(release["pounds"]))
    }


def _ledger(planned: Any, used: Any) -> str:
    """Each figure, or that too few people stand behind it."""
    if isinstance(planned, dict):
        return _("Too few people stand behind the hours of release: they are not shown.")
    if isinstance(used, dict):
        return _(
            "By the ledger %(planned)s of release were planned. Too few people stand behind the "
            "hours used: they are not shown."
        ) % {"planned": hours(planned)}
    return _("By the ledger %(planned)s of release were planned, and %(used)s used so far.") % {
        "planned": hours(planned),
        "used": hours(used),
    }


def promised(gives: Facts) -> str:
    """Only what the agreement says; empty where it says neither hours nor money."""
    if gives["hours"] is None and gives["money"] is None:
        return ""
    parts = [
        (gives["hours"], hours(gives["hours"]), gives.get("say_hours")),
        (gives["money"], money(_pence(gives["money"])), gives.get("say_money")),
    ]
    said = [
        _("%(amount)s a year (%(say)d of %(n)d schools say)")
        % {"amount": amount, "say": say, "n": gives["parties"]}
        for value, amount, say in parts
        if value is not None
    ]
    return _("The agreement promises %(what)s.") % {"what": listed(said)}


def _pence(pounds: float | None) -> int | None:
    return None if pounds is None else round(100 * pounds)


def changed(outcomes: Facts) -> str:
    pupils = outcomes["pupils"]
    if not pupils["agreed"]:
        return _("No activity has agreed what should change for pupils.")
    if not pupils["evaluable"]:
        return ngettext(
            "The %(n)d measure about pupils cannot be judged yet.",
            "None of the %(n)d measures about pupils can be judged yet.",
            pupils["agreed"],
        ) % {"n": pupils["agreed"]}
    parts = (
        ("met", _("%(n)d reached the target")),
        ("partly_met", _("%(n)d moved nearer")),
        ("not_met", _("%(n)d came no nearer")),
    )
    happened = [words % {"n": pupils[key]} for key, words in parts if pupils[key]]
    return ngettext(
        "%(evaluable)d of %(agreed)d measure about pupils can be judged: %(happened)s.",
        "%(evaluable)d of %(agreed)d measures about pupils can be judged: %(happened)s.",
        pupils["agreed"],
    ) % {
        "evaluable": pupils["evaluable"],
        "agreed": pupils["agreed"],
        "happened": ", ".join(happened),
    }


def questions(facts: Facts) -> list[str]:
    """Three questions worth a governor's or a head's minute, the most pressing first."""
    found = [text for text in _pressing(facts) if text]
    usual = [
        _("Which of these activities would we start again, knowing what we know now?"),
        _("What do pupils, rather than staff, say has changed?"),
        _("Is the time out of class fairly shared between the schools?"),
    ]
    return (found + usual)[:ASKED]


def _pressing(facts: Facts) -> list[str]:
    promises, outcomes, people = facts["promises"], facts["outcomes"], facts["people"]
    nobody = nobody_at(people)
    criteria, pupils = outcomes["criteria"], outcomes["pupils"]
    waiting = criteria["not_evaluable"]
    return [
        _("Why are %(n)d promises overdue, and what would help their owners?")
        % {"n": promises["overdue"]}
        if promises.get("overdue", 0) > 1
        else "",
        _("What keeps %(schools)s from taking part?") % {"schools": some(nobody)} if nobody else "",
        _gap(people["by_school"]["total"]),
        _("How shall we know what changed for pupils, when no activity has agreed a measure?")
        if facts["activities"]["total"] and not pupils["agreed"]
        else "",
        _("By when will the %(n)d measures that cannot be judged yet have a baseline and a value?")
        % {"n": waiting}
        if waiting > 1
        else "",
        _("Sessions are past and nobody has said whether they were held: were they?")
        if facts["sessions"]["not_marked"]
        else "",
    ]


def _gap(total: list[Facts]) -> str:
    """When teachers and support staff are reached very differently."""
    teachers, support, _everybody = total
    if any(cell.get("hidden") or not cell["of"] for cell in (teachers, support)):
        return ""
    difference = teachers["count"] / teachers["of"] - support["count"] / support["of"]
    if abs(difference) < 0.2:
        return ""
    fewer = _("support staff") if difference > 0 else _("teachers")
    return _("Why do so few %(group)s take part, and what would make room for them?") % {
        "group": fewer
    }


def decisions(facts: Facts) -> list[str]:
    partnership = facts["partnership"]
    found = []
    if partnership["agreement"] is None and partnership["joined"]:
        found.append(_("Sign a partnership agreement: cross-school activities wait for it."))
    if partnership["waiting_for"]:
        schools = some(partnership["waiting_for"])
        found.append(_("Sign the agreement: it waits for %(schools)s.") % {"schools": schools})
    blocking = [o for o in partnership["obstacles"] if o["must_clear"] and not o["cleared"]]
    found += [
        _("Clear an obstacle: %(text)s") % {"text": obstacle["text"]}
        for obstacle in blocking
        if obstacle["text"]
    ]
    return found + to_review(facts)


def to_review(facts: Facts) -> list[str]:
    """What its activities want."""
    found = []
    review = facts["activities"]["by_state"]["review_due"]
    if review:
        found.append(
            ngettext(
                "Review %(n)d activity and decide whether to close it or go on.",
                "Review %(n)d activities and decide which to close and which to go on with.",
                review,
            )
            % {"n": review}
        )
    if facts["outcomes"]["without_criteria"]:
        n = facts["outcomes"]["without_criteria"]
        found.append(
            ngettext(
                "Agree success criteria for %(n)d activity that has none.",
                "Agree success criteria for %(n)d activities that have none.",
                n,
            )
            % {"n": n}
        )
    return found


def caveats(facts: Facts) -> list[str]:
    return [
        not_compared(),
        _(
            "Groups measured because they did badly tend to do better next time by chance alone, "
            "and classes and staff change during a year."
        ),
        _(
            "Much of it is what people say about themselves; who takes part is not chosen at "
            "random, and those who leave are not measured again."
        ),
        _("What is not known is said to be not known; it never counts as zero."),
        _(
            "Groups of fewer than five people are not shown, nor figures that would give them "
            "away; there are no percentages of fewer than ten. Single people are never shown."
        ),
        _(
            "Staff are those on the schools' staff lists; somebody who works in two schools counts "
            "in both."
        ),
        written(),
        _(
            "Obstacles and adjustments stand as they were written, unless they name somebody of "
            "the alliance. What a school says beside its own lines, and why a report was "
            "corrected, always stands as it was written."
        ),
    ]


def not_compared() -> str:
    return _(
        "Nothing here is set beside a comparison group, so nothing shows that an activity caused "
        "a change. Where an activity has one, its own report says what it shows."
    )


def written() -> str:
    """What of people's own words is in every report, and what is not."""
    return _(
        "Private promises are left out, and so is what people wrote in records, reflections, "
        "answers and conversations. Titles of activities, success criteria and topics of needs "
        "stand as they were written; titles and criteria that name somebody who takes part, or the "
        "organiser, do not."
    )


def _before(before: Facts | None, key: str, label: str) -> str:
    if before is None:
        return ""
    value = before["headline"].get(key)
    if value is None:
        return ""
    return _("%(label)s in the last report: %(n)s.") % {"n": number(value), "label": label}
