"""Structured logs: one JSON object a line on standard error, the standard library's included."""

import logging
import sys

import structlog

# Without the values of variables: cookies and unpublished words are among them.
TRACEBACKS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def set_up(level: str, *, as_json: bool) -> None:
    """From now on everything logged is written in this form, from this level on."""
    shared: list[structlog.typing.Processor] = [
        # First: what nobody will read costs nothing.
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[structlog.typing.Processor] = (
        [
            structlog.processors.ExceptionRenderer(TRACEBACKS),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if as_json
        else [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared[1:],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # Addresses of readers and paths with secrets stay out of the logs: our own line has neither.
    logging.getLogger("uvicorn.access").disabled = True
    for noisy in ("uvicorn.error", "websockets", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
