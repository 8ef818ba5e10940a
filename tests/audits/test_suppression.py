"""An attacker who has a total and the groups shown beside it, and subtracts."""

from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audits.suppression import RULE, left_out

# The machine may be busy; the examples are small.
PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
counts = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 12), min_size=1)


@PATIENT
@given(counts)
def test_no_sum_or_difference_is_of_fewer_than_five(groups) -> None:
    hidden = left_out(groups)
    shown = [n for group, n in groups.items() if group not in hidden]
    total = sum(groups.values())
    if 0 < total < RULE:
        assert not any(shown)
        return
    for count in range(len(shown) + 1):
        for some in combinations(shown, count):
            rest = total - sum(some)
            assert rest == 0 or rest >= RULE


def test_the_larger_group_is_left_out_with_the_smaller() -> None:
    assert left_out({"teacher": 20, "support": 3}) == {"teacher", "support"}
    assert left_out({"teacher": 20, "support": 6}) == set()
    assert left_out({"teacher": 20, "support": 3, "other": 2}) == {"support", "other"}


def test_what_is_left_out_already_takes_more_with_it() -> None:
    assert left_out({"a": 3, "b": 9, "c": 20}, frozenset({"a"})) == {"a", "b"}
