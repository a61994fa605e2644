"""How long an adviser waits with a hundred times the real volume: lists, the board, counts, and whom to call."""

import statistics
import time
from datetime import UTC, date, datetime

import asyncpg

from advisory.__main__ import SERVICE
from bench.rounds import Outcome, must
from contracts.geography import municipalities
from embedded.platform import Platform
from support.inside import Caller, inside, migrated, new_database

PARTS = ("postgres",)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENQUIRIES, REQUESTS = 200_000, 200
WITHIN_MS = {"whom to call": 20.0}
OTHERS_WITHIN_MS = 100.0
ASKED = {
    "whom to call": "/v1/who-to-call?municipality_code=0851&acute=true",
    "enquiries": "/v1/enquiries",
    "enquiries, a later page": "/v1/enquiries?after=150000",
    "enquiries of a team to be taken up": "/v1/enquiries?state=triaged&team=duty_desk",
    "enquiries with an overdue hand-over": "/v1/enquiries?overdue=true",
    "board of preparedness plans": "/v1/preparedness-plans?limit=200",
    "counts by region": "/v1/enquiries/counts?year=2026&by=region",
    "counts by topic": "/v1/enquiries/counts?year=2026&by=topic",
    "counts by matter": "/v1/enquiries/counts?year=2026&by=matter",
    "who was reached": "/v1/municipality-reach",
}
SEEDED = """
    select setseed(0.5);
    insert into enquiries (id, thread_id, is_repeat, municipality_code, provenance, received_on, changed_at, channel,
        requester, topics, is_case_specific, consent_basis, concerns_minor, urgency, revision, told, state, team, mode,
        advice, publication_ids, duty_to_notify, risk_assessment_reminded, siblings_considered, outcome, closed_on)
    select gen_random_uuid(), gen_random_uuid(), number % 4 = 0, codes[1 + floor(random() * array_length(codes, 1))],
        'actual', day, day::timestamptz, 'phone', 'municipality_school',
        array[topics[1 + floor(random() * 4)], topics[5 + floor(random() * 4)]], true, 'none', 'yes',
        case when number % 50 = 0 then 'acute' when number % 5 = 0 then 'soon' else 'normal' end, 5, 2,
        case when is_open then 'triaged' else 'closed' end,
        case when number % 3 = 0 then 'duty_desk' else 'rejseholdet' end, 'anonymised', array['material'], '{}',
        'yes', true, 'yes', case when not is_open then 'advised' end, case when not is_open then day end
    from (
        select number, date '2025-12-01' + (number * 355.0 / $COUNT)::int as day, number > $COUNT * 0.99 as is_open,
            array[$CODES] as codes, array['forced_marriage', 're_education_trip', 'threats', 'stalking', 'legislation',
            'online_control', 'exit_support', 'honour_related_conflict'] as topics
        from generate_series(1, $COUNT) as number
    ) as drawn;
    insert into referrals (id, enquiry_id, target, urgency, made_at, minutes, acknowledge_by, escalated_at,
        acknowledged_at, told)
    select gen_random_uuid(), id, 'municipality_intake', urgency, changed_at, 15, changed_at, changed_at,
        case when state = 'closed' then changed_at end, 1
    from enquiries where urgency = 'acute';
    insert into enquiry_counts
    select provenance, date_trunc('month', received_on)::date, property, code, count(*)
    from enquiries, lateral (
        select 'municipality' as property, municipality_code as code union all select 'topic', unnest(topics)
        union all select 'matter', case when is_repeat then 'repeat' else 'matter' end
    ) as counted
    group by 1, 2, 3, 4;
    insert into municipality_contacts (id, municipality_code, provenance, quarter, due_at, told)
    select gen_random_uuid(), code, 'actual', quarter, now(), true
    from unnest(array[$CODES]) as code, unnest(array['2026-Q1', '2026-Q2']) as quarter;
    """


async def measure(platform: Platform, *, rounds: int, scale: float) -> Outcome:
    """The time that 99 of 100 answers take at most, one caller, with a year's synthetic enquiries.

    Units: ms.
    """
    url = await new_database(platform, "advisory", await migrated(platform, "advisory"))
    count = int(ENQUIRIES * scale)
    async with inside(SERVICE, url, at=NOW) as advisory:
        await _fill(advisory.pool, count)
        adviser = advisory.caller("adviser")
        values: dict[str, list[float | None]] = {name: [] for name in ASKED}
        for _ in range(rounds):
            for name, path in ASKED.items():
                values[name].append(await _p99(adviser, path))
    outcome = Outcome("ms p99", values)
    outcome.facts["enquiries in the year"] = float(count)
    for name in ASKED:
        limit, found = WITHIN_MS.get(name, OTHERS_WITHIN_MS), outcome.median(name)
        must(found is not None, f"{name} has no figure")
        outcome.facts[f"{name} within {limit:.0f} ms"] = "yes" if found is not None and found <= limit else "no"
    return outcome


async def _fill(pool: asyncpg.Pool, count: int) -> None:
    """A year of enquiries, the last hundredth of them open; nobody is described, and everything is made up."""
    codes = ", ".join(f"'{each.code}'" for each in municipalities(date(2026, 11, 23)))
    async with pool.acquire() as connection:
        await connection.execute("set statement_timeout = 0")
        await connection.execute(SEEDED.replace("$COUNT", str(count)).replace("$CODES", codes), timeout=600)
        await connection.execute("vacuum analyze", timeout=600)


async def _p99(adviser: Caller, path: str) -> float:
    times: list[float] = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        answer = await adviser.ask("GET", path)
        times.append(1_000 * (time.perf_counter() - began))
        must(answer.status_code == 200, answer.text)
    return statistics.quantiles(times, n=100)[98]
