-- The duty roster, the clocks that run from an enquiry's urgency, and the alarms that climb the chain of duty.

create table duty_functions (
    number bigint generated always as identity unique,
    id uuid primary key,
    code text not null,
    provenance text not null constraint duty_functions_provenance_known check (provenance in ('actual', 'synthetic')),
    mailbox text not null,
    challenge text,
    challenged_at timestamptz,
    confirmed_at timestamptz,
    broken_at timestamptz,
    changed_at timestamptz not null,
    version int not null,
    constraint duty_functions_one_code unique (provenance, code)
);

create table duty_shifts (
    number bigint generated always as identity unique,
    id uuid primary key,
    function_id uuid not null references duty_functions (id),
    provenance text not null,
    level int not null constraint duty_shifts_level_counts check (level between 1 and 5),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    cancelled_at timestamptz,
    version int not null,
    constraint duty_shifts_end_after_start check (starts_at < ends_at)
);
create index duty_shifts_by_end on duty_shifts (provenance, ends_at) where cancelled_at is null;

create table duty_rosters (
    id uuid primary key,
    provenance text not null constraint duty_rosters_one_per_provenance unique,
    revision int not null
);

-- Figures that are MÆRK's to change, each from a day on. A new figure is a new line; what held before stays.
create table duty_rules (
    name text not null,
    valid_from date not null,
    value int not null constraint duty_rules_value_counts check (value >= 1),
    constraint duty_rules_one_a_day primary key (name, valid_from)
);
insert into duty_rules (name, valid_from, value) values
    ('acute_first_answer_minutes', '2026-01-01', 30),
    ('acute_update_minutes', '2026-01-01', 240),
    ('soon_first_answer_working_days', '2026-01-01', 1),
    ('soon_update_working_days', '2026-01-01', 2),
    ('normal_first_answer_working_days', '2026-01-01', 3),
    ('normal_update_working_days', '2026-01-01', 5),
    ('alarm_wait_minutes', '2026-01-01', 10),
    ('alarm_look_again_minutes', '2026-01-01', 60),
    ('alarm_unheard_minutes', '2026-01-01', 1),
    ('channel_confirmed_days', '2026-01-01', 90),
    ('roster_look_ahead_days', '2026-01-01', 14);

create table response_clocks (
    id uuid primary key,
    enquiry_id uuid not null references enquiries (id),
    kind text not null constraint response_clocks_kind_known check (kind in ('first_answer', 'update')),
    place int not null,
    provenance text not null,
    urgency text not null,
    started_at timestamptz not null,
    due_at timestamptz not null,
    met_at timestamptz,
    missed_at timestamptz,
    constraint response_clocks_in_order unique (enquiry_id, kind, place)
);
create unique index response_clocks_one_runs on response_clocks (enquiry_id, kind) where met_at is null;
create index response_clocks_missed on response_clocks (provenance, due_at) where met_at is null and missed_at is not null;

create table alarms (
    number bigint generated always as identity unique,
    id uuid primary key,
    cause text not null constraint alarms_cause_known check (cause in ('first_answer', 'acknowledgement')),
    about uuid not null,
    enquiry_id uuid not null references enquiries (id),
    provenance text not null,
    raised_at timestamptz not null,
    changed_at timestamptz not null,
    next_at timestamptz,
    state text not null constraint alarms_state_known check (state in ('raised', 'acknowledged', 'ended')),
    round int not null,
    level int not null,
    unheard_at timestamptz,
    acknowledged_at timestamptz,
    version int not null,
    revision int not null,
    constraint alarms_one_for_a_cause unique (about, cause),
    constraint alarms_go_on_until_ended check ((state = 'ended') = (next_at is null))
);
create index alarms_by_enquiry on alarms (enquiry_id);
create index alarms_open on alarms (provenance, number) where state <> 'ended';

create table alarm_notices (
    id uuid primary key,
    alarm_id uuid not null references alarms (id),
    round int not null,
    level int not null,
    function_id uuid not null references duty_functions (id),
    told_at timestamptz not null,
    constraint alarm_notices_once unique (alarm_id, round, level, function_id)
);
