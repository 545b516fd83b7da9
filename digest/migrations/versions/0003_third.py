"""What came after the second schema."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("mailing_list", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("welcome_issue", sa.Boolean(), server_default=sa.text("(false)"), nullable=False)
        )

    with op.batch_alter_table("newsletter", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("comment_links", sa.String(length=8), server_default="counted", nullable=False)
        )
        batch_op.add_column(sa.Column("segment", sa.String(length=1000), nullable=True))
