"""What was in advisory's tables before processes and plans had parts and a past is there afterwards."""

import asyncpg

from chassis import database
from chassis.migrate import migrate, paths
from embedded.platform import Platform
from support.inside import new_database

BEFORE = """
insert into processes (id, municipality_code, provenance, kind, children_youth, changed_at, version, revision, state,
    deliverable) values
    ('00000000-0000-4000-8000-000000000001', '9901', 'synthetic', 'upskilling', 'no', '2026-11-22 23:30Z', 5, 2,
        'completed', 'Syntetisk plan');
insert into visits select '00000000-0000-4000-8000-000000000001', place, '2026-10-01', 'visit', 10 + place, '{}'
from generate_series(0, 2) as place;
insert into preparedness_plans values
    ('00000000-0000-4000-8000-000000000002', '9901', 'synthetic', 4, '2026-11-22 23:30Z');
insert into preparedness_plan_versions (plan_id, version, state, covers, adopted_on, published_url) values
    ('00000000-0000-4000-8000-000000000002', 1, 'published', '{adults}', '2024-06', 'https://example.org/x'),
    ('00000000-0000-4000-8000-000000000002', 2, 'recorded', '{adults}', null, null);
"""


async def test_what_there_was_before_has_its_place_among_parts_and_in_the_past(postgres: Platform) -> None:
    url = await new_database(postgres, "advisory")
    connection = await asyncpg.connect(url, server_settings={"search_path": database.SEARCH_PATH})
    try:
        await migrate(connection, "advisory", [path for path in paths("advisory") if path.name < "0050"])
        await connection.execute(BEFORE)
        await migrate(connection, "advisory")
        visits = await connection.fetch("select place, participant_count from visits order by place")
        assert [tuple(each) for each in visits] == [(1, 10), (2, 11), (3, 12)]
        (delivered,) = await connection.fetch(
            "select place, kind, what, delivered_on::text, review_on::text from deliverables"
        )
        assert tuple(delivered) == (1, "other", "Syntetisk plan", "2026-11-23", "2028-11-23")
        known = await connection.fetch(
            "select version, revision, state, registered_on::text from preparedness_plan_history order by version"
        )
        assert [tuple(each) for each in known] == [(1, 4, "published", "2026-11-23"), (2, 4, "recorded", None)]
    finally:
        await connection.close()
