"""The training service, put together: `python -m training`."""

from chassis import runtime
from chassis.consumer.listens import Listens
from training import http, projections, reactions

LISTENS = Listens(projections=projections.KEPT, reactions=reactions.REACTIONS)
SERVICE = runtime.Service(
    name="training",
    title="MÆRK Uddannelse · Training",
    description=http.__doc__ or "",
    router=http.router,
    listens=LISTENS,
    deadlines=reactions.DEADLINES,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
