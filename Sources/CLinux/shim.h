// What glibc has but shows only with _GNU_SOURCE, which Swift's own Glibc module does not set: the prototypes,
// behind names of ours, so that a module that does set it cannot disagree.
#pragma once
#include <malloc.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/types.h>

extern int syncfs(int fd);
extern int sync_file_range(int fd, off_t offset, off_t length, unsigned int flags);
extern int pipe2(int fds[2], int flags);
extern int pthread_setname_np(unsigned long thread, const char *name);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/// The parameters of mallopt(3) are macros.
static inline void linux_tune_malloc(int arenas, int mmap_threshold, int trim_threshold) {
    mallopt(M_ARENA_MAX, arenas);
    mallopt(M_MMAP_THRESHOLD, mmap_threshold);
    mallopt(M_TRIM_THRESHOLD, trim_threshold);
}
static inline int linux_syncfs(int fd) { return syncfs(fd); }
/// SYNC_FILE_RANGE_WRITE over the whole file.
static inline int linux_start_writeback(int fd) { return sync_file_range(fd, 0, 0, 2); }
static inline int linux_pipe2(int fds[2], int flags) { return pipe2(fds, flags); }
static inline int linux_setname(unsigned long thread, const char *name) { return pthread_setname_np(thread, name); }
/// Since glibc 2.34.
static inline int linux_spawn_closefrom(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}
/// prctl(2) is variadic.
static inline int linux_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
