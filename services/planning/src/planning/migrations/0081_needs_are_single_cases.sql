-- Figures that count needs are shown as those of enquiries are.
update readings set case_count = event_count
where exists (
    select from indicator_definitions as definition
    where definition.indicator_id = readings.indicator_id and definition.version = readings.definition_version
        and 'dk.maerk.advisory.need-identified.v1' = any (definition.event_types)
);
