"""The cooperation service, put together: `python -m cooperation`."""

from chassis import runtime
from chassis.consumer.listens import Listens
from contracts.planning import PrioritySet
from cooperation import http, projections, reactions

LISTENS = Listens(
    projections=projections.KEPT,
    reactions={**dict.fromkeys(projections.VALID, reactions.recompute_gap), PrioritySet: reactions.set_target},
)
SERVICE = runtime.Service(
    name="cooperation",
    title="MÆRK Samarbejde · Cooperation",
    description=http.__doc__ or "",
    router=http.router,
    listens=LISTENS,
    deadlines=reactions.DEADLINES,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
