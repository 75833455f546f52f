"""The release ledger's front door: every act on a release, the champion that serves, and the history.

Rights are asked first, each act is one transaction with its audit line, and what the ledger refuses is a
`models.release_errors.ReleaseError`.
"""

from models.champion import Champion, LeaseState, LeaseTerms, champion, champion_in, model_names, pointer
from models.release_errors import ReleaseError
from models.release_gate import record as record_gate
from models.release_history import History, Served, history
from models.release_lookup import only_model
from models.release_mirror import mirror
from models.release_promotion import Promotion, promote, rollback
from models.release_proposals import Proposal, approve, propose, send_back, waive
from models.release_retirement import Retirement, retire
from models.release_shadow import Shadowing, shadow, unshadow

__all__ = [
    "Champion",
    "History",
    "LeaseState",
    "LeaseTerms",
    "Promotion",
    "Proposal",
    "ReleaseError",
    "Retirement",
    "Served",
    "Shadowing",
    "approve",
    "champion",
    "champion_in",
    "history",
    "mirror",
    "model_names",
    "only_model",
    "pointer",
    "promote",
    "propose",
    "record_gate",
    "retire",
    "rollback",
    "send_back",
    "shadow",
    "unshadow",
    "waive",
]
