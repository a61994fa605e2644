# Run by the image once, in an empty volume: SERVICE gets its database and a role that can connect to no other.
psql -v ON_ERROR_STOP=1 --no-psqlrc -q -U postgres -d postgres \
  -v service="$SERVICE" -v password="$(< "/run/secrets/${SERVICE}_password")" -f /etc/maerk/service.sql
