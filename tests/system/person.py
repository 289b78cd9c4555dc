"""A person at a browser, without a browser: opens pages, fills in their forms and sends them."""

import re
import socketserver
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlencode, urljoin, urlsplit

Fields = dict[str, str | list[str]]


@dataclass
class Form:
    """A form of a page with the values that it shows."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        if not self.found:
            return
        form = self.found[-1]
        if tag in {"input", "select", "textarea", "button"} and name:
            form.names.add(name)
        if tag == "input" and name:
            kind = given.get("type", "text")
            box = kind in {"checkbox", "radio"}
            value = given.get("value", "on" if box else "")
            if box:
                form.choices.setdefault(name, []).append(value)
            if (not box and kind not in {"submit", "file"}) or "checked" in given:
                form.values.setdefault(name, []).append(value)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            form.values.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            form.values.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self._area and self.found:
            self.found[-1].values[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


class Person:
    """Somebody who uses the product over HTTP, as behind a proxy that speaks TLS."""

    def __init__(self, url: str) -> None:
        self.url, self.at = url, "/"
        # Cookies are for TLS only; the proxy that would speak it is left out here.
        jar = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar)
        )

    def _call(self, path: str, data: bytes | None = None) -> tuple[int, str]:
        headers = {
            "X-Forwarded-Proto": "https",
            "Referer": self.url.replace("http://", "https://") + self.at,
        }
        request = urllib.request.Request(urljoin(self.url, path), data, headers)
        try:
            answer = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            self.at = urlsplit(answer.url or path).path
            return int(answer.status or 0), answer.read().decode()

    def open(self, path: str, *, expect: int = 200) -> str:
        status, text = self._call(path)
        assert status == expect, f"{path}: {status}\n{shown(text)}"
        return text

    def submit(self, path: str, action: str = "", **given: str | list[str]) -> str:
        """Open a page, fill in its form with this action, send it, and return the page that follows."""
        text = self.open(path)
        form = self._form(text, action or self.at, set(given))
        values: dict[str, list[str]] = {**form.values}
        for name, value in given.items():
            values[name] = [value] if isinstance(value, str) else value
        address = form.action or self.at
        sent = urlencode([(name, value) for name, each in values.items() for value in each])
        status, text = self._call(address, sent.encode())
        assert status == 200, f"{address}: {status}\n{shown(text)}"
        return text

    def choices(self, path: str, action: str, name: str) -> list[str]:
        """Return what a form offers to be ticked under this name."""
        return self._form(self.open(path), action, {name}).choices.get(name, [])

    def _form(self, text: str, action: str, names: set[str]) -> Form:
        """Return the form that is sent to this address and has these fields."""
        forms = [form for form in Forms(text).found if form.method == "post"]
        fits = [form for form in forms if urlsplit(form.action or self.at).path.endswith(action)]
        found = next((form for form in fits if names <= form.names), None)
        seen = [(form.action, sorted(form.names)) for form in forms]
        assert found is not None, f"{self.at} has no form {action} with {sorted(names)}: {seen}"
        return found


def shown(page: str) -> str:
    """Return the words of a page, what was refused first."""
    alerts = re.findall(
        r'(?:role="alert"|class="[^"]*(?:invalid|error|late)[^"]*")[^>]*>(.*?)</(?:div|p|ul)>',
        page,
        re.DOTALL,
    )
    page = " | ".join(alerts) + " || " + page
    plain = re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", plain).split())[:3000]


@dataclass
class Letter:
    to: str
    subject: str
    body: str


class Post:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.port = 0

    def wait_for(self, to: str, seconds: float = 60) -> Letter:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for letter in self.letters:
                if to in letter.to:
                    return letter
            time.sleep(0.2)
        raise AssertionError(f"no mail to {to}, only {[letter.to for letter in self.letters]}")


@contextmanager
def post_office() -> Iterator[Post]:
    """Run a mail server on a free port of this machine."""
    post = Post()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            to = ""
            while line := self.rfile.readline():
                word = line.decode("utf-8", "replace").strip()
                verb = word[:4].upper()
                if verb == "RCPT":
                    to += word
                if verb == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    content = b""
                    while (part := self.rfile.readline()) not in {b".\r\n", b""}:
                        content += part.removeprefix(b".") if part.startswith(b"..") else part
                    mail = message_from_bytes(content, policy=policy.default)
                    body = mail.get_body(("plain",))
                    text = str(body.get_content()) if body else ""
                    post.letters.append(Letter(to, str(mail["Subject"]), text))
                    to = ""
                self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
                if verb == "QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        post.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield post
        finally:
            server.shutdown()
