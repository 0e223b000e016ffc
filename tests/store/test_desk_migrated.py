"""What was at the desk before it was renewed: a running briefing's questions are there still, and
whose questions were merged is told of them too."""

import json
from typing import Any

from sqlalchemy import Connection, text

from hub.store import schema
from hub.store.engine import make_engines

PERSON = "INSERT INTO person (id, name, folded, role) VALUES (7, 'Ana', 'ana', 'journalist')"
BRIEFING = """INSERT INTO briefing (id, slug, title, place, zone, language, languages, titles,
    public, state, scheduled_at, number, heads) VALUES (7, 'storm', 'Storm', '', 'UTC', 'en', '[]',
    '{}', :yes, 'live', '2026-01-01 00:00:00', 0, '{}')"""
QUESTION = """INSERT INTO question (id, briefing_id, ref, number, state, revision, asker_id,
    category, language, words, speaks, zone, twins, asked_at, note, merged_into_id)
    VALUES (:id, 7, :ref, :id, :state, 1, 7, 'local', 'en', 'When?', :no, 'UTC', '{}',
    '2026-01-01 00:00:00', '', :into)"""


def test_who_stood_behind_a_question_before_is_told_and_nothing_is_lost_on_the_way_back(
    database_url: str,
) -> None:
    schema.migrate(database_url, "0002")
    engine, reading = make_engines(database_url)
    reading.dispose()
    with engine.begin() as connection:
        connection.execute(text(PERSON))
        connection.execute(text(BRIEFING), {"yes": True})
        for key, into in ((1, None), (2, 1), (3, 2)):
            state = "merged" if into else "asked"
            connection.execute(
                text(QUESTION),
                {"id": key, "ref": f"r{key}", "state": state, "into": into, "no": False},
            )
    schema.migrate(database_url, "0003")
    with engine.begin() as connection:
        assert behind(connection) == {1: ["r2", "r3"], 2: ["r3"], 3: []}
    schema.downgrade(database_url, "0002")
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM question")) == 3
    engine.dispose()


def behind(connection: Connection) -> dict[int, list[str]]:
    rows: Any = connection.execute(text("SELECT id, behind FROM question"))
    found = {key: json.loads(told) if isinstance(told, str) else told for key, told in rows}
    return {key: [one["ref"] for one in told or []] for key, told in found.items()}
