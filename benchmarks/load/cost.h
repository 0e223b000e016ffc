// What the server costs, summed over its processes, and what this program does.
#pragma once
#include "asked.h"

static double measure(int memory) {  // resident bytes, or CPU seconds
    double sum = 0;
    char *copy = strdup(pids), *save = NULL, name[64], line[2048];
    for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
        snprintf(name, sizeof name, memory ? "/proc/%s/statm" : "/proc/%s/stat", p);
        FILE *f = fopen(name, "r");
        if (!f) continue;
        unsigned long a, b;
        char *rest = fgets(line, sizeof line, f);
        if (rest && memory && sscanf(line, "%lu %lu", &a, &b) == 2) sum += (double)b * sysconf(_SC_PAGESIZE);
        if (rest && !memory && (rest = strrchr(line, ')')) &&
            sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &a, &b) == 2)
            sum += (double)(a + b) / sysconf(_SC_CLK_TCK);
        fclose(f);
    }
    free(copy);
    return sum;
}

static double own_cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}
