"""documents, their versions, and the updates they go with"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            _word("documentstate", "draft", "dropped", "withdrawn", "discarded"),
            nullable=False,
        ),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("descriptions", sa.JSON(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("withdrawn_n", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("briefing_id", "ref", name="document_ref"),
    )
    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("kept_size", sa.BigInteger(), nullable=False),
        sa.Column("check", _word("checkstate", "waiting", "passed", "refused"), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("held_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("given", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("preview", sa.Boolean(), nullable=False),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("n", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("address"),
        sa.UniqueConstraint("document_id", "number", name="version_number"),
    )
    op.create_index("ix_version_document_id", "version", ["document_id"])
    op.create_index("ix_version_check", "version", ["check"])
    op.create_table(
        "attachment",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["update_id"], ["update.id"]),
        sa.PrimaryKeyConstraint("update_id", "document_id"),
    )
    op.create_index("ix_attachment_document_id", "attachment", ["document_id"])
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("document_id", sa.Integer(), nullable=True))
        table.create_foreign_key("event_document", "document", ["document_id"], ["id"])
        table.create_index("ix_event_document_id", ["document_id"])


def downgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.drop_index("ix_event_document_id")
        table.drop_constraint("event_document", type_="foreignkey")
        table.drop_column("document_id")
    op.drop_table("attachment")
    op.drop_table("version")
    op.drop_table("document")
