"""The planning service, put together: `python -m planning`."""

from chassis import runtime
from planning import http, reactions

SERVICE = runtime.Service(
    name="planning",
    title="MÆRK Handlingsplan · Planning",
    description=http.__doc__ or "",
    router=http.router,
    listens=reactions.LISTENS,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
