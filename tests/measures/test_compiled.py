"""How the compiled code is loaded and run."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from etl.measures import parts
from etl.measures.catchment import from_points, two_step
from etl.measures.decay import compiled_form, gaussian, logistic, step


@pytest.mark.parametrize(
    "module", ["catchment", "streaming", "whatif", "reach", "limits", "raam", "district_means"]
)
def test_importing_the_measures_does_not_load_the_compiler(module):
    code = f"import sys, etl.measures.{module}; print('numba' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


def work(seed=0):
    rng = np.random.default_rng(seed)
    demand, service = rng.random((3000, 2)), rng.random((200, 2))
    net = from_points(demand, service, max_km=30.0)
    return two_step(net, np.ones(3000), np.ones(200), decay=gaussian(sigma=9.0))


def test_any_number_of_cores_gives_the_same_bits(monkeypatch):
    several = work()
    monkeypatch.setattr(parts, "workers", lambda: 1)
    assert np.array_equal(work(), several)
    monkeypatch.setattr(parts, "workers", lambda: 5)
    assert np.array_equal(work(), several)


def test_many_sessions_at_once():
    expected = [work(k) for k in range(4)]
    found = {}
    threads = [threading.Thread(target=lambda k=k: found.update({k: work(k)})) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(np.array_equal(found[k], expected[k]) for k in range(4))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_has_threads_of_its_own():
    expected = work()
    child = os.fork()
    if child == 0:
        os._exit(0 if np.array_equal(work(), expected) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_an_error_in_a_part_is_raised():
    with pytest.raises(ZeroDivisionError):
        parts.run(lambda k: 1 // k, [1, 0, 2])
    assert parts.slices(0, 5) == []


def test_compiled_forms():
    assert compiled_form(gaussian(sigma=4.0))[1].tolist() == [0.25]
    assert compiled_form(step([1.0, 2.0], [1.0, 0.5]))[1].tolist() == [1.0, 2.0, 1.0, 0.5]
    assert compiled_form(logistic(midpoint=9.0, slope=100.0)) is None
    assert compiled_form(lambda d: d) is None
