"""IMS: what is told of the account as a whole."""

from aktui.simcloud import views
from aktui.simcloud.directory import quotas, reports
from aktui.simcloud.fault import invalid
from aktui.simcloud.op import Answer, Call, Text, op


@op("Ims", "GetAccountSummary")
def get_account_summary(call: Call) -> Answer:
    return {"SummaryMap": quotas.summary(call.account)}


@op("Ims", "GetAccountSecurityPracticeReport")
def get_account_security_practice_report(call: Call) -> Answer:
    return reports.practice(call.account, call.now)


@op("Ims", "GenerateCredentialReport")
def generate_credential_report(call: Call) -> Answer:
    return {"State": reports.generate(call.account, call.now)}


@op("Ims", "GetCredentialReport", Text("MaxItems"), Text("NextToken"))
def get_credential_report(call: Call) -> Answer:
    """MaxItems is a number that travels as text."""
    size = call.get("MaxItems") or str(reports.PAGE)
    if not (size.isascii() and size.isdigit() and 1 <= int(size) <= reports.PAGE):
        raise invalid("MaxItems", f"must be 1 to {reports.PAGE}")
    return reports.page(call.account, int(size), call.get("NextToken", ""))


@op("Ims", "GetDefaultDomain")
def get_default_domain(call: Call) -> Answer:
    return {"DefaultDomainName": views.domain(call.account)}
