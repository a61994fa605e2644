-- The day of a milestone is near some days before it.

alter table milestones
    add column due_soon_on date,
    add column changed_at timestamptz,
    drop constraint milestones_state_known,
    add constraint milestones_state_known check (state in ('open', 'due_soon', 'overdue', 'met', 'dropped'));
update milestones set due_soon_on = due_on - 14, changed_at = set_at;
alter table milestones alter column due_soon_on set not null, alter column changed_at set not null;
drop index milestones_waiting;
create index milestones_waiting on milestones (event_type) where state in ('open', 'due_soon', 'overdue');

update public.deadlines
set due_at = least(due_at, greatest(due_soon_on::timestamp at time zone 'Europe/Copenhagen', set_at))
from milestones where kind = 'milestone' and subject = milestones.id and state = 'open' and set_at < due_at;
