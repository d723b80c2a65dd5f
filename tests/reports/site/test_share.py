"""What a front page is when it is passed on: description, picture and address."""

import re
from dataclasses import replace
from math import nan

import pytest

from helpers.apps.cli import main
from helpers.reports.report import ReportResult
from helpers.reports.site.headline import board, headline
from helpers.reports.site.layout import Front, SiteContent, write_fronts, write_pictures
from helpers.reports.site.share import share_picture
from helpers.reports.store.fingerprints import take_inputs
from helpers.reports.store.request import ReportRequest, check_request
from helpers.reports.store.run import RequestError
from helpers.wording.language import CODES, LANGUAGES
from support.verdicts import verdict

DAY = "2026-11-28"


def content(**more):
    fronts = tuple(
        Front(one, (verdict(language=one), verdict({"state": "missed", "probability": nan,
              "latest_value": 3.6, "target_id": "t2"}, {"target_id": "t2"}, language=one)))
        for one in LANGUAGES
    )  # fmt: skip
    return SiteContent(DAY, fronts=fronts, **more)


def named(page):
    tags = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)
    return dict(tags) | dict(re.findall(r'<link rel="(canonical)" href="([^"]*)">', page))


def test_a_page_describes_itself_and_names_its_address_where_it_is_known(tmp_path):
    made = content(address="https://example.org/targets/", pictured=True)
    for file, front in zip(write_fronts(made, tmp_path), made.fronts, strict=True):
        page = file.read_text("utf-8")
        tags = named(page)
        assert tags["og:title"] == headline(front).replace("&", "&amp;")
        assert tags["description"] == tags["og:description"]
        assert front.language.long_day(DAY) in tags["description"]
        address = f"https://example.org/targets/{DAY}/{file.name}"
        assert tags["canonical"] == tags["og:url"] == address
        assert re.fullmatch(
            rf"https://example.org/targets/{DAY}/share(-\w\w)?.png", tags["og:image"]
        )
        assert f"&lt;iframe src=&#34;{address}" in page or f'&lt;iframe src="{address}"' in page
    assert (
        len({named(path.read_text("utf-8"))["og:image"] for path in tmp_path.glob("*.html")}) == 3
    )


def test_without_an_address_none_is_claimed(tmp_path):
    for file in write_fronts(content(), tmp_path):
        page = file.read_text("utf-8")
        assert not {"canonical", "og:url", "og:image"} & set(named(page))
        assert "iframe" not in page
        assert 'rel="icon" href="data:image/svg+xml;base64,' in page


def test_each_language_has_a_picture_of_the_size_that_networks_show(tmp_path):
    pytest.importorskip("resvg_py")
    assert write_pictures(content(), tmp_path)
    pictures = sorted(tmp_path.glob("share*.png"))
    assert [path.name for path in pictures] == ["share-ja.png", "share-zh.png", "share.png"]
    for path in pictures:
        head = path.read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1200, 630)


@pytest.mark.parametrize("code", CODES)
def test_a_picture_says_what_the_page_says_and_covers_nothing(code):
    front = content().fronts[CODES.index(code)]
    for title in (headline(front), headline(front) * 3):
        svg = share_picture(title, board(front), "foot", front.language)
        heights = [float(y) for y in re.findall(r'<text x="32" y="([\d.]+)"', svg)]
        rows = [float(y) for y in re.findall(r'<rect x="32" y="([\d.]+)"', svg)]
        assert len(rows) == len(front.headline)
        assert max(y for y in heights if y < 300) < min(rows)
        for one in front.headline:
            for words in (one.said.heading, one.said.shortfall, one.said.asked, one.said.latest):
                assert words.replace("\xa0", " ") in svg, words


@pytest.mark.parametrize("address", ["example.org", "javascript:alert(1)", 'https://a"b'])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(RequestError, match="write it in full"):
        check_request(ReportRequest(as_of=DAY, site_address=address))


def test_the_command_takes_the_address_and_the_report_is_another_one(monkeypatch, capsys):
    asked = []

    def make_report(request):
        asked.append(request)
        return ReportResult("unchanged", 0.0, message="none due")

    monkeypatch.setattr("helpers.reports.report.make_report", make_report)
    assert main(["report", "--as-of", DAY, "--site-address", "https://example.org/t"]) == 0
    [request] = asked
    assert request.site_address == "https://example.org/t"
    requests = (request, replace(request, site_address=""))
    first, second = (take_inputs(one).totals for one in requests)
    assert {name for name in first if first[name] != second[name]} == {"pages"}
