"""Which port is taken, and how to move."""

import socket
from pathlib import Path

import pytest

from local.ports import HOST, Ports, PortTakenError
from tests.local_cloud.command import run_up


def test_the_cloud_and_the_stand_in_follow_the_front() -> None:
    assert Ports.following(8080) == (8080, 8081, 8082)


@pytest.mark.parametrize("front", [-1, 0, 65534, 70000])
def test_a_port_that_cannot_be_is_named(front: int) -> None:
    with pytest.raises(PortTakenError, match=str(front)):
        Ports.following(front)


@pytest.mark.parametrize("name", Ports._fields)
def test_a_taken_port_is_named_with_the_way_out(name: str) -> None:
    ports = Ports.free()
    with socket.create_server((HOST, getattr(ports, name))):
        with pytest.raises(PortTakenError) as caught:
            ports.ensure_free(*Ports._fields, patience=0)

        assert f"Port {getattr(ports, name)} " in str(caught.value)
        assert "make run PORT=" in str(caught.value)
        ports.ensure_free(*(other for other in Ports._fields if other != name), patience=0)


def test_free_ports_are_free() -> None:
    Ports.free().ensure_free(*Ports._fields, patience=0)


def test_no_connection_going_out_can_take_a_free_port() -> None:
    with socket.create_server((HOST, 0)) as server:
        ephemeral = server.getsockname()[1]

    assert Ports.free().openai < 32_768 <= ephemeral


def test_the_command_says_which_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        ended = run_up(port, tmp_path)

    assert ended.returncode == 1
    assert f"Port {port} for the API is taken by another program." in ended.stdout
    assert "make run PORT=9000" in ended.stdout
    assert "Traceback" not in ended.stdout
