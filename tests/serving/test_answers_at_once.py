"""The socket that people come to: what is answered goes out at once."""

import socket

from bot.serving import open_listener
from bot.settings import Settings


def test_an_answer_of_several_pieces_does_not_wait_for_the_callers_acknowledgement() -> None:
    settings = Settings(host="127.0.0.1", port=0)
    with open_listener(settings) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
