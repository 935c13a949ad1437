"""What writing.py was acknowledged is there, whole, after the server was killed: `written.py NUMBER` of the last one."""

import sys

from checks import *

last = int(sys.argv[1])


@check
def nothing_acknowledged_is_missing_and_at_most_one_write_more_is_there():
    pages = client.get_paginator("list_aliases").paginate(FunctionName="written")
    found = {alias["Name"]: alias for page in pages for alias in page["Aliases"]}
    expected = {f"a{number}" for number in range(last + 1)}
    assert expected <= found.keys(), expected - found.keys()
    more = found.keys() - expected
    assert more <= {f"a{last + 1}"}, more
    for name, alias in found.items():
        equal((alias["FunctionVersion"], alias["Description"]), ("1", name[1:]))


@check
def the_function_goes_on():
    update("written", echo(2))
    equal(client.publish_version(FunctionName="written")["Version"], "2")


run()
