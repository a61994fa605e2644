-- Enquiries, without a place for anybody's identity, and the hand-overs made from them.

create table enquiries (
    number bigint generated always as identity unique,
    id uuid primary key,
    municipality_code text not null,
    provenance text not null constraint enquiries_provenance_known check (provenance in ('actual', 'synthetic')),
    received_on date not null,
    changed_at timestamptz not null,
    channel text not null,
    requester text not null,
    profession text,
    topics text[] not null,
    is_case_specific bool not null,
    consent_basis text not null,
    concerns_minor text not null,
    age_band text,
    stay_phase text,
    urgency text not null constraint enquiries_urgency_known check (urgency in ('acute', 'soon', 'normal')),
    note text,
    version int not null,
    revision int not null,
    state text not null constraint enquiries_state_known check (
        state in ('received', 'triaged', 'handed_over', 'answered', 'closed')
    ),
    team text,
    mode text not null,
    advice text[] not null,
    publication_ids uuid[] not null,
    duty_to_notify text,
    risk_assessment_reminded bool not null,
    journal_reference text,
    outcome text,
    closed_on date,
    constraint enquiries_closed_with_outcome check ((state = 'closed') = (outcome is not null and closed_on is not null)),
    constraint enquiries_minor_closed_when_addressed check (
        state <> 'closed' or concerns_minor <> 'yes' or duty_to_notify is not null
    )
);
create index enquiries_by_state on enquiries (provenance, state, number);
create index enquiries_by_day on enquiries (provenance, received_on);

create table referrals (
    id uuid primary key,
    enquiry_id uuid not null references enquiries (id),
    target text not null,
    urgency text not null,
    made_at timestamptz not null,
    minutes int,
    acknowledged_at timestamptz,
    escalated_at timestamptz,
    revision int not null
);
create index referrals_by_enquiry on referrals (enquiry_id, made_at);
