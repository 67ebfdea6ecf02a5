"""A reader without a mouse: what has the focus, and whether it can be seen."""

from __future__ import annotations

from typing import Any

from browsing import Reader

MOST_STOPS = 150
# The focused element of a frame: its name, and how it and what is around it look.
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const name = e.getAttribute("aria-label") || e.innerText || e.value || "";
  return { tag: e.tagName, role: e.getAttribute("role") || "", name: name.trim().split("\\n")[0] };
}"""
LOOKS = """() => {
  const e = window.mgFocused || (window.mgFocused = document.activeElement);
  const root = e.closest("[data-testid^=st]") || e;
  return [e, e.parentElement, ...root.querySelectorAll("*")].slice(0, 80).map((one) => {
    const s = getComputedStyle(one);
    return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor, s.backgroundColor,
      s.color].join();
  }).join(";");
}"""


class Keys:
    """A reader without a mouse."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page = reader, reader.page
        self.unseen: list[str] = []
        self.frames_left = 0
        self.page.add_style_tag(content="* { transition: none !important; }")

    def focused(self) -> tuple[Any, dict[str, str] | None]:
        """The frame that has the focus, and the element in it."""
        found = self.page.evaluate(FOCUSED)
        if found and found["tag"] == "IFRAME":
            handle = self.page.evaluate_handle("document.activeElement").as_element()
            frame = handle.content_frame()
            return frame, frame.evaluate(FOCUSED)
        return self.page, found

    def press(self, key: str) -> dict[str, str] | None:
        """Press Tab (or Shift+Tab) and note a stop at which the focus cannot be seen."""
        before, _ = self.focused()
        self.page.keyboard.press(key)
        frame, found = self.focused()
        self.frames_left += before is not self.page and frame is self.page
        if found and not self._visible(frame):
            self.unseen.append(f"{found} in {frame.url}")
        return found

    def _visible(self, frame: Any) -> bool:
        looks = frame.evaluate(LOOKS)
        frame.evaluate("mgFocused.blur()")
        without = frame.evaluate(LOOKS)
        frame.evaluate("mgFocused.focus(); delete window.mgFocused")
        return bool(looks != without)

    def to(self, name: str, role: str = "") -> None:
        """Go on with Tab until an element has the focus."""
        passed: list[str] = []
        for _ in range(MOST_STOPS):
            found = self.press("Tab")
            if found and found["name"] == name and role in (found["role"], found["tag"]):
                return
            passed.append(found["name"] if found else "-")
        raise AssertionError(f"{name} was not reached by Tab; passed {passed}")

    def type(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
