"""The planning service, put together: `python -m planning`."""

from chassis import runtime
from chassis.consumer.listens import Listens
from planning import http, projections, reactions

LISTENS = Listens(projections=dict.fromkeys(reactions.HEARD, projections.keep_facts), afterwards=reactions.follow)
SERVICE = runtime.Service(
    name="planning",
    title="MÆRK Handlingsplan · Planning",
    description=http.__doc__ or "",
    router=http.router,
    listens=LISTENS,
    deadlines=reactions.DEADLINES,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
