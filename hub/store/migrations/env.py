"""Alembic's door: runs on the connection that hub.store.schema hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import hub.domain.ledger
import hub.domain.person  # noqa: F401
from hub.domain.base import Base, Moment
from hub.domain.briefing import Briefing  # noqa: F401


def plain_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations stand alone: they name SQL types, never ours."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_type,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
