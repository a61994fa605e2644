"""The training service, put together: `python -m training`."""

from chassis import runtime
from training import http

SERVICE = runtime.Service(
    name="training",
    title="MÆRK Uddannelse · Training",
    description=http.__doc__ or "",
    router=http.router,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
