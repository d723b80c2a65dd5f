"""The measures of the browser tests find what they are made for, and no more."""

import pytest

from browser import measures
from browser.chromium import find_chromium, running_browser
from browser.visits import DESK, PHONE, visit

PLAIN = "<h1>Title</h1><p>Some words.</p><p><a href='#'>A link</a></p>"


@pytest.fixture(scope="module")
def browser():
    with running_browser() as opened:
        yield opened


@pytest.fixture
def planted(browser, tmp_path):
    def open_page(body, style="", head="", width=DESK):
        path = tmp_path / "page.html"
        path.write_text(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Planted</title>'
            '<meta name="viewport" content="width=device-width">'
            f"{head}<style>{style}</style></head><body><main>{body}</main></body></html>",
            encoding="utf-8",
        )
        seen = visit(browser, path.as_uri(), width)
        opened.append(seen)
        return seen

    opened = []
    yield open_page
    for seen in opened:
        seen.page.close()


def test_a_plain_page_has_no_fault(planted):
    seen = planted(
        PLAIN + "<div style='overflow-x:auto' tabindex=0><pre>" + "wide " * 99 + "</pre></div>"
    )
    page = seen.page
    assert not measures.small_text(page)
    assert not measures.clipped_text(page)
    assert not measures.overlapping_text(page)
    assert measures.sideways(page) == 0
    assert not measures.dead_links(page)
    assert not measures.violations(page)
    assert not measures.keyboard_faults(page)
    assert (seen.faults, seen.outside) == ([], [])


def test_small_text_is_measured_as_it_stands_on_the_screen(planted):
    drawing = "<svg viewBox='0 0 800 99' width='{}'><text y='50' font-size='16'>lines</text></svg>"
    assert not measures.small_text(planted(PLAIN + drawing.format(800)).page)
    found = measures.small_text(planted(PLAIN + drawing.format(400)).page)
    assert len(found) == 1
    assert found[0].startswith('8.0 px: "lines" in')
    found = measures.small_text(planted(PLAIN + "<p style='font-size:8px'>fine print</p>").page)
    assert '"fine print"' in found[0]


def test_clipped_text_is_found_in_boxes_and_drawings(planted):
    box = "<div style='width:60px;overflow:hidden;white-space:nowrap'>a sentence too long</div>"
    assert '"a sentence too long" leaves' in measures.clipped_text(planted(PLAIN + box).page)[0]
    drawing = "<svg width='100' height='40'><text x='60' y='20'>beyond the edge</text></svg>"
    assert '"beyond the edge" leaves' in measures.clipped_text(planted(PLAIN + drawing).page)[0]


def test_text_for_screen_readers_alone_is_no_fault(planted):
    style = "span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
    body = PLAIN + "<span>aside</span><details><summary>more</summary>text</details>"
    page = planted(body, style).page
    assert not measures.clipped_text(page)
    assert not measures.overlapping_text(page)


def test_overlapping_text_is_found_in_pages_and_drawings(planted):
    style = "div{position:relative} p{margin:0} .over{position:absolute;top:0}"
    over = "<div><p>first line of words</p><p class='over'>second line</p></div>"
    found = measures.overlapping_text(planted(PLAIN + over, style).page)
    assert found == ['"first line of words" and "second line" in body > main > div > p']
    drawing = "<svg><text x='9' y='30'>label one</text><text x='40' y='32'>label two</text></svg>"
    found = measures.overlapping_text(planted(PLAIN + drawing).page)
    assert found[0].startswith('"label one" and "label two"')


def test_lines_set_close_do_not_overlap(planted):
    page = planted(
        "<p style='line-height:1.05'>" + "several words <b>in bold</b> " * 60 + "</p>"
    ).page
    assert not measures.overlapping_text(page)


def test_sideways_scroll_is_measured_at_phone_width(planted):
    seen = planted(PLAIN + "<div style='width:500px'>wide</div>", width=PHONE)
    assert measures.sideways(seen.page) > 100
    assert measures.sideways(seen.seen_at(DESK)) == 0


def test_dead_links_are_named(planted, tmp_path):
    (tmp_path / "other.html").write_text('<p id="here">x</p>')
    links = "<a href='other.html#here'>a</a><a href='other.html#gone'>b</a><a href='none.csv'>c</a>"
    found = measures.dead_links(planted(PLAIN + links).page)
    assert [line.rsplit("/", 1)[1] for line in found] == [
        "other.html#gone: no such place on the page",
        "none.csv: no such file",
    ]


def test_a_request_that_leaves_the_machine_is_stopped_and_named(planted):
    seen = planted(PLAIN, head="<link rel='stylesheet' href='http://example.invalid/a.css'>")
    assert seen.outside == ["http://example.invalid/a.css"]


def test_an_error_on_the_console_is_a_fault(planted):
    seen = planted(PLAIN + "<script>console.error('planted'); missing()</script>")
    assert seen.faults[0] == "planted"
    assert "missing is not defined" in seen.faults[1]


def test_axe_finds_contrast_in_each_scheme_and_missing_alternatives(planted):
    dark = "@media (prefers-color-scheme: dark){p, a{color:#fff;background:#000}}"
    style = f"p{{color:#777;background:#777}} {dark}"
    seen = planted(PLAIN, style)
    assert any("color-contrast" in line for line in measures.violations(seen.page))
    assert not measures.violations(seen.seen_at(DESK, "dark"))
    pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
    found = measures.violations(planted(PLAIN + f"<img src='{pixel}'>").page)
    assert any(line.startswith("image-alt (critical)") for line in found)


def test_keyboard_faults_are_found(planted):
    links = "".join(f"<p><a href='#{n}'>link {n}</a></p>" for n in range(3))
    assert not measures.keyboard_faults(planted(links).page)
    hidden = measures.keyboard_faults(planted(links, "a:focus{outline:none}").page)
    assert len(hidden) == 3
    assert hidden[0] == "no visible focus: 'link 0'"
    order = links + "<a href='#' tabindex='5'>first</a>"
    assert any("order of Tab" in line for line in measures.keyboard_faults(planted(order).page))
    unreached = links + "<a href='#' tabindex='-1'>never</a>"
    found = measures.keyboard_faults(planted(unreached).page)
    assert found == ["Tab reaches 3 places of 4"]


@pytest.mark.slow
def test_without_a_browser_the_word_is_clear_and_ci_does_not_pass(monkeypatch):
    monkeypatch.setattr("browser.chromium.shutil.which", lambda name: None)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        find_chromium()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Chromium found"):
        find_chromium()
