"""The search language: what finds which rows, and what is said about what makes no sense."""

import pytest

from aktui.simcloud.logs.store import FieldIndex, Index, ListedRows
from aktui.simcloud.logs.table import Table
from tests.simcloud.log_rig import COUNT, END, INDEX, KEYS, START, ask, ask_table, logstore, numbers, row, why


@pytest.fixture(scope="module")
def table() -> Table:
    return Table(logstore())


def count(table: Table, query: str) -> int:
    return ask_table(table, query).processed


EVERY_THIRD = 334
SEARCHES = {
    "": COUNT,
    "*": COUNT,
    f"access_id: {KEYS[0]}": EVERY_THIRD,
    f"access_id:{KEYS[0]}": EVERY_THIRD,
    f'access_id: "{KEYS[0]}"': EVERY_THIRD,
    f'"access_id": {KEYS[0]}': EVERY_THIRD,
    f"access_id: {KEYS[0].lower()}": EVERY_THIRD,
    f"* and access_id: {KEYS[0]}": EVERY_THIRD,
    "access_id: LTAI5t": 0,
    "access_id: LTAI5t*": COUNT,
    "access_id: LTAI*AAAA": EVERY_THIRD,
    "access_id: LTAI5tAAA?": EVERY_THIRD,
    f"not access_id: {KEYS[0]}": COUNT - EVERY_THIRD,
    f"access_id: {KEYS[0]} or access_id: {KEYS[1]}": EVERY_THIRD + 333,
    f"access_id: {KEYS[0]} and http_status: 403": 67,
    f"access_id: {KEYS[0]} http_status: 403": 67,
    f"access_id: {KEYS[0]} AND NOT http_status: 403": EVERY_THIRD - 67,
    f"access_id: {KEYS[0]} not http_status: 403": EVERY_THIRD - 67,
    f"(access_id: {KEYS[0]} or access_id: {KEYS[1]}) and http_status: 403": 133,
    f"access_id: {KEYS[0]} or access_id: {KEYS[1]} and http_status: 403": EVERY_THIRD + 66,
    "__topic__: oss_access_log": 750,
    "__topic__: oss_access": 0,
    "__topic__: oss*": COUNT,
    "client_ip: 198.51.100.8": 5,
    "client_ip: 198.51.100.*": 857,
    "client_ip: *": 857,
    "not client_ip: *": 143,
    "http_status: 403": 200,
    "http_status = 403": 200,
    "http_status > 200": 200,
    "http_status>=200": COUNT,
    "http_status < 403": 800,
    "http_status <= 403": COUNT,
    "bytes in [100 200]": 11,
    "bytes in (100 200)": 9,
    "bytes in [100 200)": 10,
    "bytes in (100 200]": 10,
    "took > 124.5": 3,
    "took: 0.125": 1,
    "bytes > -1": COUNT,
    "user_agent: aliyun-sdk-python": COUNT,
    "user_agent: aliyun": 0,
    "user_agent: 2.18.4": COUNT,
    "user_agent: linux": COUNT,
    "user_agent: 中文": COUNT,
    'user_agent: "5.4 Linux"': COUNT,
    'user_agent: #"5.4 Linux"': 0,
    'user_agent: #"Linux/5.4"': COUNT,
    'exact: "Some Value"': 500,
    'exact: "some value"': 500,
    "exact: some": 0,
    "exact: Some*": 500,
    KEYS[1]: 333,
    f"{KEYS[1]} 403": 67,  # and one whose event has that number
    "linux 中文": COUNT,
    "nowhere": 0,
    f'event.userIdentity.accessKeyId: "{KEYS[2]}"': 333,
    f'event.useridentity.accesskeyid: "{KEYS[2]}"': 333,
    "event.vpcId: vpc-1": 100,
    "event.vpcId: *": 100,
    "not event.vpcId: *": 900,
    "event.count > 989": 10,
    'event.requestParameters.Disk.Size: "17"': 1,
    "event.nothing: 1": 0,
    "user_agent: /": 0,
}


@pytest.mark.parametrize("query", SEARCHES)
def test_a_search_finds_as_many_rows_as_there_are(table: Table, query: str) -> None:
    assert count(table, query) == SEARCHES[query]


def test_rows_come_in_order_of_time_and_newest_first_when_asked(table: Table) -> None:
    assert numbers(ask_table(table, f"access_id: {KEYS[1]}", line=3)) == [1, 4, 7]
    assert numbers(ask_table(table, f"access_id: {KEYS[1]}", line=3, reverse=True)) == [997, 994, 991]


@pytest.mark.parametrize("reverse", [False, True])
def test_pages_hold_every_row_once(table: Table, reverse: bool) -> None:
    pages = [
        numbers(ask_table(table, "*", line=70, offset=offset, reverse=reverse))
        for offset in range(0, COUNT + 70, 70)
    ]
    found = [number for page in pages for number in page]
    assert found == sorted(range(COUNT), reverse=reverse)
    assert pages[-1] == []


def test_the_window_has_its_beginning_and_not_its_end(table: Table) -> None:
    found = ask_table(table, "*", start=START + 60, end=START + 180)
    assert numbers(found) == [1, 2]


def test_a_row_has_the_fields_it_has_and_no_others(table: Table) -> None:
    first, second = ask_table(table, "*", line=2).rows
    assert "client_ip" not in first
    assert second["client_ip"] == "198.51.100.1"
    assert second["object"] == "backup%2F2026%2Fdump+1.gz"
    assert second["unindexed"] == "nothing 1"


def test_a_topic_parameter_narrows_the_search(table: Table) -> None:
    assert ask_table(table, "*", topic="oss_batch_delete_log").processed == 250


def test_rows_in_any_order_come_out_in_order() -> None:
    shuffled = [row(number) for number in (5, 1, 900, 3)]
    assert numbers(ask("*", logstore(shuffled))) == [1, 3, 5, 900]


def test_rows_that_come_later_are_found_and_may_have_fields_of_their_own() -> None:
    store = logstore()
    table = Table(store)
    assert ask_table(table, "*").processed == COUNT
    store.add({"__time__": str(END - 1), "access_id": "LTAI5tNEW", "fresh": "x"})
    (found,) = ask_table(table, "access_id: LTAI5tNEW").rows
    assert found == {
        "__time__": str(END - 1), "__topic__": "", "__source__": "", "access_id": "LTAI5tNEW", "fresh": "x"
    }  # fmt: skip
    assert ask_table(table, "*").processed == COUNT + 1


def test_words_without_a_field_are_found_in_every_field_with_a_full_text_index() -> None:
    assert ask("nothing 17", index=Index(full_text=True)).processed == 1
    assert ask("nothing 17").processed == 0


def test_a_field_whose_text_is_no_json_has_nothing_inside() -> None:
    rows = [{"__time__": "1795000000", "event": "not json"}, {"__time__": "1795000001", "event": '{"a":"b"}'}]
    assert ask("event.a: b", logstore(rows)).processed == 1
    assert ask("event.a: *", logstore(rows)).processed == 1


@pytest.mark.parametrize(
    "text",
    ["it's", 'say "no"', "back\\slash", "$1 %s {x}", "a\x00b", "日志 🔑", "'; DROP TABLE stored --", "[a"],
)
def test_values_with_odd_characters_are_found_when_quoted(text: str) -> None:
    rows = [{"__time__": "1795000000", "exact": text}, {"__time__": "1795000001", "exact": "other"}]
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    found = ask(f'exact: "{quoted}"', logstore(rows))
    assert [one["exact"] for one in found.rows] == [text]


REFUSED = {
    'access_id: "': "unclosed string quote",
    "access_id:": "syntax error error position is from column:11 to column:12,error near < EOF >",
    "(*": "syntax error error position is from column:3 to column:4,error near < EOF >",
    "* )": "syntax error error position is from column:3 to column:4,error near < ) >",
    "and": "syntax error error position is from column:1 to column:4,error near < and >",
    "* or": "syntax error error position is from column:5 to column:6,error near < EOF >",
    "bytes in [1 x]": "syntax error error position is from column:13 to column:14,error near < x >",
    "bytes > many": "syntax error error position is from column:9 to column:13,error near < many >",
    "access_id: *AAAA": "only support * or ? in the middle or end of the query",
    "unindexed: 1": "key (unindexed) is not config as key value config",
    "object: x": "key (object) is not config as key value config",
    "no.such: x": "key (no.such) is not config as key value config",
    "access_id > 5": "key (access_id) is not config as numberic column",
    "http_status: ok": "key (http_status) is not config as numberic column",
    "select count(*)": "sql query must follow search query,please read syntax doc",
    " and ".join(["access_id: a"] * 31): "is more than 30",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_makes_no_sense_is_refused_and_says_where(query: str) -> None:
    assert REFUSED[query] in why(query)


def test_deep_nesting_is_refused() -> None:
    assert "nested too deeply" in why("(" * 5000 + "*" + ")" * 5000)
    assert "nested too deeply" in why("not " * 5000 + "*")


def test_thirty_conditions_are_fine() -> None:
    assert ask(" or ".join([f"access_id: {KEYS[0]}"] * 30)).processed == EVERY_THIRD


def test_the_index_of_an_empty_logstore_needs_no_columns() -> None:
    assert ask("access_id: x or http_status > 5 or event.a: 1 or word", logstore(())).rows == []
    empty = Table(logstore(()))
    assert ask_table(empty, "* | select count(*) as c, max(bytes) as m").rows == [{"c": "0", "m": "null"}]


def test_names_that_differ_in_case_only_do_no_harm() -> None:
    rows = ListedRows([{"__time__": "1795000000", "Status": "1"}, {"__time__": "1795000001", "status": "2"}])
    store = logstore(())
    store.rows = rows
    found = ask("*", store)
    assert [one.get("Status") or one.get("status") for one in found.rows] == ["1", "2"]


def test_what_sql_may_read_need_not_be_searchable() -> None:
    assert not INDEX.fields["object"].searchable
    assert ask("* | select object where object like '%dump+7.gz'").rows == [
        {"object": "backup%2F2026%2Fdump+7.gz"}
    ]
    assert FieldIndex().searchable
