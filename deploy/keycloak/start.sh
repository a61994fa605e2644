#!/bin/bash
# Keycloak in a container: secrets come as files, and MAERK_REALM says which realm is imported if there is none yet.
set -euo pipefail
read_secret() { local value; value=$(< "/run/secrets/$1"); printf '%s' "$value"; }

KC_DB_PASSWORD=$(read_secret keycloak_password)
KC_BOOTSTRAP_ADMIN_PASSWORD=$(read_secret keycloak_admin)
export KC_DB_PASSWORD KC_BOOTSTRAP_ADMIN_PASSWORD
if [[ $MAERK_REALM == local ]]; then  # the realm names these in place of passwords
  MAERK_DEMO_PASSWORD=$(read_secret demo_users)
  MAERK_SEED_SECRET=$(read_secret seed_client)
  MAERK_PARTNER_SECRET=$(read_secret partner_client)
  export MAERK_DEMO_PASSWORD MAERK_SEED_SECRET MAERK_PARTNER_SECRET
fi
printf '%s' "$(< "/opt/maerk/realms/$MAERK_REALM.json")" > /opt/keycloak/data/import/maerk-realm.json
exec /opt/keycloak/bin/kc.sh start --optimized --import-realm --cache=local
