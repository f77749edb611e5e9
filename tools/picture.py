#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the real dashboard: runs a program in tmux, sends it keys, and writes what the
terminal then shows as SVG.

usage: tools/picture.py OUT.svg COLUMNSxROWS KEYS WAIT-FOR COMMAND...

KEYS are as tmux names them, parted by spaces; each one is sent when the screen has been still for a
moment. The picture is taken when WAIT-FOR, a text, is on the screen.
"""
import html
import os
import re
import subprocess
import sys
import time

DEADLINE = 30
PATIENCE = 2  # seconds for a screen to be still, which a live one never is
CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 18, 12
BASE, BACK, DIM = "#d0d4da", "#14171c", "#8a919c"
EIGHT = ["#3b4048", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d0d4da"]
SGR = re.compile(r"\x1b\[([0-9;]*)m")
SERVER = f"winnow-picture-{os.getpid()}"


def tmux(*words):
    return subprocess.run(["tmux", "-L", SERVER, "-f", "/dev/null", *words], check=True,
                          capture_output=True, text=True).stdout


def still():
    """The screen once it has not changed for a moment."""
    last, since = None, time.monotonic()
    end = since + PATIENCE
    while time.monotonic() < end:
        now = tmux("capture-pane", "-p", "-e")
        if now != last:
            last, since = now, time.monotonic()
        elif time.monotonic() - since > 0.4:
            return now
        time.sleep(0.05)
    return last


def capture(size, keys, wait_for, command):
    columns, rows = size.split("x")
    tmux("new-session", "-d", "-x", columns, "-y", rows, *command)
    try:
        for key in keys.split():
            still()
            tmux("send-keys", key)
        end = time.monotonic() + DEADLINE
        while wait_for not in tmux("capture-pane", "-p"):
            if time.monotonic() > end:
                sys.exit(f"{wait_for!r} did not come; the screen was:\n{tmux('capture-pane', '-p')}")
            time.sleep(0.05)
        return still()
    finally:
        tmux("kill-server")


# ---- from escape sequences to SVG ------------------------------------------------------------------


def colour_of(number):
    if number < 16:
        return EIGHT[number % 8]
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return f"#{grey:02x}{grey:02x}{grey:02x}"
    number -= 16
    levels = [0, 95, 135, 175, 215, 255]
    return "#" + "".join(f"{levels[number // by % 6]:02x}" for by in (36, 6, 1))


class Style:
    def __init__(self):
        self.colour, self.bold, self.dim, self.reverse, self.underline = BASE, False, False, False, False

    def apply(self, codes):
        codes = [int(code or 0) for code in codes.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.__init__()
            elif code in (1, 2, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}[code], True)
            elif code == 27:
                self.reverse = False
            elif code == 22:
                self.bold = self.dim = False
            elif 30 <= code <= 37:
                self.colour = EIGHT[code - 30]
            elif code == 39:
                self.colour = BASE
            elif code == 38 and codes[:1] == [5]:
                self.colour = colour_of(codes[1])
                codes = codes[2:]


def runs(line, style):
    """(style as a tuple, text) of each run of a line."""
    at = 0
    for match in [*SGR.finditer(line), None]:
        text = line[at:match.start() if match else len(line)]
        if text:
            yield (DIM if style.dim else style.colour, style.bold, style.reverse), text
        if match:
            style.apply(match.group(1))
            at = match.end()


def draw_run(out, column, row, look, text):
    colour, bold, reverse = look
    x, y = MARGIN + column * CELL_WIDTH, MARGIN + row * CELL_HEIGHT
    if reverse:
        out.append(f'<rect x="{x:.1f}" y="{y}" width="{len(text) * CELL_WIDTH:.1f}" '
                   f'height="{CELL_HEIGHT}" fill="{colour}"/>')
        colour = BACK
    if text.strip():
        weight = ' font-weight="bold"' if bold else ""
        out.append(f'<text x="{x:.1f}" y="{y + 13.5}" fill="{colour}"{weight} '
                   f'textLength="{len(text) * CELL_WIDTH:.1f}">{html.escape(text)}</text>')


def svg(screen, size):
    columns, rows = map(int, size.split("x"))
    width, height = 2 * MARGIN + columns * CELL_WIDTH, 2 * MARGIN + rows * CELL_HEIGHT
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
           f'width="{width:.0f}" height="{height}" font-family="DejaVu Sans Mono, Menlo, Consolas, '
           'monospace" font-size="14" xml:space="preserve">',
           f'<rect width="100%" height="100%" rx="6" fill="{BACK}"/>']
    style = Style()
    for row, line in enumerate(screen.rstrip("\n").split("\n")):
        column = 0
        for look, text in runs(line, style):
            draw_run(out, column, row, look, text)
            column += len(text)
    return "\n".join([*out, "</svg>", ""])


def main():
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    path, size, keys, wait_for, *command = sys.argv[1:]
    picture = svg(capture(size, keys, wait_for, command), size)
    with open(path, "w", encoding="utf-8") as file:
        file.write(picture)


if __name__ == "__main__":
    main()
