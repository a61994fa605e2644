-- Mail that waits to be sent: written in the command's transaction like the outbox, sent by the pipeline afterwards. The
-- id makes the Message-ID, so that whatever is sent again after a crash is the same message.
create table mail (
    id uuid primary key,
    recipient text not null,
    subject text not null,
    body text not null,
    recorded_at timestamptz not null default clock_timestamp(),
    attempts int not null default 0,
    not_before timestamptz not null default '-infinity',
    sent_at timestamptz,
    refused_at timestamptz,
    constraint mail_has_one_end check (sent_at is null or refused_at is null)
);
create index mail_waiting on mail (attempts, recorded_at) where sent_at is null and refused_at is null;
create index mail_refused on mail (refused_at) where refused_at is not null;
