"""The knowledge service, put together: `python -m knowledge`."""

from chassis import runtime
from chassis.consumer.listens import Listens
from contracts.planning import PrioritySet
from knowledge import http, projections, reactions

LISTENS = Listens(projections=projections.KEPT, reactions={PrioritySet: reactions.start_study})
SERVICE = runtime.Service(
    name="knowledge",
    title="MÆRK Viden · Knowledge",
    description=http.__doc__ or "",
    router=http.router,
    listens=LISTENS,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
