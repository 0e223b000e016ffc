// Log-linear, 64 buckets to each doubling, so that a percentile is right within 1.6 %.
#pragma once
#include "asked.h"

enum { BUCKETS = 64 * 40 };

typedef struct {
    u64 count, worst, bucket[BUCKETS];
} histogram;

static histogram from_request, from_answer, from_commit, requests, commits, joins, late_request, late_joins;

static void count(histogram *h, u64 ns) {
    u64 us = ns / 1000;
    int e = us < 128 ? 0 : 57 - __builtin_clzll(us), at = e * 64 + (int)(us >> e);
    h->bucket[at < BUCKETS ? at : BUCKETS - 1]++;
    h->count++;
    if (ns > h->worst) h->worst = ns;
}

static double at(histogram *h, double part) {  // milliseconds
    u64 wanted = (u64)(h->count * part), sum = 0;
    for (int i = 0; i < BUCKETS; i++) {
        if ((sum += h->bucket[i]) <= wanted) continue;
        int e = i < 128 ? 0 : i / 64 - 1;
        return (double)((u64)(i - e * 64) << e) / 1e3;
    }
    return h->worst / 1e6;
}

static void print(const char *name, histogram *h) {
    printf(",\n \"%s\": {\"count\": %llu, \"p50\": %.3f, \"p95\": %.3f, \"p99\": %.3f, \"max\": %.3f}", name,
           (unsigned long long)h->count, at(h, .5), at(h, .95), at(h, .99), h->worst / 1e6);
}
