"""The advisory service, put together: `python -m advisory`."""

from advisory import http, reactions
from chassis import runtime

SERVICE = runtime.Service(
    name="advisory",
    title="MÆRK Rådgivning · Advisory",
    description=http.__doc__ or "",
    router=http.router,
    deadlines=reactions.DEADLINES,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
