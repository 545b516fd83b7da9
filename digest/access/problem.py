"""What a person can get wrong about who may come in."""

from digest.problem import Problem


class AccessError(Problem):
    """An editor who is not there, or is there twice; a link or a form that is no longer good."""
