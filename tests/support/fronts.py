"""Front pages of a plan without its notebooks: from the verdicts alone, in every language."""

from helpers.reports.site.edition import read_front
from helpers.reports.site.layout import SiteContent, write_fronts, write_pages
from helpers.targets.assessment import assess
from helpers.targets.statements import statement_table
from helpers.wording.language import LANGUAGES


def front_pages(raw, folder, as_of):
    """Write the pages below a folder; return the fronts and the pages by their names."""
    tables = folder / "tables"
    tables.mkdir()
    verdicts = assess(raw, as_of)
    verdicts.to_csv(tables / "assessment.csv", index=False)
    statement_table(verdicts, raw).to_csv(tables / "statements.csv", index=False)
    fronts = tuple(read_front(tables, raw, language) for language in LANGUAGES)
    content = SiteContent(as_of=as_of, fronts=fronts)
    write_fronts(content, folder)
    write_pages(content, folder)
    return fronts, {path.name: path.read_text("utf-8") for path in folder.glob("*.html")}
