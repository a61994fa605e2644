-- A revision counts changes here as in the other services; how many events were told of a thing is its own count.

alter table enquiries rename column revision to told;
alter table enquiries rename column version to revision;
alter table enquiry_steps rename column version to revision;
alter table referrals rename column revision to told;
alter table processes rename column revision to told;
alter table processes rename column version to revision;
alter table outreach_tasks rename column revision to told;
alter table outreach_tasks rename column version to revision;
alter table advice_templates rename column version to revision;
alter table reviews rename column version to revision;
alter table directory_entries rename column revision to told;
alter table directory_entries rename column version to revision;
alter table consultant_units rename column version to revision;
alter table network_meetings rename column version to revision;
alter table stay_coordinations rename column revision to told;
alter table stay_coordinations rename column version to revision;
