// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * What Linux can do and the JDK has no method for: open(2) with a claim on a block device, and
 * fallocate(2), which turns bytes into zeros without writing them. Where the latter is not to be
 * had, the caller writes zeros.
 */
final class LinuxFile implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final int O_EXCL = 0x80;
  private static final int O_CLOEXEC = 0x80000;
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;

  private static final int EACCES = 13;
  private static final int EBUSY = 16;
  private static final int EROFS = 30;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));
  private static final MethodHandle OPEN =
      call(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle FALLOCATE =
      call(
          "fallocate",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle CLOSE =
      call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final int descriptor;

  private LinuxFile(int descriptor) {
    this.descriptor = descriptor;
  }

  /** The block device is claimed by somebody else: mounted, part of another device, swap. */
  static final class BusyException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    private BusyException(Path path) {
      super(path.toString(), null, "Device or resource busy");
    }
  }

  /** Opens a file for writing. */
  static LinuxFile open(Path path) throws IOException {
    return open(path, 0);
  }

  /**
   * Opens a block device and claims it: while this is open nobody can mount it, and nobody else can
   * claim it.
   *
   * @throws BusyException if it, one of its partitions or the device it is a partition of is
   *     claimed already
   */
  static LinuxFile claim(Path device) throws IOException {
    return open(device, O_EXCL);
  }

  private static LinuxFile open(Path path, int flags) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocateFrom(path.toString());
      var state = arena.allocate(CALL_STATE);
      var descriptor = open(state, name, O_RDWR | O_CLOEXEC | flags);
      if (descriptor < 0) {
        throw failure(path, (int) ERRNO.get(state, 0L));
      }
      return new LinuxFile(descriptor);
    }
  }

  private static int open(MemorySegment state, MemorySegment name, int flags) {
    try {
      return (int) OPEN.invokeExact(state, name, flags);
    } catch (Throwable e) {
      throw new IllegalStateException("open(2) cannot be called", e);
    }
  }

  private static FileSystemException failure(Path path, int errno) {
    return switch (errno) {
      case EACCES -> new AccessDeniedException(path.toString());
      case EBUSY -> new BusyException(path);
      case EROFS -> new FileSystemException(path.toString(), null, "Read-only file system");
      default -> new FileSystemException(path.toString(), null, "error " + errno);
    };
  }

  /** Names the very file or device that is open here, whatever its path names meanwhile. */
  Path path() {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  /** Makes bytes read as zeros; false if this file system or device cannot. */
  boolean punch(long offset, long length) {
    try {
      return (int) FALLOCATE.invokeExact(descriptor, PUNCH_HOLE | KEEP_SIZE, offset, length) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("fallocate(2) cannot be called", e);
    }
  }

  @Override
  public void close() {
    try {
      var _ = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException("close(2) cannot be called", e);
    }
  }

  @SuppressWarnings("restricted") // the only native calls of this program
  private static MethodHandle call(String name, FunctionDescriptor form, Linker.Option... options) {
    MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
    return LINKER.downcallHandle(address, form, options);
  }
}
