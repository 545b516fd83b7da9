"""Choosing what is worth reading: candidates, a policy and the time give an issue's stories. Pure."""

from digest.selection.candidate import Candidate
from digest.selection.choosing import choose
from digest.selection.policy import Caps, Policy, SectionRule, Thin, Weights
from digest.selection.policy_reading import PolicyError, read_policy
from digest.selection.variants import Piece, Profile, Variant, Version, shape, variants
from digest.selection.verdicts import Chosen, Decision, Selection, Telling, Verdict

__all__ = [
    "Candidate",
    "Caps",
    "Chosen",
    "Decision",
    "Piece",
    "Policy",
    "PolicyError",
    "Profile",
    "SectionRule",
    "Selection",
    "Telling",
    "Thin",
    "Variant",
    "Verdict",
    "Version",
    "Weights",
    "choose",
    "read_policy",
    "shape",
    "variants",
]
