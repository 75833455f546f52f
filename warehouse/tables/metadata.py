"""All tables in one metadata object, for migrations and the drift check."""

from warehouse.tables import app, governance, hiring, landing, vault
from warehouse.tables.columns import Base

MODULES = (landing, hiring, vault, governance, app)
METADATA = Base.metadata
