"""Who must sign in with a second step: operators, and whomever the apps' rules name."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.adapter import get_adapter

from apps.accounts.models import Person

Rule = Callable[[Person], bool]
_rules: list[Rule] = []


def needs_second_factor(rule: Rule) -> Rule:
    """Register a rule; an app does so from its AppConfig.ready()."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def must_have(person: Person) -> bool:
    return person.is_staff or any(rule(person) for rule in _rules)


def has(person: Person) -> bool:
    return bool(get_adapter().is_mfa_enabled(person))
