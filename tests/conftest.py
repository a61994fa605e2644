"""What all tests share."""

import structlog

pytest_plugins = ["support.platform"]

# By default structlog draws a fault with every local variable: thousands of lines for each request of a rush.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)
