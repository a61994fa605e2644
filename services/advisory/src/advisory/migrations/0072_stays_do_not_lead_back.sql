-- That the coordination unit has received a hand-over stands with the hand-over: a coordination must not lead back to an
-- enquiry that was made anonymous, since it says the phase of the stay.

alter table referrals add column received bool not null default false;
update referrals set received = true where id in (select referral_id from stay_coordinations);
alter table stay_coordinations drop constraint stay_coordinations_one_per_referral;
update stay_coordinations set referral_id = null where referral_id in (
    select referrals.id from referrals join enquiries on enquiries.id = enquiry_id where anonymised_on is not null
);
create index stay_coordinations_by_referral on stay_coordinations (referral_id) where referral_id is not null;
