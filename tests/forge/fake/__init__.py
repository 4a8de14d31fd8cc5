"""A stateful stand-in for GitHub: its API, real Git with real merges, and pages that look like a forge.

Every request and every answer is held against GitHub's own OpenAPI description; what does not follow it is in
`Fake.faults`, which a test asserts to be empty.
"""

from tests.forge.fake.person import Person
from tests.forge.fake.server import ACTIONS, ACTIONS_APP, ROBOT, ROBOT_APP, Fake

__all__ = ["ACTIONS", "ACTIONS_APP", "ROBOT", "ROBOT_APP", "Fake", "Person"]
