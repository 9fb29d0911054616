"""Calls are counted block by block: few questions of the database, all processes agree, nobody waits longer than the window."""

import pytest

from hustings.apps.library.pace.counting import MINUTE, Counted


class Shared:
    """What the database would hold for all processes."""

    def __init__(self):
        self.used, self.asked = {}, 0

    def take(self, client, length, nth, many, most):
        self.asked += 1
        before = self.used.get((client, length, nth), 0)
        if before >= most:
            return False
        self.used[client, length, nth] = before + many
        return True


class Clock:
    now = 120.0

    def __call__(self):
        return self.now


@pytest.fixture
def shared():
    return Shared()


def passed(counted, many, most, client="a"):
    return sum(counted.refused(client, MINUTE, most) == 0 for _ in range(many))


def test_a_small_limit_is_exact_in_one_process(shared):
    assert passed(Counted(shared.take, Clock()), 30, 10) == 10


def test_who_asks_for_less_than_a_block_costs_no_question(shared):
    assert passed(Counted(shared.take, Clock()), 50, 6000) == 50
    assert shared.asked == 0


def test_a_busy_client_costs_one_question_in_fifty_calls(shared):
    assert passed(Counted(shared.take, Clock()), 6000, 6000) == 6000
    assert shared.asked == 6000 // 50 - 1


@pytest.mark.parametrize("processes", [2, 4])
def test_all_processes_together_let_pass_the_limit_and_a_block_each_at_most(shared, processes):
    clock = Clock()
    several = [Counted(shared.take, clock) for _ in range(processes)]
    done = sum(passed(one, 400, 1000) for _ in range(10) for one in several)
    assert 1000 <= done <= 1000 + processes * 50


def test_the_next_window_begins_anew_and_the_wait_is_until_then(shared):
    clock = Clock()
    counted = Counted(shared.take, clock)
    assert passed(counted, 11, 10) == 10
    clock.now = 150.5
    assert counted.refused("a", MINUTE, 10) == 30
    clock.now = 179.99
    assert counted.refused("a", MINUTE, 10) == 1
    clock.now = 180.0
    assert passed(counted, 11, 10) == 10


def test_one_client_does_not_use_up_anothers(shared):
    counted = Counted(shared.take, Clock())
    assert passed(counted, 11, 10, "a") == 10
    assert passed(counted, 11, 10, "b") == 10


def test_memory_is_bounded_and_forgets_nobody_of_now_unless_it_must(shared, monkeypatch):
    from hustings.apps.library.pace import counting

    monkeypatch.setattr(counting, "MOST_CLIENTS", 3)
    clock = Clock()
    counted = Counted(shared.take, clock)
    for client in "abc":
        counted.refused(client, MINUTE, 10)
    clock.now = 180.0
    counted.refused("d", MINUTE, 10)
    assert {client for client, _ in counted.entries} == {"d"}
    for client in "efgh":
        counted.refused(client, MINUTE, 10)
    assert len(counted.entries) <= 3
