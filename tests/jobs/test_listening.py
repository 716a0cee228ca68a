"""How requests are read from a line."""

import socket
import threading
import time

import pytest
import uvicorn

from transcript2handoff.jobs import listening
from transcript2handoff.jobs.listening import MOST_OF_HEAD, Listening
from transcript2handoff.jobs.supervisor import Care, _config
from transcript2handoff.settings import Settings

BEGINS = b"POST / HTTP/1.1\r\nHost: x\r\n"


async def echo(scope, receive, send):
    """Answers with the number of bytes that came."""
    count, more = 0, True
    while more:
        message = await receive()
        count += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"<{count}>".encode()})


@pytest.fixture
def line():
    """A line to a server that has begun to listen."""
    config = uvicorn.Config(echo, http=Listening, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listens:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listens]})
        thread.start()
        while not server.started:
            thread.join(0.01)
        with socket.create_connection(listens.getsockname(), timeout=10) as opened:
            yield opened
        server.should_exit = True
        thread.join()


def told(line, *, until=b""):
    answer = b""
    while not (until and until in answer) and (more := line.recv(65536)):
        answer += more
    return answer


def test_the_service_listens_so():
    assert _config(echo, Settings(), Care()).http is Listening


@pytest.mark.parametrize(
    ("begins", "piece"),
    [
        (BEGINS + b"X-Long: ", b"a" * 4096),
        (BEGINS, b"X-Many: a\r\n" * 400),
        (b"GET /", b"a" * 4096),
    ],
)
def test_a_head_that_does_not_end_is_not_held(line, begins, piece):
    line.sendall(begins)
    sent = 0
    with pytest.raises((BrokenPipeError, ConnectionResetError)):  # noqa: PT012 - it may be any
        while sent < 100 * MOST_OF_HEAD:
            line.sendall(piece)
            sent += len(piece)
    assert sent < 50 * MOST_OF_HEAD


def test_a_long_head_is_read(line):
    line.sendall(BEGINS + b"X-Long: ")
    for _ in range(15):
        line.sendall(b"a" * 4096)
        time.sleep(0.005)
    line.sendall(b"\r\nContent-Length: 2\r\n\r\nab")
    assert told(line, until=b"<2>").startswith(b"HTTP/1.1 200 ")


def test_bodies_are_no_heads(line):
    """Neither is the next request that comes behind one."""
    body = b"a" * (5 * MOST_OF_HEAD)
    head = BEGINS + f"Content-Length: {len(body)}\r\n\r\n".encode()
    line.sendall(head + body + head[:20])
    assert told(line, until=f"<{len(body)}>".encode())
    line.sendall(head[20:] + body)
    assert told(line, until=f"<{len(body)}>".encode()).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(("begins", "answer"), [(b"", b""), (BEGINS, b"HTTP/1.1 400 ")])
def test_a_head_that_does_not_come_is_not_waited_for(monkeypatch, request, begins, answer):
    monkeypatch.setattr(listening, "HEAD_SECONDS", 0.1)
    line = request.getfixturevalue("line")
    line.sendall(begins)
    assert told(line)[:13] == answer


def test_a_body_is_waited_for(monkeypatch, request):
    monkeypatch.setattr(listening, "HEAD_SECONDS", 0.1)
    line = request.getfixturevalue("line")
    line.sendall(BEGINS + b"Content-Length: 2\r\n\r\na")
    time.sleep(0.3)
    line.sendall(b"b")
    assert told(line, until=b"<2>").startswith(b"HTTP/1.1 200 ")
