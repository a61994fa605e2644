-- Editions of plans. What was published stays: a correction is a version of its own.

create table editions (
    id uuid primary key,
    plan_id uuid not null references action_plans (id),
    version int not null,
    state text not null constraint editions_state_known check (
        state in (
            'drafting', 'ministry_consultation', 'management_approval', 'minister_approval', 'published', 'in_force',
            'follow_up_drafted', 'closed', 'corrected'
        )
    ),
    corrects int,
    correction_da text,
    foreword_da text,
    children_youth_da text,
    answers_by date,
    minister_approved boolean not null,
    published_on text,
    source_url text,
    snapshot_hash text,
    settled_at timestamptz,
    revision int not null,
    constraint editions_counted_once unique (plan_id, version),
    constraint editions_corrected_for_a_reason check ((corrects is null) = (correction_da is null))
);
create unique index editions_one_draft on editions (plan_id)
    where state in ('drafting', 'ministry_consultation', 'management_approval', 'minister_approval');
create index editions_by_settling on editions (settled_at);

create table edition_follow_ups (
    edition_id uuid not null references editions (id),
    initiative_id uuid not null references initiatives (id),
    text_da text not null,
    primary key (edition_id, initiative_id)
);

create table edition_hearings (
    edition_id uuid not null references editions (id),
    place int not null,
    authority text not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    position text,
    text_da text,
    primary key (edition_id, place)
);

create table edition_deeds (
    edition_id uuid not null references editions (id),
    place int not null,
    step text not null,
    at timestamptz not null,
    text_da text,
    primary key (edition_id, place)
);

create table edition_snapshots (
    edition_id uuid primary key references editions (id),
    body bytea not null
);

create function refuse_change_of_what_is_published() returns trigger language plpgsql as $$
begin
    raise exception 'what was published is never changed' using errcode = 'restrict_violation';
end
$$;
create trigger edition_snapshots_stay before update or delete on edition_snapshots
    for each row execute function refuse_change_of_what_is_published();
create trigger editions_keep_what_they_published before update on editions
    for each row when (
        old.settled_at is not null and (
            new.snapshot_hash, new.foreword_da, new.children_youth_da, new.version, new.corrects, new.correction_da,
            new.published_on, new.source_url, new.settled_at
        ) is distinct from (
            old.snapshot_hash, old.foreword_da, old.children_youth_da, old.version, old.corrects, old.correction_da,
            old.published_on, old.source_url, old.settled_at
        )
    ) execute function refuse_change_of_what_is_published();
