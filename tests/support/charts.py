"""Charts as a reader sees them: widths to try, texts with their boxes, none over another."""

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg

from helpers.charts.style import house_style

WIDTHS = [7.0, 3.9]

HAN = "深圳市战略性新兴产业增加值占地区生产总值比重，超过规划目标。" * 2


def lines(figure, gid):
    return [line for axes in figure.axes for line in axes.get_lines() if line.get_gid() == gid]


def drawn(figure):
    """Draw a figure as notebooks do."""
    with house_style():
        FigureCanvasAgg(figure).draw()


def written(figure):
    """Every text that is seen: its words and its box in pixels."""
    drawn(figure)
    texts = list(figure.texts)
    for legend in figure.legends:
        texts += legend.get_texts()
    for axes in figure.axes:
        texts += [*axes.texts, axes.xaxis.label, axes.yaxis.label]
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
            texts += [label for place, label in ticks if low <= place <= high]
    seen = [text for text in texts if text.get_visible() and text.get_text().strip()]
    with house_style():
        return [(text.get_text(), text.get_window_extent()) for text in seen]


def assert_readable(figure):
    """Nothing reaches over the edge and no text covers another."""
    texts = written(figure)
    width, height = figure.bbox.width, figure.bbox.height
    for words, box in texts:
        assert box.x0 >= 0 and box.y0 >= 0, words
        assert box.x1 <= width and box.y1 <= height, words
    for i, (words, box) in enumerate(texts):
        for other, its in texts[i + 1 :]:
            across = min(box.x1, its.x1) - max(box.x0, its.x0)
            along = min(box.y1, its.y1) - max(box.y0, its.y0)
            assert across < 1 or along < 2, f"{words!r} covers {other!r}"
    sizes = {text.get_fontsize() for text in figure.findobj(mpl.text.Text) if text.get_text()}
    assert min(sizes) >= 9
