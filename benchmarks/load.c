// The load generator of the side-by-side benchmarks: N WebSocket readers on one epoll, and publishers on
// threads of their own that post to the same server over HTTP, in a closed loop or at a rate. One JSON object.
//
//   cc -O2 -o load load.c -lpthread
//   load --port 8000 --path /ws --publish-path /pub --sockets 1000 --size 1024 --seconds 5 [--rate 20]
//
// Each published text begins with the stamp "t=<20 digits: CLOCK_MONOTONIC ns>.<2: publisher>.<8: number> ":
// whatever message carries it back is a delivery. A message is one frame; frames may come joined or cut
// anywhere. Lost and repeated are exact: every socket keeps a bit for every number.
#include "load/cost.h"
#include "load/joining.h"

static void read_options(int argc, char **argv) {
    struct option known[] = {{"port", 1, 0, 'p'}, {"path", 1, 0, 'u'}, {"publish-path", 1, 0, 'U'}, {"publish-header", 1, 0, 'X'},
        {"content-type", 1, 0, 'T'}, {"body", 1, 0, 'b'}, {"sockets", 1, 0, 'n'}, {"join-rate", 1, 0, 'k'}, {"size", 1, 0, 's'},
        {"rate", 1, 0, 'r'}, {"seconds", 1, 0, 'd'}, {"warm", 1, 0, 'w'}, {"pid", 1, 0, 'c'}, {"publishers", 1, 0, 'P'},
        {"engineio", 0, 0, 'e'}, {"late", 1, 0, 'l'}, {"late-rate", 1, 0, 'L'}, {0}};
    for (int o; (o = getopt_long(argc, argv, "", known, NULL)) != -1;) switch (o) {
        case 'p': port = atoi(optarg); break;
        case 'u': path = optarg; break;
        case 'U': publish_path = optarg; break;
        case 'X': if (asprintf(&publish_header, "%s\r\n", optarg) < 0) exit(1); break;
        case 'T': content_type = optarg; break;
        case 'b': body = optarg; break;
        case 'n': sockets = atoi(optarg); break;
        case 'k': join_rate = atoi(optarg); break;
        case 's': size = atoi(optarg); break;
        case 'r': rate = atof(optarg); break;
        case 'd': seconds = atof(optarg); break;
        case 'w': warm = atof(optarg); break;
        case 'c': pids = optarg; break;
        case 'P': publishers = atoi(optarg); break;
        case 'e': engineio = 1; break;
        case 'l': late = atoi(optarg); break;
        case 'L': late_rate = atoi(optarg); break;
        default: exit(2);
    }
    if (!strchr(body, '@') || publishers < 1 || publishers > PUBLISHERS || size < STAMP + 2) {
        fprintf(stderr, "--body needs an @ where the text goes; --publishers 1 to %d; --size from %d\n", PUBLISHERS, STAMP + 2);
        exit(2);
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    epoll = epoll_create1(0);
    reader *readers = calloc(sockets + late, sizeof *readers);
    double memory = measure(1);
    u64 began = now();
    join(readers, sockets, join_rate, 0);
    double open_seconds = (now() - began) / 1e9;
    int at_first = opened;
    wait_for(.5);
    memory = measure(1) - memory;

    pthread_t threads[PUBLISHERS];
    for (intptr_t i = 0; i < publishers; i++) pthread_create(&threads[i], NULL, publisher, (void *)i);
    schedule_began = now();
    publishing = 1;
    wait_for(warm);
    double cpu = measure(0), own = own_cpu();
    u64 before = published;
    window_began = now();
    wait_for(seconds);
    window_ended = now();
    u64 in_time = published - before;
    cpu = measure(0) - cpu;
    own = own_cpu() - own;
    int open_before = opened;
    if (late) {
        late_began = now();
        join(readers, sockets + late, late_rate, 1);
        late_ended = now();
    }
    publishing = 0;
    wait_for_the_last(at_first);
    stopping = 1;

    int behind = 0, orders = 0;
    u64 found[64];
    for (int i = 0; i < started; i++) {
        if (readers[i].state != OPEN) continue;
        if (newest && readers[i].cursor != newest) behind++;
        int j = 0;
        while (j < orders && found[j] != readers[i].order) j++;
        if (j == orders && orders < 64 && !readers[i].late) found[orders++] = readers[i].order;
    }
    // What was acknowledged must be everywhere; what is there without an acknowledgement is no loss.
    u64 lost = 0;
    for (u64 i = 0; i < numbers && i < NUMBERS; i++)
        if (answered_at[i]) lost += at_first - delivered[i];
    double window = (window_ended - window_began) / 1e9;
    printf("{\"sockets\": %d, \"size\": %d, \"rate\": %g, \"publishers\": %d, \"seconds\": %.3f,\n", at_first, size, rate, publishers, window);
    printf(" \"published_per_second\": %.2f, \"deliveries_per_second\": %.1f, \"published\": %llu, \"refused\": %llu,\n",
           in_time / window, in_window / window, (unsigned long long)published, (unsigned long long)refused);
    printf(" \"lost\": %llu, \"repeated\": %llu, \"out_of_order\": %llu, \"gaps\": %llu, \"behind\": %d, \"orders\": %d,\n",
           (unsigned long long)lost, (unsigned long long)repeated,
           (unsigned long long)swapped, (unsigned long long)gaps, behind, orders);
    printf(" \"gone\": %d, \"still_open\": %d, \"other_messages\": %llu, \"bytes_per_delivery\": %.0f,\n", gone, opened,
           (unsigned long long)strays, deliveries ? (double)bytes / deliveries : 0);
    printf(" \"cpu_seconds\": %.3f, \"cpu_us_per_delivery\": %.3f, \"kb_per_socket\": %.2f, \"generator_cpu_seconds\": %.3f, \"open_seconds\": %.3f",
           cpu, in_window ? cpu * 1e6 / in_window : 0, at_first ? memory / 1024 / at_first : 0, own, open_seconds);
    print("from_request_ms", &from_request);
    print("from_answer_ms", &from_answer);
    print("from_commit_ms", &from_commit);
    print("request_ms", &requests);
    print("commit_ms", &commits);
    print("join_ms", &joins);
    if (late) {
        printf(",\n \"late\": {\"asked\": %d, \"opened\": %d, \"seconds\": %.3f, \"quiet_from\": %.3f, \"quiet_to\": %.3f, \"from\": %.3f, \"to\": %.3f}",
               late, opened - open_before, (late_ended - late_began) / 1e9, window_began / 1e9, window_ended / 1e9, late_began / 1e9, late_ended / 1e9);
        print("late_from_request_ms", &late_request);
        print("late_join_ms", &late_joins);
    }
    printf(",\n \"closed\": {");
    for (int i = 0, first = 1; i < 5000; i++)
        if (closed_with[i]) {
            printf("%s\"%d\": %d", first ? "" : ", ", i, closed_with[i]);
            first = 0;
        }
    printf("}}\n");
    return 0;
}
