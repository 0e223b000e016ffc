// Opening sockets, and the turns of the loop.
#pragma once
#include "reading.h"

// An @ in the path: the cursor of somebody who was here a moment ago; at first, of nobody.

static void watch(reader *r, int how, uint32_t what) {
    struct epoll_event e = {.events = what, .data.ptr = r};
    epoll_ctl(epoll, how, r->fd, &e);
}

static void start(reader *r, int is_late) {
    r->fd = dial(SOCK_NONBLOCK);
    r->late = is_late;
    r->began = now();
    r->seen = calloc(NUMBERS / 8, 1);
    watch(r, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
    started++;
}

static void greet(reader *r) {
    char request[2048], where[1024], *hole = strchr(path, '@'), *cut;
    snprintf(where, sizeof where, "%s", path);
    if (hole && r->late && newest > 5) {
        r->cursor = newest - r->began % 5;
        snprintf(where, sizeof where, "%.*s%llu%s", (int)(hole - path), path, (unsigned long long)r->cursor, hole + 1);
    } else if (hole && (cut = strstr(where, "&after="))) {
        *cut = 0;
    }
    int n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                     where, port, port);
    (void)!write(r->fd, request, n);
    r->state = HANDSHAKE;
    watch(r, EPOLL_CTL_MOD, EPOLLIN);
}

static void turn(int wait_ms) {
    static struct epoll_event events[1024];
    int n = epoll_wait(epoll, events, 1024, wait_ms);
    for (int i = 0; i < n; i++) {
        reader *r = events[i].data.ptr;
        if (r->state == GONE) continue;
        if (r->state == CONNECTING && events[i].events & EPOLLOUT) greet(r);
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) listen_to(r);
    }
}

static void join(reader *readers, int upto, int per_second, int is_late) {
    u64 began = now();
    int first = started;
    while (opened + gone < upto && now() - began < 120e9) {
        while (started < upto && started - opened - gone < AT_THE_DOOR &&
               started - first < (now() - began) / 1e9 * per_second + 1)
            start(&readers[started], is_late);
        turn(1);
    }
}

static void wait_for(double s) {
    for (u64 end = now() + (u64)(s * 1e9); now() < end;) turn(5);
}

// Until everything that was acknowledged is there, or nothing has come for two seconds.
static void wait_for_the_last(int at_first) {
    u64 last = bytes, since = now(), began = since;
    while (now() - began < 20e9 && now() - since < 2e9) {
        turn(5);
        if (bytes != last) since = now();
        last = bytes;
        if (!asking && deliveries >= published * at_first && now() - began > 5e8) return;
    }
}
