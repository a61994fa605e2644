-- How many events are behind a reading (unknown of older ones), and how many of them come from single cases: null when
-- its definition counts no such events. Of older readings that do, nothing is known, so they are treated as few.
alter table readings add column event_count bigint, add column case_count bigint;
update readings set case_count = 0
from indicator_definitions as definition
where definition.indicator_id = readings.indicator_id and definition.version = readings.definition_version
    and definition.event_types && array[
        'dk.maerk.advisory.enquiry-registered.v1', 'dk.maerk.advisory.enquiry-closed.v1',
        'dk.maerk.advisory.enquiry-acute-handover-overdue.v1', 'dk.maerk.advisory.referral-made.v1',
        'dk.maerk.advisory.referral-acknowledged.v1', 'dk.maerk.advisory.confidential-process-agreed.v1',
        'dk.maerk.advisory.confidential-process-completed.v1', 'dk.maerk.cooperation.coordination-opened.v1',
        'dk.maerk.cooperation.coordination-closed.v1'
    ];
