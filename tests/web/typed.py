"""What a browser without scripts makes of a form: what it would send, and what it says is wrong."""

from html.parser import HTMLParser


class Typed(HTMLParser):
    """The form with this id. `values` is what would be sent, `refusals` the words by id."""

    def __init__(self, html: str, form: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.refusals: dict[str, str] = {}
        self._wanted = form
        self._inside = False
        self._area = ""
        self._refusal = ""
        self._select = ""
        self.feed(html)
        if not self.values:
            raise AssertionError(f"there is no form {form} in {html}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what a control holds when the page is loaded."""
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = at.get("id") == self._wanted
        if not self._inside:
            return
        match tag:
            case "input" if at.get("type") not in ("radio", "checkbox") or "checked" in at:
                self.values[at["name"]] = at.get("value", "")
            case "textarea":
                self._area = at["name"]
                self.values[self._area] = ""
            case "select":
                self._select = at["name"]
            case "option" if "selected" in at or self._select not in self.values:
                self.values[self._select] = at["value"]
        if "refusal" in at.get("class", "").split():
            self._refusal = at["id"]

    def handle_endtag(self, tag: str) -> None:
        """Closes what was open."""
        match tag:
            case "form":
                self._inside = False
            case "textarea" if self._area:
                # A browser drops the line end that follows the tag.
                self.values[self._area] = self.values[self._area].removeprefix("\n")
                self._area = ""
            case "p" | "div":
                self._refusal = ""

    def handle_data(self, data: str) -> None:
        """Text of a text field or of a refusal."""
        if self._inside and self._area:
            self.values[self._area] += data
        elif self._inside and self._refusal and data.strip():
            self.refusals[self._refusal] = data.strip()
