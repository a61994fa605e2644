-- Two more numbers that are MÆRK's to choose. A plan keeps the reminder that held when it was published.

insert into terms (name, valid_from, value) values
    ('plan_reminder_months', '2017-08-01', 6),
    ('likely_repeat_days', '2017-08-01', 183);
alter table preparedness_plan_versions
    add column reminder_months int not null default 6
        constraint preparedness_plan_versions_reminded_before_the_end check (reminder_months between 1 and 47);
alter table preparedness_plan_versions alter column reminder_months drop default;
