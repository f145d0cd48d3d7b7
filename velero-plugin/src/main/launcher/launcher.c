// SPDX-License-Identifier: Apache-2.0

// The only executable file of the JVM variant. Velero starts every executable below its plugin folder, in an image that may
// have no shell, no Java, and a C library that does not fit; so the runtime lies beside this file without execute bits, with
// a C library of its own, and this program needs none: it is linked statically.
//
//   virtmover                      this program
//   virtmover.d/lib/ld.so          the loader of the C library, and the library's files
//   virtmover.d/lib/main           starts the JVM (main.c)
//   virtmover.d/java/              the runtime, the program's jars, and its AOT cache
//
// The kernel executes no file without an execute bit. But a loader that runs already maps what it is told to, bits or not: so
// its bytes are copied into memory that the kernel takes for a file, which has the bit, and executed from there.
//
// Started as "virtmover --install FOLDER" it copies all this to a folder (/target): the image's entry point, since an init
// container has no shell either.

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

#define NAME "virtmover"
#define RUNTIME NAME ".d"

static void fail(const char *what, const char *path) {
  fprintf(stderr, "VirtMover's plugin: cannot %s %s: %s\n", what, path, strerror(errno));
  exit(1);
}

// A path in a buffer of its own.
static char *joined(const char *folder, const char *name) {
  size_t length = strlen(folder) + 1 + strlen(name) + 1;
  char *path = malloc(length);
  if (path == NULL) fail("find memory for", name);
  snprintf(path, length, "%s/%s", folder, name);
  return path;
}

static void copy_bytes(int from, int to, const char *path) {
  for (;;) {
    ssize_t done = sendfile(to, from, NULL, 1 << 30);
    if (done == 0) return;
    if (done < 0) fail("copy", path);
  }
}

// Copies a file under another name first: a restarted init container finds what its first try left, and Velero never sees
// half a file.
static void copy_file(const char *from, const char *to, mode_t mode) {
  char part[PATH_MAX];
  if (snprintf(part, sizeof part, "%s.part", to) >= (int)sizeof part) fail("name", to);
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) fail("read", from);
  unlink(part);
  int out = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (out < 0) fail("write", part);
  copy_bytes(in, out, part);
  // The AOT cache knows its jars by their times.
  struct stat seen;
  if (fstat(in, &seen) < 0) fail("read", from);
  const struct timespec times[] = {seen.st_mtim, seen.st_mtim};
  if (fchmod(out, mode) < 0 || futimens(out, times) < 0 || close(out) < 0 || rename(part, to) < 0) fail("write", to);
  close(in);
}

static void copy_folder(const char *from, const char *to) {
  if (mkdir(to, 0755) < 0 && errno != EEXIST) fail("make", to);
  DIR *folder = opendir(from);
  if (folder == NULL) fail("read", from);
  struct dirent *entry;
  while ((entry = readdir(folder)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char *source = joined(from, entry->d_name), *target = joined(to, entry->d_name);
    struct stat seen;
    if (stat(source, &seen) < 0) fail("read", source);
    if (S_ISDIR(seen.st_mode))
      copy_folder(source, target);
    else
      copy_file(source, target, 0644);
    free(source);
    free(target);
  }
  closedir(folder);
}

// Last comes what Velero would start.
static int install(const char *here, const char *self, const char *target) {
  copy_folder(joined(here, RUNTIME), joined(target, RUNTIME));
  copy_file(self, joined(target, NAME), 0755);
  return 0;
}

// The bytes of a file in memory that may be executed, or -1.
static int in_memory(const char *path) {
  int from = open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0) fail("read", path);
  int memory = (int)syscall(SYS_memfd_create, NAME, MFD_CLOEXEC | MFD_EXEC);
  // Kernels before 6.3 do not know the second flag, and need none.
  if (memory < 0 && errno == EINVAL) memory = (int)syscall(SYS_memfd_create, NAME, MFD_CLOEXEC);
  if (memory >= 0) copy_bytes(from, memory, path);
  close(from);
  return memory;
}

// The same as a file that has no name any more, or -1.
static int in_tmp(const char *path) {
  int from = open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0) fail("read", path);
  char file[] = "/tmp/" NAME "-XXXXXX";
  int writable = mkostemp(file, O_CLOEXEC);
  if (writable < 0) fail("write", file);
  copy_bytes(from, writable, file);
  if (fchmod(writable, 0700) < 0 || close(writable) < 0) fail("write", file);
  close(from);
  int readable = open(file, O_RDONLY | O_CLOEXEC);
  unlink(file);
  return readable;
}

int main(int argc, char **argv) {
  char self[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length < 0) fail("read", "/proc/self/exe");
  self[length] = 0;
  char *here = strdup(self), *slash = here == NULL ? NULL : strrchr(here, '/');
  if (slash == NULL) fail("find the folder of", self);
  *slash = 0;
  if (argc == 3 && strcmp(argv[1], "--install") == 0) return install(here, self, argv[2]);

  // A host that is stopped by the keyboard ends its plugins itself.
  signal(SIGINT, SIG_IGN);
  char *lib = joined(here, RUNTIME "/lib");
  char *java = joined(here, RUNTIME "/java");
  char *loader = joined(lib, "ld.so");
  // The loader's own arguments, the program, what it must know, and what the host said.
  char **arguments = calloc((size_t)argc + 8, sizeof *arguments);
  if (arguments == NULL) fail("find memory for", "arguments");
  int n = 0;
  arguments[n++] = argv[0];
  arguments[n++] = "--library-path";
  arguments[n++] = lib;
  arguments[n++] = "--inhibit-cache";
  arguments[n++] = joined(lib, "main");
  arguments[n++] = java;
  arguments[n++] = argv[0];
  for (int i = 1; i < argc; i++) arguments[n++] = argv[i];
  // What people set for their shells must not bend a runtime that is made of one piece.
  unsetenv("LD_LIBRARY_PATH");
  unsetenv("LD_PRELOAD");
  unsetenv("JAVA_TOOL_OPTIONS");
  unsetenv("_JAVA_OPTIONS");
  unsetenv("JDK_JAVA_OPTIONS");
  // More pools of memory than threads that need them make a small program large.
  setenv("MALLOC_ARENA_MAX", "1", 1);
  extern char **environ;
  syscall(SYS_execveat, in_memory(loader), "", arguments, environ, AT_EMPTY_PATH);
  // Where memory is not executed (vm.memfd_noexec=2, some policies of SELinux).
  syscall(SYS_execveat, in_tmp(loader), "", arguments, environ, AT_EMPTY_PATH);
  fail("start", loader);
}
