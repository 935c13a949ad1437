"""AWS's rates, on a server that was asked to keep them: 15 calls a second share one, GetFunction has 100 of its own."""

import concurrent.futures

from checks import *

create("often")


def burst(call, times):
    """How many of so many calls at once went through, and the refusals of the others."""

    def attempt(_):
        try:
            call()
        except ClientError as error:
            return error.response
        return None

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(attempt, range(times)))
    return replies.count(None), [reply for reply in replies if reply is not None]


@check
def beyond_the_rate_calls_are_refused():
    passed, refusals = burst(lambda: client.get_function_configuration(FunctionName="often"), 120)
    assert passed >= 15, passed
    assert refusals, "all 120 calls went through"
    for reply in refusals:
        equal((status(reply), reply["Error"]["Code"]), (429, "TooManyRequestsException"))
        equal((reply["Error"]["Message"], reply["Reason"]), ("Rate exceeded", "CallerRateLimitExceeded"))
        assert "retry-after" in headers(reply), headers(reply)


@check
def get_function_and_invoke_are_not_held_up_by_the_others():
    burst(lambda: client.get_function_configuration(FunctionName="often"), 60)
    equal(burst(lambda: client.get_function(FunctionName="often"), 40)[0], 40)
    equal(burst(lambda: client.invoke(FunctionName="often", InvocationType="DryRun"), 40)[0], 40)


@check
def a_client_that_tries_again_gets_through():
    patient = boto3.client("lambda", config=Config(retries={"total_max_attempts": 12, "mode": "standard"}))
    burst(lambda: client.get_function_configuration(FunctionName="often"), 60)
    equal(patient.publish_version(FunctionName="often")["Version"], "1")


run()
