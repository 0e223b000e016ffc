// The readers: frames from bytes, deliveries from frames.
#pragma once
#include "publishing.h"

typedef struct {
    int fd, late, kept, room;
    enum state state;
    u64 began;
    u64 cursor;                   // the hub's event number, where messages begin with {"n":
    u64 order;                    // a hash of the numbers in the order they came
    char *rest;                   // the beginning of a frame that has not come whole
    uint8_t *seen;
    uint32_t last[PUBLISHERS];    // the last number of each publisher
} reader;

static void say(reader *r, int op, const char *text, int n) {  // masked with zeros
    unsigned char frame[140] = {0x80 | op, 0x80 | n};
    if (n > 125) return;
    memcpy(frame + 6, text, n);
    (void)!write(r->fd, frame, 6 + n);
}

static void open_now(reader *r) {
    r->state = OPEN;
    opened++;
    count(r->late ? &late_joins : &joins, now() - r->began);
}

static void leave(reader *r) {
    if (r->state == GONE) return;
    if (r->state == OPEN) opened--;
    r->state = GONE;
    gone++;
    close(r->fd);
}

static int stamped(const char *at, const char *end) {
    return at + STAMP <= end && at[0] == 't' && at[1] == '=' && at[22] == '.' && at[25] == '.';
}

static void deliver(reader *r, const char *text, const char *end, u64 t) {
    static long hint;  // the same message comes to everybody: the stamp stands where it stood
    const char *stamp = text + hint;
    if (!stamped(stamp, end))
        for (stamp = text; (stamp = memmem(stamp, end - stamp, "t=", 2)) && !stamped(stamp, end);) stamp += 2;
    u64 number = stamp ? strtoull(stamp + 26, NULL, 10) : NUMBERS;
    if (number >= NUMBERS) {
        strays++;
        return;
    }
    hint = stamp - text;
    if (end - text > 5 && !memcmp(text, "{\"n\":", 5)) {  // the hub's: without a gap, whoever published
        u64 n = strtoull(text + 5, NULL, 10);
        if (r->cursor && n != r->cursor + 1) gaps++;
        r->cursor = n;
        if (n > newest) newest = n;
    }
    if (r->seen[number >> 3] >> (number & 7) & 1) {
        repeated++;
        return;
    }
    r->seen[number >> 3] |= 1 << (number & 7);
    r->order = r->order * 1099511628211u + number + 1;
    int from = atoi(stamp + 23) % PUBLISHERS;
    if (number + 1 < r->last[from]) swapped++;
    r->last[from] = number + 1;
    if (!r->late) {
        deliveries++;
        delivered[number]++;
    }
    if (window_began && !window_ended) in_window++;
    u64 asked = asked_at[number], answered = answered_at[number], committed = committed_at[number];
    if (window_began && asked >= window_began && (!window_ended || asked < window_ended)) {
        count(&from_request, t - asked);
        // Without an answer yet it has come before the answer.
        count(&from_answer, answered && t > answered ? t - answered : 0);
        if (committed) count(&from_commit, t > committed ? t - committed : 0);
    } else if (late_began && asked >= late_began && !late_ended && !r->late) {
        count(&late_request, t - asked);
    }
}

static void take(reader *r, int op, const char *p, u64 n, u64 t) {
    bytes += n;
    if (op == 9) {
        say(r, 10, p, n);
    } else if (op == 8) {
        closed_with[n >= 2 ? ((unsigned char)p[0] << 8 | (unsigned char)p[1]) % 5000 : 0]++;
        leave(r);
    } else if (engineio && n == 1 && p[0] == '2') {
        say(r, 1, "3", 1);
    } else if (engineio && p[0] == '0') {
        say(r, 1, "40", 2);
    } else if (engineio && r->state == GREETING && n >= 2 && !memcmp(p, "40", 2)) {
        open_now(r);
    } else if (op == 1 || op == 2) {
        deliver(r, p, p + n, t);
    }
}

// Takes the whole frames; returns how many bytes they were.
static u64 frames(reader *r, const char *p, u64 n, u64 t) {
    u64 off = 0;
    while (r->state != GONE && n - off >= 2) {
        const unsigned char *b = (const unsigned char *)p + off;
        u64 length = b[1] & 127, more = length == 126 ? 2 : length == 127 ? 8 : 0, head = 2 + more;
        if (n - off < head) break;
        if (more) length = 0;
        for (u64 i = 0; i < more; i++) length = length << 8 | b[2 + i];
        if (n - off < head + length) break;
        take(r, b[0] & 15, p + off + head, length, t);
        off += head + length;
    }
    return off;
}

static void hear(reader *r, const char *p, u64 n, u64 t) {
    if (r->state == HANDSHAKE) {
        char *end = memmem(p, n, "\r\n\r\n", 4);
        if (!end || memcmp(p, "HTTP/1.1 101", 12)) {
            if (!refused++) fprintf(stderr, "joining: %.60s\n", p);
            leave(r);
            return;
        }
        n -= end + 4 - p;
        p = end + 4;
        if (engineio) r->state = GREETING;
        else open_now(r);
    }
    u64 taken = frames(r, p, n, t);
    r->kept = (int)(n - taken);
    if (r->kept > r->room) r->rest = realloc(r->rest, r->room = r->kept + 1024);
    if (r->kept) memcpy(r->rest, p + taken, r->kept);
}

static void listen_to(reader *r) {
    static char *room;
    static int limit;
    if (r->kept + READ > limit) room = realloc(room, limit = r->kept + READ);
    if (r->kept) memcpy(room, r->rest, r->kept);
    int got = read(r->fd, room + r->kept, READ);
    if (got > 0) hear(r, room, r->kept + got, now());
    else if (got == 0 || errno != EAGAIN) leave(r);
}
