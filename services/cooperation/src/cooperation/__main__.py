"""The cooperation service, put together: `python -m cooperation`."""

from chassis import runtime
from cooperation import http

SERVICE = runtime.Service(
    name="cooperation",
    title="MÆRK Samarbejde · Cooperation",
    description=http.__doc__ or "",
    router=http.router,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
