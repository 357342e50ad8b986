"""The log service's own SQL functions, as macros of DuckDB.

Times of SQL carry no zone: they are those of China Standard Time. A time may be given as a timestamp, as
seconds since 1970, or as text. Where an address lies is not known here; the addresses set aside for
documentation, which the scenarios use, are given made-up places.
"""

from aktui.simcloud.logs.fields import LOCAL

_PLACES = (
    # first part of the address, country code, country, province, city, provider
    ("192.0.2.", "CN", "中国", "浙江省", "杭州市", "阿里云"),
    ("198.51.100.", "NL", "荷兰", "", "", ""),
    ("203.0.113.", "CN", "中国", "上海市", "上海市", "电信"),
)
_INTRANET = (
    r"^(10\.|127\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.)"
)

_BASE, _MASK = "split_part(network, '/', 1)", "split_part(network, '/', 2)"
_PARTS = ((1, 16777216), (2, 65536), (3, 256), (4, 1))


def _number(address: str) -> str:
    """An IPv4 address as a number; NULL for any other text."""
    parts = [f"TRY_CAST(split_part({address}, '.', {at}) AS BIGINT) * {weight}" for at, weight in _PARTS]
    return f"({' + '.join(parts)})"


def _network(number: str, bits: str) -> str:
    return f"({number} >> (32 - CAST({bits} AS INTEGER)))"


def _place(column: int) -> str:
    cases = " ".join(f"WHEN starts_with(x, '{place[0]}') THEN '{place[column]}'" for place in _PLACES)
    return f"CASE {cases} ELSE '' END"


_AS_TIME = (
    "coalesce(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMP), "
    f"make_timestamp(CAST((TRY_CAST(CAST(x AS VARCHAR) AS DOUBLE) + {LOCAL}) * 1000000 AS BIGINT)))"
)
_AS_SECONDS = f"epoch({_AS_TIME}) - {LOCAL}"

MACROS = (
    f"CREATE MACRO sls_time(x) AS {_AS_TIME}",
    f"CREATE MACRO sls_seconds(x) AS {_AS_SECONDS}",
    "CREATE MACRO sls_window(x, seconds) AS "
    "make_timestamp(CAST(floor(epoch(sls_time(x)) / seconds) * seconds * 1000000 AS BIGINT))",
    "CREATE MACRO sls_json(x) AS CASE WHEN json_valid(CAST(x AS VARCHAR)) THEN CAST(x AS VARCHAR) END",
    "CREATE MACRO sls_url_decode(x) AS TRY(url_decode(replace(x, '+', ' ')))",
    f"CREATE MACRO ip_to_domain(x) AS CASE WHEN regexp_matches(x, '{_INTRANET}') THEN 'intranet' "
    "ELSE 'internet' END",
    "CREATE MACRO is_subnet_of(network, address) AS "
    f"{_network(_number(_BASE), _MASK)} = {_network(_number('address'), _MASK)}",
    "CREATE MACRO sls_dotted(x) AS concat_ws('.', x >> 24, (x >> 16) & 255, (x >> 8) & 255, x & 255)",
    "CREATE MACRO ip_prefix(x, bits) AS "
    f"sls_dotted({_network(_number('x'), 'bits')} << (32 - bits)) || '/' || CAST(bits AS VARCHAR)",
    "CREATE MACRO url_extract_host(x) AS nullif(regexp_extract(x, '^[a-zA-Z]+://([^/?#:]*)', 1), '')",
    "CREATE MACRO url_extract_path(x) AS nullif(regexp_extract(x, '^[a-zA-Z]+://[^/?#]*([^?#]*)', 1), '')",
    f"CREATE MACRO ip_to_country_code(x) AS {_place(1)}",
    f"CREATE MACRO ip_to_country(x) AS {_place(2)}",
    f"CREATE MACRO ip_to_province(x) AS {_place(3)}",
    f"CREATE MACRO ip_to_city(x) AS {_place(4)}",
    f"CREATE MACRO ip_to_provider(x) AS {_place(5)}",
)
"""Created in every Logstore's database."""

OWN = {
    "url_decode": "sls_url_decode",
    "ip_to_domain": "ip_to_domain",
    "ip_to_country": "ip_to_country",
    "ip_to_country_code": "ip_to_country_code",
    "ip_to_province": "ip_to_province",
    "ip_to_city": "ip_to_city",
    "ip_to_provider": "ip_to_provider",
    "is_subnet_of": "is_subnet_of",
    "ip_prefix": "ip_prefix",
    "url_extract_host": "url_extract_host",
    "url_extract_path": "url_extract_path",
}
"""Functions that are macros: the service's name to the macro's."""

PLAIN = frozenset(
    [
        "array_distinct",
        "array_position",
        "array_sort",
        "bit_count",
        "cardinality",
        "cbrt",
        "ceil",
        "chr",
        "concat_ws",
        "contains",
        "ends_with",
        "filter",
        "flatten",
        "from_base64",
        "from_hex",
        "geometric_mean",
        "histogram",
        "json_array_length",
        "json_keys",
        "kurtosis",
        "least",
        "levenshtein",
        "map_keys",
        "map_values",
        "md5",
        "mod",
        "pi",
        "power",
        "quarter",
        "random",
        "regexp_extract_all",
        "reverse",
        "sha256",
        "skewness",
        "starts_with",
        "strpos",
        "to_base64",
        "to_hex",
        "url_encode",
        "week",
    ]
)
"""Functions that DuckDB knows under the same name and that sqlglot passes on as they are."""
