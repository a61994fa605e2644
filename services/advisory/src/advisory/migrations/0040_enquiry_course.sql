-- The whole course of an enquiry: threads, consent, what became of hand-overs, and each step of it.

alter table enquiries
    add column thread_id uuid not null default gen_random_uuid(),
    add column is_repeat bool not null default false,
    add column setting text,
    add column consent_asked_of text,
    add column anonymised_on date,
    add column siblings_considered text,
    add column redirected_to text,
    drop constraint enquiries_state_known;
alter table enquiries alter column thread_id drop default;
update enquiries set state = case urgency when 'acute' then 'acute_handover' else 'in_progress' end
where state = 'handed_over';
alter table enquiries
    add constraint enquiries_state_known check (
        state in (
            'received', 'triaged', 'in_progress', 'awaiting_consent', 'anonymised', 'acute_handover', 'redirected',
            'answered', 'closed', 'reopened'
        )
    ),
    add constraint enquiries_awaited_of_somebody check ((state = 'awaiting_consent') <= (consent_asked_of is not null)),
    add constraint enquiries_anonymous_without_particulars check (
        anonymised_on is null
        or (mode = 'anonymised' and profession is null and age_band is null and stay_phase is null)
    );
create index enquiries_by_thread on enquiries (thread_id, number);
create index enquiries_by_municipality on enquiries (municipality_code, received_on);

alter table referrals
    add column acknowledge_by timestamptz,
    add column purpose text not null default 'advice',
    add column requested_by_municipality bool not null default false,
    add column outcome text,
    add column settled_at timestamptz,
    add constraint referrals_settled_with_outcome check ((outcome is null) = (settled_at is null));
update referrals set acknowledge_by = made_at + minutes * interval '1 minute' where minutes is not null;
create index referrals_overdue on referrals (enquiry_id)
    where escalated_at is not null and acknowledged_at is null and outcome is null;

create table enquiry_steps (
    enquiry_id uuid not null references enquiries (id),
    version int not null,
    at timestamptz not null,
    deed text not null,
    state text not null,
    team text,
    primary key (enquiry_id, version)
);
