import sys
import traceback

from aws_lambda_powertools import Logger

from afterglow.observability import log_failure

# ok: no-uncaught-error-in-logs
logger = Logger(log_uncaught_exceptions=False)
# ruleid: no-uncaught-error-in-logs
eager = Logger()


def answer(event, body, context, user, upload_id, error):
    # ok: no-content-in-logs
    logger.info("request", method=event["httpMethod"], route=event["resource"])
    # ok: no-content-in-logs
    logger.error("not queued", code="full", extra={"upload_id": upload_id})
    # ok: no-content-in-logs
    logger.error("failed", error=type(error).__name__)
    # ok: no-content-in-logs
    log_failure(error, user_id=user.id)
    # ruleid: no-content-in-logs
    logger.info(event)
    # ruleid: no-content-in-logs
    logger.info("said", what=body.message)
    # ruleid: no-content-in-logs
    logger.info("request", path=event["path"])
    # ruleid: no-content-in-logs
    logger.info("request", sent=body.text)
    # ruleid: no-content-in-logs
    logger.info("request", extra={"headers": event["headers"]})
    # ruleid: no-content-in-logs
    logger.info(f"hello {user.id}")
    # ruleid: no-content-in-logs
    logger.info("signed in", who=user.username)
    # ruleid: no-content-in-logs
    logger.warning("refused", reason=str(error))
    # ruleid: no-content-in-logs
    log_failure(error, who=user.username)


def fail(error):
    try:
        raise error
    except ValueError:
        # ruleid: no-uncaught-error-in-logs
        logger.exception("failed")
        # ruleid: no-uncaught-error-in-logs
        logger.error("failed", exc_info=True)
        # ruleid: no-uncaught-error-in-logs
        traceback.print_exc()


# ruleid: no-uncaught-error-in-logs
@logger.inject_lambda_context(log_event=True)
def handler(event, context):
    # ruleid: no-print
    print("here")
    # ruleid: no-print
    sys.stderr.write("here")
    # ok: no-print
    logger.info("here")


def log(message, **counts):
    # ok: no-content-in-logs
    logger.info(message, **counts)
