-- Where training was held for whom, and which agreements hold, as the newest event of each says.

create table trainings (
    id uuid primary key,
    revision int not null,
    provenance text not null,
    month text not null,
    topics text[] not null,
    municipality_codes text[] not null
);

create table agreements (
    id uuid primary key,
    revision int not null,
    provenance text not null,
    municipality_codes text[] not null,
    holds bool not null
);
