-- A need is named by an adviser, often in a single enquiry.
update facts set case_derived = true where type = 'dk.maerk.advisory.need-identified.v1';
