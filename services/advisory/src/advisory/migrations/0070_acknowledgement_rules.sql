-- How long the acknowledgement of a hand-over may take is a figure of the duty desk like its others.

insert into duty_rules (name, valid_from, value) values
    ('acute_acknowledge_minutes', '2026-01-01', 15),
    ('soon_acknowledge_working_days', '2026-01-01', 1),
    ('normal_acknowledge_working_days', '2026-01-01', 3);
