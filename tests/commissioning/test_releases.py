"""Everything given to suppliers goes to all of them at one moment, and the log shows it."""

import hashlib
import re
import threading

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning import contacting, people, providers, reaching, registering, release_letters, release_rules, releasing, tasks
from commissioning.models import Delivery, InterestDeclaration, Minute, Organisation, Release, ReleaseEvent, SupplierContact
from commissioning.sentences import Refused

PDF = b"%PDF-1.7 budget"


@pytest.fixture
def suppliers(town):
    """Three suppliers: one on screen, one by e-mail, one by post."""
    val = town.join("Val", "vso", "Harbour")
    town.join("Vic", "vso", "Doorstep")
    beacon = people.find_or_add_organisation(town.authority, "Beacon")
    doorstep = Organisation.objects.get(name="Doorstep")
    reaching.register(town.cycle, doorstep, channel="email", where="vic@doorstep.example", by=town.lead, now=town.now)
    reaching.register(town.cycle, beacon, channel="post", where="1 High Street", by=town.lead, now=town.now)
    return val


def drafted(town, title="What we might buy", text="Help on Fridays", key=None, files=(("budget.pdf", PDF),)):
    release = releasing.draft(town.cycle, releasing.Draft(title, "facts", text), key=key or town.key(), by=town.lead, now=town.now)
    for name, content in files:
        releasing.add_file(release, name, content, by=town.lead, now=town.now)
    release.refresh_from_db()
    return release


def sent(town, now=None, **changes):
    release = drafted(town, **changes)
    assert releasing.send(release, seen=release.turn, by=town.lead, now=now or town.now)
    release.refresh_from_db()
    return release


def page(town, pk=""):
    return f"/cycles/{town.cycle.slug}/releases/{f'{pk}/' if pk else ''}"


def test_fs_01_two_providers_one_absent_have_the_same_files_with_the_same_moment(town, suppliers, posted, later):
    release = drafted(town)
    mails = posted(lambda: releasing.send(release, seen=release.turn, by=town.lead, now=later(60)))
    moments = set(Delivery.objects.values_list("at", flat=True))
    assert moments == {later(60)}, "all three at the same moment, whoever was at any meeting"
    assert {d.organisation.name for d in Delivery.objects.all()} == {"Harbour", "Doorstep", "Beacon"}
    assert [m.to for m in mails] == [["vic@doorstep.example"]]
    link = re.search(r"(/released/\S+)", mails[0].body)[1]
    for client, address in ((town.client(suppliers), page(town, release.pk)), (Client(), link)):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "budget.pdf" in answer.content.decode()
    file = release.files.get()
    got = town.client(suppliers).get(f"{page(town, release.pk)}files/{file.pk}/")
    assert hashlib.sha256(got.content).hexdigest() == file.sha256 == hashlib.sha256(PDF).hexdigest()
    assert Client().get(f"{link}files/{file.pk}/").content == got.content
    log = [(e.organisation.name, e.what) for e in ReleaseEvent.objects.order_by("pk")]
    assert ("Harbour", "shown") in log
    assert ("Doorstep", "sent") in log
    assert ("Harbour", "downloaded") in log
    assert ("Doorstep", "opened") in log
    assert ReleaseEvent.objects.filter(what="downloaded", sha256=file.sha256).count() == 2
    assert Delivery.objects.get(organisation__name="Beacon").done_at is None, "a person posts it"


def test_inv_13_whoever_registers_later_sees_everything_at_once_and_the_log_says_when(town, suppliers, later):
    first = sent(town)
    second = sent(town, title="More", text="Other words")
    town.now = later(7200)
    newcomer = town.join("Nia", "vso", "Newcomers")
    theirs = Delivery.objects.filter(organisation=newcomer.organisation)
    assert {d.release for d in theirs} == {first, second}
    assert all(d.later and d.at == town.now for d in theirs)
    had = {one.organisation.pk: set() for one in registering.registered_in(town.cycle)}
    for delivery in Delivery.objects.filter(about="release"):
        had[delivery.organisation_id].add(delivery.release_id)
    assert set(map(frozenset, had.values())) == {frozenset({first.pk, second.pk})}, "all registered have the same"
    assert registering.catch_up(town.cycle, now=town.now) == 0, "again changes nothing"
    seen = town.client(newcomer).get(page(town)).content.decode()
    assert "What we might buy" in seen
    assert "More" in seen


def test_inv_13_somebody_who_declares_later_that_they_may_bid_is_registered_from_then(town, suppliers, later):
    firm = town.join("Cat", "citizen", "Firm Ltd")
    sent(town)
    assert not Delivery.objects.filter(organisation=firm.organisation).exists()
    people.declare_interest(firm, "potential_bidder", now=later(3600))
    assert Delivery.objects.get(organisation=firm.organisation).at == later(3600)


def test_fs_02_interests_change_any_time_and_all_stay_with_their_day(room):
    town, val = room.town, room.vsos[0]
    client, address = town.client(val), f"/cycles/{town.cycle.slug}/interest/"
    for _ in range(2):  # the form sent twice
        assert client.post(address, {"kind": "potential_bidder"}).status_code == 302
    assert list(val.interests.values_list("kind", flat=True)) == ["none", "potential_bidder"]
    assert client.post(address, {"kind": "king"}).status_code == 422
    proposal = town.propose(room.workshop, val)
    board = town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/").content.decode()
    assert proposal.text in board
    assert "May bid for this service" in board, "the badge stands beside what they put forward"
    assert InterestDeclaration.objects.filter(participant=val).count() == 2
    assert "None of these" in client.get(address).content.decode()


def test_fs_06_a_price_is_asked_about_before_release_and_a_release_can_be_taken_back_before_it_is_out(town, suppliers):
    client = town.client(town.lead)
    release = drafted(town, text="Their bid is £45,000")
    answer = client.post(page(town, release.pk), {"act": "send", "seen": release.turn})
    assert answer.status_code == 422
    assert "£45,000" in answer.content.decode()
    release.refresh_from_db()
    assert release.state == "draft"
    client.post(page(town, release.pk), {"act": "withdraw", "reason": "It named a price"})
    release.refresh_from_db()
    assert (release.state, Delivery.objects.count()) == ("dropped", 0)
    assert town.client(suppliers).get(page(town, release.pk)).status_code == 404, "nobody ever sees it"
    hidden = drafted(town, text="", files=(("prices.csv", b"item,price\nvan,\xc2\xa3900"),))
    assert client.post(page(town, hidden.pk), {"act": "send", "seen": hidden.turn}).status_code == 422, "also in a file of plain text"
    assert client.post(page(town, hidden.pk), {"act": "send", "seen": hidden.turn, "sure": "yes"}).status_code == 302
    hidden.refresh_from_db()
    assert hidden.state == "sent"


def test_a_release_withdrawn_after_opening_stays_in_the_log_and_everybody_is_told_once(town, suppliers, posted, later):
    release = drafted(town)
    posted(lambda: releasing.send(release, seen=release.turn, by=town.lead, now=town.now))
    client = town.client(suppliers)
    client.get(page(town, release.pk))
    file = release.files.get()
    post = Delivery.objects.get(channel="post")
    releasing.done_by_hand(post, happened_at=later(60), note="First class", by=town.lead, now=later(120))
    mails = posted(lambda: releasing.withdraw(release, reason="Wrong year", by=town.lead, now=later(200)))
    assert [m.to for m in mails] == [["vic@doorstep.example"]]
    assert "Wrong year" in mails[0].body
    again = posted(lambda: releasing.withdraw(release, reason="Wrong year", by=town.lead, now=later(201)))
    assert not again
    assert Delivery.objects.filter(about="withdrawal").count() == 3, "told once, whoever presses again"
    assert Delivery.objects.get(about="withdrawal", channel="post").done_at is None, "the letter about it waits for a person"
    seen = client.get(page(town, release.pk)).content.decode()
    assert "Wrong year" in seen
    assert "Help on Fridays" not in seen
    assert "budget.pdf" not in seen
    assert client.get(f"{page(town, release.pk)}files/{file.pk}/").status_code == 404
    link = re.search(r"(/released/\S+)", mails[0].body)[1]
    assert "Wrong year" in Client().get(link).content.decode()
    officer = town.client(town.lead).get(page(town, release.pk)).content.decode()
    assert "Opened" in officer
    assert "Harbour" in officer
    with pytest.raises(Refused, match="withdrawn"):
        releasing.send(release, seen=release.turn, by=town.lead, now=later(300))


def test_two_officers_at_once_make_one_release_and_only_of_what_was_seen(town, suppliers):
    other = town.join("Olga", "commissioner", role="champion")
    release = drafted(town, key="same")
    assert drafted(town, key="same", files=()).pk == release.pk, "the same form twice is one"
    with pytest.raises(Refused, match="changed"):
        releasing.send(release, seen=release.turn - 1, by=other, now=town.now)
    assert releasing.send(release, seen=release.turn, by=other, now=town.now)
    assert not releasing.send(release, seen=release.turn, by=town.lead, now=town.now)
    assert Delivery.objects.count() == 3
    copy = drafted(town)
    with pytest.raises(Refused, match="before"):
        releasing.send(copy, seen=copy.turn, by=town.lead, now=town.now)
    answer = town.client(town.lead).post(page(town, release.pk), {"act": "send", "seen": 0}, follow=True)
    assert "released already" in answer.content.decode()


def test_what_is_out_never_changes_and_its_log_only_grows(town, suppliers):
    release = sent(town)
    with pytest.raises(Refused):
        releasing.change(release, releasing.Draft("Other"), seen=release.turn, by=town.lead, now=town.now)
    with pytest.raises(Refused):
        releasing.add_file(release, "x.pdf", PDF + b"2", by=town.lead, now=town.now)
    for change in (
        lambda: Release.objects.filter(pk=release.pk).update(text="Other"),
        lambda: ReleaseEvent.objects.update(note="Other"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_only_officers_release_and_strangers_see_only_what_is_public(town, suppliers):
    release, hidden = sent(town), drafted(town, title="Not yet", text="Later")
    for who in (suppliers, town.join("Cat"), town.facilitator):
        with pytest.raises(Refused):
            releasing.send(hidden, seen=hidden.turn, by=who, now=town.now)
        client = town.client(who)
        assert client.get(f"{page(town)}new/").status_code == 404
        assert client.get(page(town, hidden.pk)).status_code == 404
        assert client.post(page(town, release.pk), {"act": "withdraw", "reason": "x"}).status_code == 404
        assert "Not yet" not in client.get(page(town)).content.decode()
    assert Client().get(page(town)).status_code == 404
    town.cycle.public_at = town.now
    town.cycle.save()
    assert "What we might buy" in Client().get(page(town)).content.decode()
    public = Client().get(page(town, release.pk)).content.decode()
    assert "Help on Fridays" in public
    assert "Harbour" not in public, "who had it is no business of the public"
    assert Client().get(f"{page(town, release.pk)}files/{release.files.get().pk}/").status_code == 200
    assert not ReleaseEvent.objects.filter(what="downloaded").exists(), "nobody known, nothing noted"
    assert "Doorstep" not in town.client(suppliers).get(page(town, release.pk)).content.decode(), "a supplier sees its own line only"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("budget.exe", b"MZ"),
        ("budget.pdf", b"<html>"),
        ("macro.docm", b"PK\x03\x04"),
        ("words.txt", b"a\0b"),
        ("none", b"x"),
        ("big.txt", b"x" * (10 * 1024 * 1024 + 1)),
    ],
)
def test_files_that_cannot_be_shared_are_refused_with_a_sentence(town, name, content):
    release = drafted(town, files=())
    answer = town.client(town.lead).post(page(town, release.pk), {"act": "file", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not release.files.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\papers\\plan.PDF", "plan.pdf"),
        ("plan\u202efdp.txt", "planfdp.txt"),
        ('a"b\r\nSet-Cookie: x.txt', "a_bSet-Cookie_ x.txt"),
        (".htaccess.txt", "htaccess.txt"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("Cynllun gwasanaeth ŵyl.pdf", "Cynllun gwasanaeth ŵyl.pdf"),
        ("", "file"),
    ],
)
def test_names_of_files_are_made_safe(given, kept):
    assert release_rules.safe_name(given) == kept


def test_html_and_pictures_with_scripts_are_only_ever_downloads(town, suppliers):
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    release = sent(town, files=(("drawing.svg", script), ("page.html", b"<script>alert(1)</script>")))
    for file in release.files.all():
        got = town.client(suppliers).get(f"{page(town, release.pk)}files/{file.pk}/")
        assert got["Content-Type"] == "application/octet-stream"
        assert got["Content-Disposition"].startswith("attachment")
        assert "sandbox" in got["Content-Security-Policy"]
        assert got["X-Content-Type-Options"] == "nosniff"


def test_the_same_file_twice_is_one_and_a_form_sent_twice_makes_one_release(town):
    client = town.client(town.lead)
    form = {"title": "Plan", "kind": "draft", "text": "", "key": "k1"}
    for _ in range(2):
        answer = client.post(f"{page(town)}new/", form | {"file": SimpleUploadedFile("plan.pdf", PDF)})
        assert answer.status_code == 302
    release = Release.objects.get()
    client.post(page(town, release.pk), {"act": "file", "file": SimpleUploadedFile("again.pdf", PDF)})
    assert [f.name for f in release.files.all()] == ["plan.pdf"]
    empty = drafted(town, title="Empty", text="", files=())
    answer = client.post(page(town, empty.pk), {"act": "send", "seen": 0})
    assert answer.status_code == 409
    assert "empty release" in answer.content.decode()


def test_an_e_mail_that_fails_is_tried_again_and_goes_once(town, suppliers, settings, monkeypatch):
    release = drafted(town)
    releasing.send(release, seen=release.turn, by=town.lead, now=town.now)
    delivery = Delivery.objects.get(channel="email")
    held = release_letters.hold(delivery.pk, now=town.now)
    assert release_letters.hold(delivery.pk, now=town.now) is None, "of two workers one sends"
    monkeypatch.setattr(release_letters, "compose", lambda one: 1 / 0)
    with pytest.raises(release_letters.DeliveryError):
        release_letters.deliver(held, now=town.now)
    monkeypatch.undo()
    assert release_letters.to_try_again(town.now) == [delivery.pk]
    for _ in range(2):
        tasks.send_delivery(delivery.pk)
    assert len(mail.outbox) == 1
    assert ReleaseEvent.objects.filter(what="sent").count() == 1


def test_post_is_logged_by_the_officer_who_did_it_and_never_before_the_release(town, suppliers, later):
    release = sent(town)
    delivery = Delivery.objects.get(channel="post")
    client = town.client(town.lead)
    for wrong in ("2001-01-01T10:00", "2999-01-01T10:00"):
        assert client.post(page(town, release.pk), {"act": "by_hand", "delivery": delivery.pk, "happened_at": wrong}).status_code == 409
    assert releasing.done_by_hand(delivery, happened_at=later(10), note="", by=town.lead, now=later(20))
    assert not releasing.done_by_hand(delivery, happened_at=later(10), note="", by=town.lead, now=later(20))
    event = ReleaseEvent.objects.get(what="posted")
    assert (event.by, event.happened_at) == (town.lead, later(10))


def test_fs_08_a_call_is_logged_with_its_summary_by_officers_and_by_suppliers_themselves(town, suppliers):
    address = f"/cycles/{town.cycle.slug}/contacts/"
    told = {
        "kind": "call",
        "happened_at": "2026-01-02T10:00",
        "minutes": "20",
        "who": "Val and Lee",
        "summary": "What they do",
        "key": "c1",
    }
    for _ in range(2):
        assert town.client(town.lead).post(address, told | {"organisation": "Harbour"}).status_code == 302
    contact = SupplierContact.objects.get()
    assert (contact.organisation.name, contact.minutes, contact.by) == ("Harbour", 20, town.lead)
    own = town.client(suppliers)
    assert own.post(address, told | {"organisation": "Doorstep", "key": "c2", "summary": "We asked"}).status_code == 302
    assert SupplierContact.objects.get(key="c2").organisation.name == "Harbour", "a supplier logs its own, whatever it sends"
    vic = people.Participant.objects.get(display_name="Vic")
    assert "What they do" not in town.client(vic).get(address).content.decode()
    assert town.client(town.join("Cat")).get(address).status_code == 404
    assert own.post(address, told | {"happened_at": "2999-01-01T10:00", "key": "c3"}).status_code == 409
    assert Minute.objects.filter(act="contact").count() == 2


def test_a_supplier_chooses_how_it_is_reached_and_only_for_itself(town, suppliers):
    client, address = town.client(suppliers), f"{page(town)}recipients/"
    assert client.post(address, {"channel": "email", "where": "not an address"}).status_code == 422
    assert client.post(address, {"channel": "phone", "where": "0800 1", "organisation": "Beacon"}).status_code == 302
    ways = {one.organisation.name: one.channel for one in registering.registered_in(town.cycle)}
    assert ways == {"Harbour": "phone", "Doorstep": "email", "Beacon": "post"}
    assert "1 High Street" not in client.get(address).content.decode()
    assert not Minute.objects.filter(what__contains="0800").exists()


def test_a_file_given_to_one_becomes_a_release_for_all_in_one_press(town, suppliers):
    met = contacting.Met("visit", "Val", town.now, "We showed it", None, (("budget.pdf", PDF),))
    contact = contacting.log(town.cycle, suppliers.organisation, met, key="v", by=town.lead, now=town.now)
    answer = town.client(town.lead).post(f"/cycles/{town.cycle.slug}/contacts/", {"act": "even_out", "contact": contact.pk})
    release = Release.objects.get()
    assert answer.headers["Location"] == page(town, release.pk)
    assert release.files.get().sha256 == contact.files.get().sha256


def test_a_link_of_nobody_and_a_broken_one_are_not_there(town, suppliers):
    release = sent(town)
    token = release_letters.link_token(release.deliveries.first())
    for wrong in ("x", f"{token}x", token.replace(":", ":a", 1), "1:"):
        assert Client().get(f"/released/{wrong}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_of_releases_do_not_grow(town, rows):
    for n in range(rows):
        town.join(f"V{n}", "vso", f"Org {n}")
    for n in range(rows):
        release = sent(town, title=f"Release {n}", text=f"Words {n}")
    contacting.log(
        town.cycle, Organisation.objects.first(), contacting.Met("call", "A", town.now, "B"), key="c", by=town.lead, now=town.now
    )
    taken = {}
    for address in (page(town), page(town, release.pk), f"{page(town)}recipients/", f"/cycles/{town.cycle.slug}/contacts/"):
        client = town.client(town.lead)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        taken[address.split("/", 3)[3].replace(str(release.pk), "N")] = len(queries)
    assert taken == {"releases/": 7, "releases/N/": 9, "releases/recipients/": 7, "contacts/": 11}


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_officers_who_press_at_once_while_suppliers_join_make_one_release_that_reaches_everybody():
    from tests.conftest import make_town

    town = make_town("Hurry")
    town.join("Val", "vso", "Harbour")
    release = drafted(town)
    start, did, wrong = threading.Barrier(8), [], []

    def doing(work):
        start.wait()
        try:
            did.append(work())
        except Exception as why:  # noqa: BLE001 (whatever it is, nobody may be told that it went wrong)
            wrong.append(why)
        finally:
            connection.close()

    def presses():
        return releasing.send(Release.objects.get(pk=release.pk), seen=release.turn, by=town.lead, now=town.now)

    work = [presses] * 4 + [lambda n=n: bool(town.join(f"V{n}", "vso", f"Org {n}")) and None for n in range(4)]
    threads = [threading.Thread(target=doing, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    assert sorted(one for one in did if one is not None) == [False, False, False, True]
    assert Delivery.objects.count() == 5 == len(registering.registered_in(town.cycle)), "each supplier once, whenever it joined"


def test_somebody_who_types_the_name_of_a_supplier_does_not_read_or_move_what_is_its_own(town, suppliers):
    told = contacting.Met("call", "Val and Lee", town.now, "They may have to close", None)
    contacting.log(town.cycle, suppliers.organisation, told, key="v", by=town.lead, now=town.now)
    release = sent(town)
    eve = town.join("Eve", "vso", "harbour")
    assert eve.organisation == suppliers.organisation
    client = town.client(eve)
    assert client.get(f"/cycles/{town.cycle.slug}/contacts/").status_code == 404
    assert client.post(f"{page(town)}recipients/", {"channel": "email", "where": "eve@rival.example"}).status_code == 404
    assert client.get(f"/cycles/{town.cycle.slug}/fairness/").status_code == 404
    with pytest.raises(Refused):
        reaching.register(town.cycle, eve.organisation, channel="email", where="eve@rival.example", by=eve, now=town.now)
    with pytest.raises(Refused):
        contacting.log(town.cycle, eve.organisation, told, key="e", by=eve, now=town.now)
    client.get(page(town, release.pk))
    assert not ReleaseEvent.objects.filter(what="opened").exists(), "nobody opened it for Harbour"
    assert town.client(suppliers).get(f"/cycles/{town.cycle.slug}/contacts/").status_code == 200


def test_a_release_that_is_only_begun_is_not_named_to_the_supplier_whose_file_it_is(town, suppliers):
    met = contacting.Met("visit", "Val", town.now, "We showed it", None, (("budget.pdf", PDF),))
    contact = contacting.log(town.cycle, suppliers.organisation, met, key="v", by=town.lead, now=town.now)
    contacting.even_out(contact, title="Our new ceiling", by=town.lead, now=town.now)
    address = f"/cycles/{town.cycle.slug}/contacts/"
    assert "Our new ceiling" in town.client(town.lead).get(address).content.decode()
    assert "Our new ceiling" not in town.client(suppliers).get(address).content.decode()


def test_nothing_is_posted_after_a_withdrawal_and_a_letter_posted_before_is_followed_by_the_news(town, suppliers, later):
    release = sent(town)
    post = Delivery.objects.get(channel="post")
    releasing.withdraw(release, reason="Wrong year", by=town.lead, now=later(100))
    officer = town.client(town.lead).get(page(town, release.pk)).content.decode()
    assert "Beacon waits" not in officer
    with pytest.raises(Refused, match="withdrawn"):
        releasing.done_by_hand(post, happened_at=later(150), note="", by=town.lead, now=later(200))
    assert releasing.done_by_hand(post, happened_at=later(50), note="", by=town.lead, now=later(200))
    told = Delivery.objects.get(about="withdrawal", channel="post")
    assert (told.organisation.name, told.at) == ("Beacon", later(200))


def test_an_e_mail_that_is_on_its_way_when_a_release_is_withdrawn_is_followed_by_the_news(town, suppliers, later):
    release = sent(town)
    mail_out = Delivery.objects.get(channel="email")
    assert release_letters.hold(mail_out.pk, now=later(5))
    releasing.withdraw(release, reason="Wrong year", by=town.lead, now=later(6))
    assert Delivery.objects.filter(about="withdrawal", channel="email").count() == 1


def test_asking_only_for_the_head_of_a_page_or_for_endless_numbers_opens_nothing(town, suppliers):
    release = sent(town)
    link = f"/released/{release_letters.link_token(release.deliveries.get(channel='email'))}/"
    assert Client().head(link).status_code == 200
    assert not ReleaseEvent.objects.filter(what="opened").exists()
    client, endless = town.client(town.lead), "9" * 40
    for address in (page(town, endless), f"{page(town, release.pk)}files/{endless}/", f"{link}files/{endless}/"):
        assert client.get(address).status_code == 404, address
    changed = {"act": "by_hand", "delivery": endless, "happened_at": "2026-01-02T10:00"}
    assert client.post(page(town, release.pk), changed).status_code in (404, 409)


def test_an_address_somebody_typed_for_a_supplier_on_the_open_map_gets_no_letter_before_it_is_checked(town, suppliers):
    town.cycle.public_at = town.now
    town.cycle.save()
    draft = providers.Draft("Doorstep", "small", channel="email", reach_at="eve@rival.example")
    providers.put_itself(town.cycle, draft, now=town.now)
    stranger = providers.Draft("Nobody Asked", "small", channel="email", reach_at="victim@example.net")
    entry, __, __ = providers.put_itself(town.cycle, stranger, now=town.now)
    ways = {one.organisation.name: one.where for one in registering.registered_in(town.cycle)}
    assert ways["Doorstep"] == "vic@doorstep.example", "what an officer registered stands"
    assert ways["Nobody Asked"] == ""
    providers.verify(entry, by=town.lead, now=town.now)
    assert {one.organisation.name: one.where for one in registering.registered_in(town.cycle)}["Nobody Asked"] == "victim@example.net"


def test_whoever_comes_later_with_the_open_code_does_not_act_for_a_supplier_officers_knew_before(town, suppliers, later):
    """Beacon was registered by an officer, and nobody from it was here: the first to type its name is not yet Beacon."""
    beacon = Organisation.objects.get(name="Beacon")
    told = contacting.Met("call", "Bo and Lee", town.now, "They may have to close", None)
    contacting.log(town.cycle, beacon, told, key="b", by=town.lead, now=town.now)
    town.now = later(3600)
    eve, bo = town.join("Eve", "vso", "Beacon"), town.join("Bo", "vso", "Beacon", invited=True)
    for address in ("contacts/", "releases/recipients/", "fairness/"):
        assert town.client(eve).get(f"/cycles/{town.cycle.slug}/{address}").status_code == 404, address
    with pytest.raises(Refused):
        reaching.register(town.cycle, beacon, channel="email", where="eve@rival.example", by=eve, now=town.now)
    assert "They may have to close" in town.client(bo).get(f"/cycles/{town.cycle.slug}/contacts/").content.decode()
