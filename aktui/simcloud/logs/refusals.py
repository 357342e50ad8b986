"""How the log service says no. Codes, statuses and wording as its documentation and its clients know them."""

from aktui.simcloud.fault import ApiError


def translated(error: ApiError, key_id: str) -> ApiError:
    """A refusal of the common authentication, in this service's words."""
    if error.code == "InvalidAccessKeyId.NotFound":
        return unauthorized(f"AccessKeyId not found: {key_id}")
    if error.code == "InvalidAccessKeyId.Inactive":
        return unauthorized(f"AccessKeyId is disabled: {key_id}")
    if error.code == "SignatureDoesNotMatch":
        return ApiError(401, "SignatureNotMatch", "The signature is not matched.")
    if error.code == "InvalidTimeStamp.Expired":
        message = "Request time exceeds server time more than 15 minutes."
        return ApiError(400, "RequestTimeTooSkewed", message)
    if error.code == "InvalidSecurityToken.Expired":
        return ApiError(401, "SecurityTokenExpired", "The security token you provided has expired.")
    if error.code in ("MissingSecurityToken", "InvalidSecurityToken.MismatchWithAccessKey"):
        return ApiError(401, "SecurityTokenInvalid", "The security token you provided is invalid.")
    if error.code == "InvalidAccessKeyId.AccessPolicyDenied":
        return unauthorized(error.message)
    return error


def unauthorized(message: str) -> ApiError:
    return ApiError(401, "Unauthorized", message)


def denied(action: str, resource: str) -> ApiError:
    """No policy allows it."""
    return unauthorized(f"denied by sts or ram, action: {action}, resource: {resource}")


def no_project(name: str) -> ApiError:
    return ApiError(404, "ProjectNotExist", f"The Project does not exist : {name}")


def no_logstore(name: str) -> ApiError:
    return ApiError(404, "LogStoreNotExist", f"logstore {name} does not exist")


def no_index(status: int) -> ApiError:
    """404 when the index is asked for, 400 when a query needs it."""
    message = "index config doesn't exist." if status == 404 else "logstore without index config."
    return ApiError(status, "IndexConfigNotExist", message)


def bad_parameter(name: str, why: str = "is invalid") -> ApiError:
    return ApiError(400, "ParameterInvalid", f"{name} : {why}")


def bad_time_range() -> ApiError:
    return ApiError(400, "InvalidTimeRange", "Request time range is invalid.")


def bad_search(message: str) -> ApiError:
    """The search part can't be understood."""
    return ApiError(400, "ParameterInvalid", f"ErrorType:OLSQueryParseError.ErrorMessage:{message}")


def bad_search_at(start: int, end: int, near: str) -> ApiError:
    """The search part can't be understood there (columns count from 1)."""
    where = f"error position is from column:{start} to column:{end}"
    return bad_search(f"syntax error {where},error near < {near} >")


def not_indexed(key: str) -> ApiError:
    """A search names a field that has no index."""
    message = (
        f"key ({key}) is not config as key value config,"
        'if symbol : is  in your log,please wrap : with quotation mark "'
    )
    return ApiError(400, "ParameterInvalid", message)


def not_numeric(key: str) -> ApiError:
    """A search compares a field as a number that is no number."""
    return ApiError(400, "ParameterInvalid", f"key ({key}) is not config as numberic column")


def bad_sql(kind: str, line: int, column: int, message: str) -> ApiError:
    """The SQL part can't be run. `kind`: SyntaxError, ColumnNotExists; line and column count from 1."""
    where = f"ErrorType:{kind}.ErrorPosition,line:{line},column:{column}"
    return ApiError(400, "ParameterInvalid", f"{where}.ErrorMessage:line {line}:{column}: {message}")


def sql_failed(message: str) -> ApiError:
    """The SQL part was understood and failed over a row."""
    return ApiError(400, "ParameterInvalid", message)


def read_quota(message: str = "Read quota is exceeded.") -> ApiError:
    return ApiError(403, "ReadQuotaExceed", message)


def busy() -> ApiError:
    return ApiError(503, "ServerBusy", "The server is busy, please try again later.")


def unknown_operation(method: str, path: str) -> ApiError:
    return ApiError(404, "InvalidUrl", f"{method} {path} is no operation of the service.")
