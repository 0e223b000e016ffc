// The publishers: each on a thread, each with one connection that it keeps.
#pragma once
#include "histogram.h"

static int dial(int flags) {
    int fd = socket(AF_INET, SOCK_STREAM | flags, 0), one = 1;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (fd < 0 || (connect(fd, (void *)&a, sizeof a) < 0 && errno != EINPROGRESS)) {
        perror("connect");
        exit(1);
    }
    return fd;
}

// Reads one answer: its status, 0 when the connection has ended. `commit`: Server-Timing's "commit;dur=", in ns.
static int answer(int fd, char *room, int limit, u64 *commit) {
    for (int got = 0;;) {
        int r = read(fd, room + got, limit - 1 - got);
        if (r <= 0) return 0;
        got += r;
        room[got] = 0;
        char *end = strstr(room, "\r\n\r\n");
        if (!end) continue;
        char *length = strcasestr(room, "content-length:");
        if (got < end + 4 - room + (length && length < end ? atol(length + 15) : 0)) continue;
        char *timing = strcasestr(room, "commit;dur=");
        *commit = timing && timing < end ? (u64)(atof(timing + 11) * 1e6) : 0;
        return atoi(room + 9);
    }
}

// The stamp, and words up to the size. Beyond the 5,000 characters that an update of the hub may have,
// characters of three bytes: a size is in bytes.
static int words(char *text, u64 asked, int me, u64 number) {
    int n = sprintf(text, "t=%020llu.%02d.%08llu ", (unsigned long long)asked, me, (unsigned long long)number);
    for (; size <= 5000 && n < size; n++) text[n] = n % 60 ? 'x' : ' ';
    for (; size > 5000 && n + 3 <= size; n += 3) memcpy(text + n, n % 20 ? "\xe1\xba\xbf" : "\xe2\x80\x94", 3);
    text[n] = 0;
    return n;
}

static void *publisher(void *which) {
    int me = (int)(intptr_t)which, fd = dial(0);
    char *text = malloc(size + 256), *request = malloc(size + 65536), *room = malloc(65536), *hole = strchr(body, '@');
    while (!stopping) {
        if (!publishing) {
            usleep(500);
            continue;
        }
        u64 mine = slot++;
        if (rate > 0) sleep_until(schedule_began + (u64)(mine * 1e9 / rate));
        asking++;
        if (!publishing) {
            asking--;
            continue;
        }
        u64 number = numbers++, asked = now(), commit = 0;
        if (number >= NUMBERS) {
            fprintf(stderr, "too many to count\n");
            exit(1);
        }
        int length = words(text, asked, me, number) + strlen(body) - 1;
        int n = sprintf(request, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%.*s%s%s",
                        publish_path, port, content_type, publish_header, length, (int)(hole - body), body, text, hole + 1);
        asked_at[number] = asked;
        int status = write(fd, request, n) == n ? answer(fd, room, 65536, &commit) : 0;
        u64 answered = now();
        asking--;
        if (status / 100 != 2) {
            if (!refused++) fprintf(stderr, "publishing: %.200s\n", status ? room : "the connection ended");
            if (!status) {
                close(fd);
                fd = dial(0);
            }
            usleep(10000);
            continue;
        }
        answered_at[number] = answered;
        committed_at[number] = commit ? asked + commit : 0;
        published++;
        if (!window_began || window_ended) continue;
        pthread_mutex_lock(&counting);
        count(&requests, answered - asked);
        if (commit) count(&commits, commit);
        pthread_mutex_unlock(&counting);
    }
    return NULL;
}
