-- What advisers noted, step by step. Of notes that were replaced before there is nothing to keep.

alter table enquiry_steps add column note text;
update enquiry_steps as step set note = enquiries.note from enquiries
where enquiries.id = step.enquiry_id and step.revision = (
    select max(said.revision) from enquiry_steps as said
    where said.enquiry_id = step.enquiry_id and said.deed in ('register', 'reassess', 'answer')
);
