"""questions, messages to the podium, and what a briefing says of its questions"""

import json
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

EVEN = json.dumps({"central": 1, "local": 1, "foreign": 1})


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=32)


CATEGORY = _word("category", "central", "local", "foreign")
STATE = _word(
    "questionstate",
    "asked", "approved", "called", "answered", "taken", "referred", "declined", "merged",
    "withdrawn",
)  # fmt: skip


def upgrade() -> None:
    # The defaults stay: a worker of the version before may add a briefing meanwhile.
    with op.batch_alter_table("outlet") as table:
        table.add_column(sa.Column("category", CATEGORY, nullable=False, server_default="local"))
        table.add_column(
            sa.Column("shares", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("briefing") as table:
        table.add_column(
            sa.Column(
                "shown",
                _word("shown", "all", "called", "none"),
                nullable=False,
                server_default="all",
            )
        )
        table.add_column(
            sa.Column("person_limit", sa.Integer(), nullable=False, server_default="3")
        )
        table.add_column(
            sa.Column("outlet_limit", sa.Integer(), nullable=False, server_default="6")
        )
        table.add_column(sa.Column("proportion", sa.JSON(), nullable=False, server_default=EVEN))
        table.add_column(sa.Column("seed", sa.String(), nullable=False, server_default=""))
    _draw_seeds()
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.Integer(), nullable=True),
        sa.Column("category", CATEGORY, nullable=False),
        sa.Column("alias", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("follows", sa.String(), nullable=True),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.Column("files_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("twins", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_number", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_n", sa.JSON(), nullable=True),
        sa.Column("appeal", sa.String(), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upheld_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by_id", sa.Integer(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acted_by_id", sa.Integer(), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"]),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"]),
        sa.ForeignKeyConstraint(["merged_into_id"], ["question.id"]),
        sa.ForeignKeyConstraint(["answer_id"], ["update.id"]),
        sa.ForeignKeyConstraint(["held_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["acted_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("briefing_id", "number", name="question_number"),
        sa.UniqueConstraint("ref"),
    )
    for column in ("answer_id", "asker_id", "briefing_id"):
        op.create_index(f"ix_question_{column}", "question", [column])
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_message_briefing_id", "message", ["briefing_id"])
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("question_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("message_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("facts", sa.JSON(), nullable=True))
        table.create_foreign_key("event_question", "question", ["question_id"], ["id"])
        table.create_foreign_key("event_message", "message", ["message_id"], ["id"])
        table.create_index("ix_event_question_id", ["question_id"])


def downgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.drop_index("ix_event_question_id")
        table.drop_constraint("event_message", type_="foreignkey")
        table.drop_constraint("event_question", type_="foreignkey")
        for name in ("facts", "message_id", "question_id"):
            table.drop_column(name)
    op.drop_table("message")
    op.drop_table("question")
    with op.batch_alter_table("briefing") as table:
        for name in ("seed", "proportion", "outlet_limit", "person_limit", "shown"):
            table.drop_column(name)
    with op.batch_alter_table("outlet") as table:
        table.drop_column("shares")
        table.drop_column("category")


def _draw_seeds() -> None:
    """A secret of its own for each briefing that was there before."""
    briefing = sa.table("briefing", sa.column("id"), sa.column("seed"))
    connection = op.get_bind()
    for (key,) in connection.execute(sa.select(briefing.c.id)).all():
        drawn = briefing.update().where(briefing.c.id == key).values(seed=secrets.token_hex(32))
        connection.execute(drawn)
