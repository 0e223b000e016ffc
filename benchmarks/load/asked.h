// What is asked for, what is counted, and the clock.
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { STAMP = 34, NUMBERS = 1 << 17, PUBLISHERS = 64, AT_THE_DOOR = 200, READ = 1 << 18 };
enum state { CONNECTING, HANDSHAKE, GREETING, OPEN, GONE };

typedef uint64_t u64;

static char *path = "/ws", *publish_path = "/pub", *publish_header = "", *content_type = "text/plain";
static char *body = "@", *pids = "";
static int port = 8000, sockets = 1000, join_rate = 2000, size = 1024, publishers = 1, engineio = 0;
static int late = 0, late_rate = 500;
static double rate = 0, seconds = 5, warm = 1;

static _Atomic int publishing, stopping, asking;
static _Atomic u64 numbers, published, refused, slot, answered_at[NUMBERS], committed_at[NUMBERS];
static u64 schedule_began, asked_at[NUMBERS];
static uint32_t delivered[NUMBERS];  // to how many of those who were there from the first
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static u64 window_began, window_ended, late_began, late_ended;
static u64 in_window, deliveries, repeated, swapped, gaps, strays, bytes, newest;
static int opened, started, gone, closed_with[5000], epoll;

static u64 now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void sleep_until(u64 when) {
    struct timespec t = {when / 1000000000, when % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {}
}
