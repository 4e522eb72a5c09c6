/* What every printed program runs on: its statements, threads that take their shares, and the way in from JavaScript. */
/* Of dladdr. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "outer.h"
#include "pack.h"
#include "product.h"

/* ---- Threads ---- */

/* Rounds of waiting that keep a processor busy before it is given away: some ten microseconds within a call, a hundred between calls. */
#define SPINS_INSIDE 10000
#define SPINS_BETWEEN 50000

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#else
#define PAUSE() atomic_signal_fence(memory_order_seq_cst)
#endif

/* Those who run a call together. */
struct team {
  _Alignas(64) atomic_int arrived;
  _Alignas(64) atomic_uint turn;
};

static void barrier(const struct context *c) {
  if (c->threads == 1) return;
  struct team *team = c->team;
  unsigned turn = atomic_load_explicit(&team->turn, memory_order_relaxed);
  if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) == c->threads - 1) {
    atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&team->turn, turn + 1, memory_order_release);
    return;
  }
  for (int spins = 0; atomic_load_explicit(&team->turn, memory_order_acquire) == turn; spins++) {
    if (spins < SPINS_INSIDE) PAUSE();
    else sched_yield();
  }
}

struct session {
  void *library;
  program_function *const *functions;
  float *memory;
  const int64_t *numbers;
};

static struct team team;

static void run(const struct session *s, int function, int thread, int threads) {
  struct context c = {s->memory, s->numbers, thread, threads, &team, barrier, product, outer, pack, fill};
  s->functions[function](&c);
}

#define MOST_THREADS 64

/* One that waits for its next job. */
struct worker {
  /* They start from zero again after some billions of calls. */
  _Alignas(64) atomic_uint jobs;
  _Alignas(64) atomic_uint done;
  int thread;
  pthread_mutex_t lock;
  pthread_cond_t wake;
};

static struct worker workers[MOST_THREADS];
static int started = 0;
/* Held by the thread whose call the workers do; another's call meanwhile is done by its own thread alone. */
static pthread_mutex_t pool = PTHREAD_MUTEX_INITIALIZER;
static const struct session *job_session;
static int job_function, job_threads;

static void *work(void *argument) {
  struct worker *w = argument;
  for (unsigned done = 0;; done++) {
    for (int spins = 0; atomic_load_explicit(&w->jobs, memory_order_acquire) == done; spins++) {
      if (spins < SPINS_BETWEEN) {
        PAUSE();
        continue;
      }
      pthread_mutex_lock(&w->lock);
      while (atomic_load(&w->jobs) == done) pthread_cond_wait(&w->wake, &w->lock);
      pthread_mutex_unlock(&w->lock);
    }
    run(job_session, job_function, w->thread, job_threads);
    atomic_store_explicit(&w->done, done + 1, memory_order_release);
  }
  return 0;
}

/* Workers run this code for as long as the process lives: it stays, even when a thread of Node that loaded it ends. Whether that could be done. */
static int stay_loaded(void) {
  static const char here = 0;
  Dl_info library;
  return dladdr(&here, &library) != 0 && dlopen(library.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) != 0;
}

/* Starts workers up to `count`; returns how many there are. The pool is held. */
static int start_workers(int count) {
  if (started == 0 && !stay_loaded()) return 0;
  for (; started < count; started++) {
    struct worker *w = &workers[started];
    w->thread = started + 1;
    pthread_mutex_init(&w->lock, 0);
    pthread_cond_init(&w->wake, 0);
    pthread_t thread;
    if (pthread_create(&thread, 0, work, w) != 0) break;
    pthread_detach(thread);
  }
  return started < count ? started : count;
}

/* ---- The way in ---- */

/* A program in memory, or 0 and the reason in `error`. */
int64_t recurra_open(const char *file, float *memory, const int64_t *numbers, char *error, int32_t length) {
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  program_function *const *functions = library ? dlsym(library, "recurra_functions") : 0;
  struct session *s = functions ? malloc(sizeof *s) : 0;
  if (!s) {
    const char *why = library && functions ? "out of memory" : dlerror();
    snprintf(error, length, "%s", why ? why : "unknown");
    if (library) dlclose(library);
    return 0;
  }
  *s = (struct session){library, functions, memory, numbers};
  return (int64_t)(intptr_t)s;
}

/* Runs one function of the program with so many threads, or fewer where they are not to be had. */
void recurra_call(int64_t handle, int32_t function, int32_t threads) {
  const struct session *s = (const struct session *)(intptr_t)handle;
  if (threads <= 1 || pthread_mutex_trylock(&pool) != 0) {
    run(s, function, 0, 1);
    return;
  }
  int others = start_workers((threads < MOST_THREADS ? threads : MOST_THREADS) - 1);
  job_session = s;
  job_function = function;
  job_threads = others + 1;
  for (int i = 0; i < others; i++) {
    pthread_mutex_lock(&workers[i].lock);
    atomic_fetch_add_explicit(&workers[i].jobs, 1, memory_order_release);
    pthread_cond_signal(&workers[i].wake);
    pthread_mutex_unlock(&workers[i].lock);
  }
  run(s, function, 0, others + 1);
  for (int i = 0; i < others; i++) {
    unsigned jobs = atomic_load_explicit(&workers[i].jobs, memory_order_relaxed);
    for (int spins = 0; atomic_load_explicit(&workers[i].done, memory_order_acquire) != jobs; spins++) {
      if (spins < SPINS_INSIDE) PAUSE();
      else sched_yield();
    }
  }
  pthread_mutex_unlock(&pool);
}

void recurra_close(int64_t handle) {
  struct session *s = (struct session *)(intptr_t)handle;
  dlclose(s->library);
  free(s);
}

/* Floats in a vector. */
int32_t recurra_lanes(void) { return LANES; }

/* Bytes by which an address is past a whole cache line. */
int32_t recurra_misalignment(const void *address) { return (int32_t)((uintptr_t)address % 64); }
