"""A phone that loses its network, a council that blocks sockets, a server that restarts: nothing is lost, nothing doubled."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.pressing import go_to


def join(page, server, name="Noor"):
    demo = server.demo()
    page.goto(f"/join/{demo['code']}/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Uses the service").check()
    page.get_by_label("I agree to take part").check()
    page.get_by_label("You may show my name").check()
    page.get_by_role("button", name="Join the workshop").click()
    expect(page.locator("#conn")).to_have_text("Live")
    return demo


def say(page, words):
    page.locator("#idea-text").fill(words)
    page.get_by_role("button", name="Put it on the board").click()


def test_thirty_seconds_without_a_network_lose_nothing(server, browse):
    citizen, other = browse("phone"), browse("laptop", "YP2")
    demo = join(citizen, server, "Offline One")
    other.goto(f"/w/{demo['workshop']}/")
    box = citizen.locator("#idea-text")
    box.press_sequentially("I was in the middle of")
    citizen.context.set_offline(True)
    expect(citizen.locator("#conn")).to_contain_text("Connection lost", timeout=10_000)
    box.press_sequentially(" a long sentence")
    say(other, "Said while the phone was away")
    started = time.monotonic()
    citizen.get_by_role("button", name="Put it on the board").click()
    waiting = citizen.locator(".tl-outbox__item")
    expect(waiting).to_contain_text("Waiting for a connection")
    citizen.wait_for_timeout(max(0, 30 - (time.monotonic() - started)) * 1000)
    expect(waiting.locator("blockquote")).to_contain_text("I was in the middle of a long sentence")
    expect(box).to_have_value("")
    citizen.context.set_offline(False)
    expect(citizen.get_by_text("Said while the phone was away").first).to_be_visible(timeout=20_000)
    expect(other.get_by_text("I was in the middle of a long sentence").first).to_be_visible(timeout=20_000)
    expect(box).to_have_value("")
    citizen.wait_for_timeout(3000)
    citizen.reload()
    expect(citizen.locator(".tl-idea", has_text="I was in the middle of a long sentence")).to_have_count(1)


def test_a_half_written_sentence_survives_pushes_a_phase_change_and_a_reload(server, browse):
    citizen, facilitator = browse("phone"), browse("laptop", "Ruth Calder")
    demo = join(citizen, server, "Slow Typer")
    facilitator.goto(f"/w/{demo['workshop']}/")
    citizen.locator("#idea-text").press_sequentially("Half a th")
    say(facilitator, "Pushed while somebody was typing")
    expect(citizen.get_by_text("Pushed while somebody was typing").first).to_be_visible()
    expect(citizen.locator("#idea-text")).to_be_focused()
    go_to(facilitator, "Gather")
    expect(citizen.locator("[aria-current=step]")).to_have_text("Gather")
    citizen.locator("#idea-text").press_sequentially("ought")
    go_to(facilitator, "Discuss")
    expect(citizen.locator("[aria-current=step]")).to_have_text("Discuss")
    citizen.wait_for_timeout(1500)
    expect(citizen.locator("#idea-text")).to_have_value("Half a thought")
    citizen.reload()
    expect(citizen.locator("#idea-text")).to_have_value("Half a thought")
    say(citizen, "Half a thought")
    expect(citizen.locator("#idea-text")).to_have_value("")


def test_a_proxy_that_blocks_sockets(server, browse):
    citizen, other = browse("phone"), browse("laptop", "YP3")
    citizen.route_web_socket(re.compile("/ws/"), lambda socket: socket.close(code=1006 if False else 1011))
    demo = server.demo()
    citizen.goto(f"/join/{demo['code']}/")
    citizen.get_by_label("Your name").fill("Behind a proxy")
    citizen.get_by_label("Uses the service").check()
    citizen.get_by_label("I agree to take part").check()
    citizen.get_by_role("button", name="Join the workshop").click()
    expect(citizen.locator("#conn")).to_contain_text("a few seconds behind", timeout=20_000)
    other.goto(f"/w/{demo['workshop']}/")
    say(other, "Seen through the proxy")
    expect(citizen.get_by_text("Seen through the proxy").first).to_be_visible(timeout=15_000)


def test_a_server_that_restarts(server, browse):
    citizen, other = browse("phone"), browse("laptop", "YP4")
    demo = join(citizen, server, "Still Here")
    other.goto(f"/w/{demo['workshop']}/")
    expect(other.locator("#conn")).to_have_text("Live")
    citizen.locator("#idea-text").fill("Written before the restart")
    server.restart_web(0)
    expect(citizen.locator("#conn")).to_have_text("Live", timeout=40_000)
    citizen.get_by_role("button", name="Put it on the board").click()
    expect(other.get_by_text("Written before the restart").first).to_be_visible(timeout=30_000)


def test_without_javascript(server, browse):
    page = browse("phone", java_script_enabled=False)
    demo = server.demo()
    page.goto("/")
    page.get_by_label("Join a workshop").fill(demo["code"])
    page.get_by_role("button", name="Join", exact=True).click()
    page.get_by_label("Your name").fill("No Script")
    page.get_by_label("Uses the service").check()
    page.get_by_label("I agree to take part").check()
    page.get_by_role("button", name="Join the workshop").click()
    say(page, "Said without a script")
    expect(page.locator(".tl-idea", has_text="Said without a script")).to_have_count(1)
    page.locator("#propose-text").fill("Run 50 sessions")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_text("One question first")).to_be_visible()
    page.get_by_role("button", name="File it as an activity measure").click()
    expect(page.get_by_role("heading", name="Run 50 sessions")).to_be_visible()


@pytest.mark.full
def test_both_processes_serve_one_room(server, browse):
    here, there = browse("laptop", "YP5"), browse("laptop", "YP6", url=server.urls[1])
    demo = server.demo()
    here.goto(f"/w/{demo['workshop']}/")
    there.goto(f"/w/{demo['workshop']}/")
    expect(there.locator("#conn")).to_have_text("Live")
    say(here, "From one process to the other")
    expect(there.get_by_text("From one process to the other").first).to_be_visible()
