// SPDX-License-Identifier: GPL-3.0-or-later
// The least that a curses table can do, as a floor for the dashboard: rows of text, a cursor that
// arrows move, scrolling regions. With "live" one row in seven changes ten times a second.
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NCURSES_WIDECHAR 1
#include <ncurses.h>

enum { TABLE_ROWS = 10000, LIVE_MS = 100, RUNNING_EVERY = 7 };

struct table {
    int top, cursor;
    long ticks;
};

static void draw_row(const struct table *table, int line) {
    int row = table->top + line;
    bool runs = row % RUNNING_EVERY == 0;
    double loss = 1.0 / (row + 1) + (runs ? (double)(table->ticks % 97) / 1000 : 0);
    attrset(row == table->cursor ? A_REVERSE : A_NORMAL);
    mvprintw(line, 0, "%5d  %-8s  %9.6f  %9.6f  %7.5f  %d  %s", row, runs ? "running" : "finished",
             loss, loss / 2, 1e-3 * (row % 13), row % 8, row % 2 ? "adam" : "sgd");
    attrset(A_NORMAL);
    clrtoeol();
}

static void move_cursor(struct table *table, int by) {
    int cursor = table->cursor + by;
    cursor = cursor < 0 ? 0 : cursor >= TABLE_ROWS ? TABLE_ROWS - 1 : cursor;
    table->cursor = cursor;
    if (cursor < table->top)
        table->top = cursor;
    if (cursor >= table->top + LINES)
        table->top = cursor - LINES + 1;
}

int main(int argc, char **argv) {
    struct table table = {0};
    setlocale(LC_ALL, "");
    initscr();
    cbreak();
    noecho();
    curs_set(0);
    keypad(stdscr, TRUE);
    idlok(stdscr, TRUE);
    if (argc > 1 && strcmp(argv[1], "live") == 0)
        timeout(LIVE_MS);
    int key = ERR;
    do {
        table.ticks += key == ERR;
        move_cursor(&table, key == KEY_DOWN    ? 1
                            : key == KEY_UP    ? -1
                            : key == KEY_NPAGE ? LINES - 1
                            : key == KEY_PPAGE ? 1 - LINES
                                               : 0);
        for (int line = 0; line < LINES; line++)
            draw_row(&table, line);
        refresh();
    } while ((key = getch()) != 'q');
    endwin();
    return 0;
}
