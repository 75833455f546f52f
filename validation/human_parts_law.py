"""What people write in the documents that laws ask for."""

from validation.human_part import HumanPart

LAW: tuple[HumanPart, ...] = ()
