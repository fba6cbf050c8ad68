import time
from tests.faults.test_replica import *
def test_x(original, copy, program):
    def lap(n):
        nonlocal t
        print(n, round(time.time()-t,2)); t=time.time()
    t=time.time()
    program.post(); copy.caught_up(original); lap("up")
    copy.stop(); lap("stop")
    program.post(); program.page(); lap("page")
    copy.start(); lap("start")
    copy.caught_up(original); lap("caught")
    copy.hold(); lap("hold")
    t3=program.post()
    waiting.until(lambda: not program.finds(t3), seconds=10, what="the return to the replica"); lap("return")
    print((copy.home/"postgres"/"log").read_text()[-3000:])
