"""at the desk: what was said already, who stands behind a question, why it was moved"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty where a worker of the version before asks a question meanwhile.
    op.add_column("question", sa.Column("said", sa.JSON(), nullable=True))
    op.add_column("question", sa.Column("behind", sa.JSON(), nullable=True))
    op.add_column("question", sa.Column("moved_for", sa.String(), nullable=True))
    _tell_who_stands_behind()


def downgrade() -> None:
    # Not by a copy of the table: events and questions refer to its rows.
    for name in ("moved_for", "behind", "said"):
        op.drop_column("question", name)


def _tell_who_stands_behind() -> None:
    """Of what was merged before, however often."""
    question = sa.table(
        "question",
        *(sa.column(name) for name in ("id", "ref", "merged_into_id", "asker_id", "outlet_id")),
        sa.column("behind", sa.JSON()),
    )
    person = sa.table("person", sa.column("id"), sa.column("name"))
    outlet = sa.table("outlet", sa.column("id"), sa.column("name"))
    asked = question.join(person, person.c.id == question.c.asker_id)
    asked = asked.outerjoin(outlet, outlet.c.id == question.c.outlet_id)
    merged = (
        sa.select(question, person.c.name, outlet.c.name.label("of"))
        .select_from(asked)
        .where(question.c.merged_into_id.is_not(None))
        .order_by(question.c.id)
    )
    rows = {row.id: row for row in op.get_bind().execute(merged)}
    behind: dict[int, list[dict[str, str]]] = {}
    for row in rows.values():
        into = row.merged_into_id
        while into is not None:
            who = {"ref": row.ref, "name": row.name, "outlet": row.of or ""}
            behind.setdefault(into, []).append(who)
            into = rows[into].merged_into_id if into in rows else None
    for key, told in behind.items():
        op.get_bind().execute(question.update().where(question.c.id == key).values(behind=told))
