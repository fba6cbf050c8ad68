import schemathesis
from tests.fuzz.test_trial_fuzz import served
from tests.fuzz import by_schema
import time
def test_it(served):
    port, authorization, _ = served
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/openapi.json")
    schema.config.update(base_url=f"http://127.0.0.1:{port}")
    t=time.time()
    for version in ("1.0.3", "2.0.0"):
        headers = {"Authorization": authorization, "X-Experience-API-Version": version}
        print(dict(by_schema.judged(schema, headers, examples=30, number=7)), time.time()-t)
