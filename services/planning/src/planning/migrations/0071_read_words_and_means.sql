-- A figure may be the mean of what events say, or be read in words on a scale; words are never added up. What a figure is
-- to be in each period stands beside it, and no target is ever changed: the newest of a period holds.
alter table indicator_definitions
    drop constraint indicator_definitions_method_known,
    add constraint indicator_definitions_method_known check (
        method in ('event_count', 'distinct_count', 'sum', 'mean', 'latest', 'newest', 'manual', 'described')
    ),
    add column scale_da text[] not null default '{}';
alter table readings
    add column step_da text,
    add column words_da text,
    add constraint readings_in_words_have_both check ((step_da is null) = (words_da is null));

create table targets (
    id uuid primary key,
    indicator_id uuid not null references indicators (id),
    period text not null,
    bound text not null constraint targets_bound_known check (bound in ('at_least', 'at_most')),
    value numeric,  -- null takes back the one before
    source_url text,
    set_at timestamptz not null,
    place bigint generated always as identity
);
create index targets_by_indicator on targets (indicator_id, period);
