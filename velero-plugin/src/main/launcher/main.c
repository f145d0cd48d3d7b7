// SPDX-License-Identifier: Apache-2.0

// Starts the JVM in this process: main RUNTIME COMMAND [ARGUMENT...]. The runtime's folder has the options that the JVM gets,
// one per line, in java-options; {} in them is that folder. COMMAND is what Velero started.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <jni.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_OPTIONS 64
// Enough for the program's first thread; its others are Java's.
#define STACK_BYTES (1 << 20)

struct words {
  int count;
  char **values;
};

static _Noreturn void fail(const char *what, const char *why) {
  fprintf(stderr, "VirtMover's plugin: %s: %s\n", what, why == NULL ? "unknown" : why);
  exit(1);
}

// A text with the folder in the place of each {}.
static char *with(const char *text, const char *folder) {
  size_t size = strlen(text) + 1;
  for (const char *mark = text; (mark = strstr(mark, "{}")) != NULL; mark += 2) size += strlen(folder);
  char *result = malloc(size), *end = result;
  if (result == NULL) fail("options", "no memory");
  for (const char *mark; (mark = strstr(text, "{}")) != NULL; text = mark + 2)
    end += sprintf(end, "%.*s%s", (int)(mark - text), text, folder);
  strcpy(end, text);
  return result;
}

static int read_options(const char *folder, JavaVMOption *options) {
  char *path = with("{}/java-options", folder);
  FILE *file = fopen(path, "re");
  if (file == NULL) fail("cannot read", path);
  static char line[16 * PATH_MAX];
  int n = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = 0;
    if (line[0] == 0 || line[0] == '#') continue;
    if (n == MOST_OPTIONS - 1) fail(path, "too many options");
    options[n++].optionString = with(line, folder);
  }
  fclose(file);
  return n;
}

static void check(JNIEnv *env, const char *what) {
  if ((*env)->ExceptionCheck(env)) {
    (*env)->ExceptionDescribe(env);
    fail(what, "see above");
  }
}

static void *run(void *given) {
  const struct words *words = given;
  int argc = words->count;
  char **argv = words->values;
  JavaVMOption options[MOST_OPTIONS] = {0};
  int n = read_options(argv[1], options);
  if (asprintf(&options[n++].optionString, "-Dvirtmover.plugin.command=%s", argv[2]) < 0) fail("options", "no memory");

  void *jvm = dlopen(with("{}/lib/server/libjvm.so", argv[1]), RTLD_NOW | RTLD_GLOBAL);
  if (jvm == NULL) fail("cannot load the JVM", dlerror());
  jint (*create)(JavaVM **, void **, void *) = (jint(*)(JavaVM **, void **, void *))dlsym(jvm, "JNI_CreateJavaVM");
  if (create == NULL) fail("cannot load the JVM", dlerror());

  JavaVM *vm;
  JNIEnv *env;
  JavaVMInitArgs arguments = {.version = JNI_VERSION_21, .nOptions = n, .options = options, .ignoreUnrecognized = JNI_FALSE};
  if (create(&vm, (void **)&env, &arguments) != JNI_OK) fail("the JVM did not start", "see above");
  jclass program = (*env)->FindClass(env, "io/virtmover/velero/Main");
  check(env, "io.virtmover.velero.Main");
  jmethodID method = (*env)->GetStaticMethodID(env, program, "main", "([Ljava/lang/String;)V");
  check(env, "main");
  jobjectArray strings = (*env)->NewObjectArray(env, argc - 3, (*env)->FindClass(env, "java/lang/String"), NULL);
  check(env, "arguments");
  for (int i = 3; i < argc; i++) {
    (*env)->SetObjectArrayElement(env, strings, i - 3, (*env)->NewStringUTF(env, argv[i]));
    check(env, argv[i]);
  }
  // It ends the process itself.
  (*env)->CallStaticVoidMethod(env, program, method, strings);
  check(env, "the plugin ended");
  (*vm)->DestroyJavaVM(vm);
  exit(0);
}

// Not in the process's first thread, whose stack the kernel makes and grows: the JVM puts guard pages into stacks of a known size.
int main(int argc, char **argv) {
  if (argc < 3) fail("usage", "main RUNTIME COMMAND [ARGUMENT...]");
  struct words words = {argc, argv};
  pthread_attr_t attributes;
  pthread_t thread;
  int error = pthread_attr_init(&attributes);
  if (error == 0) error = pthread_attr_setstacksize(&attributes, STACK_BYTES);
  if (error == 0) error = pthread_create(&thread, &attributes, run, &words);
  if (error == 0) error = pthread_join(thread, NULL);
  fail("cannot start a thread", strerror(error));
}
