"""An erasure takes a person out of a run's files, and makes no file good that somebody had changed before."""

import pandas as pd
import sqlalchemy as sa

from models import registry, run_erasure, run_files
from tests.models.release_builder import MAKER
from tests.training.gate_company import JOB_RELATED, config
from training.pipeline import train
from warehouse import postgres
from warehouse.access import Role, principal
from warehouse.lake import pseudonyms
from warehouse.retention import erase
from warehouse.settings import Settings

ERASER = principal("li", [Role.HR_ADMIN])


def test_an_erasure_makes_no_changed_file_good(company: Settings) -> None:
    run = train(company, MAKER, config(*JOB_RELATED))
    path = registry.artefact_folder(company) / run.run_id / "artifacts" / "holdout.parquet"
    frame = pd.read_parquet(path)
    frame.assign(score=1.0).to_parquet(path)
    secret = pseudonyms.key_of(company)
    with postgres.engine(company).connect() as owner:
        people = {
            pseudonyms.pseudonym(secret, "candidate", str(one)): str(one)
            for one in owner.execute(sa.text("SELECT candidate_id FROM hr.candidate")).scalars()
        }
    other = next(people[key] for key in frame["candidate_key"] if key in people)

    erase(company, ERASER, other, reason="asked for it", elsewhere=run_erasure.forget)

    assert run_files.changed(company, run.run_id) == ("holdout.parquet",)
