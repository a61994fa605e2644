-- A reading says which events before its watermark were parked when it was made: once they are released they have an
-- offset before the watermark, and must not be taken for events that it had counted.
alter table readings add column set_aside jsonb not null default '[]';

-- An indicator belongs to an initiative of its own plan.
alter table initiatives add constraint initiatives_within_their_plan unique (plan_id, id);
alter table indicators drop constraint indicators_initiative_id_fkey;
alter table indicators add constraint indicators_initiative_of_the_plan
    foreign key (plan_id, initiative_id) references initiatives (plan_id, id);
