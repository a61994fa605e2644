"""The advisory service, put together: `python -m advisory`."""

from advisory import http, projections, reactions
from advisory.queries import attention
from chassis import runtime
from chassis.consumer.listens import Listens

LISTENS = Listens(projections=projections.KEPT, reactions=reactions.HEARD)
SERVICE = runtime.Service(
    name="advisory",
    title="MÆRK Rådgivning · Advisory",
    description=http.__doc__ or "",
    router=http.router,
    listens=LISTENS,
    deadlines=reactions.DEADLINES,
    mail_refused=reactions.pass_over_unreached,
    waiting=attention.waiting,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
