"""The knowledge service, put together: `python -m knowledge`."""

from chassis import runtime
from knowledge import http

SERVICE = runtime.Service(
    name="knowledge",
    title="MÆRK Viden · Knowledge",
    description=http.__doc__ or "",
    router=http.router,
)

if __name__ == "__main__":
    runtime.main(SERVICE)
