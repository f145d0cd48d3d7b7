// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The one Linux call the JDK has no method for: fallocate(2), which turns bytes into zeros without
 * writing them, on files and on block devices. Where it is not to be had, the caller writes zeros.
 */
final class LinuxFile implements AutoCloseable {
  private static final int O_WRONLY = 1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      call(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
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

  static LinuxFile open(Path path) {
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocateFrom(path.toString());
      return new LinuxFile((int) OPEN.invokeExact(name, O_WRONLY | O_CLOEXEC));
    } catch (Throwable e) {
      throw new IllegalStateException("open(2) cannot be called", e);
    }
  }

  /** Makes bytes read as zeros; false if this file system or device cannot. */
  boolean punch(long offset, long length) {
    if (descriptor < 0) {
      return false;
    }
    try {
      return (int) FALLOCATE.invokeExact(descriptor, PUNCH_HOLE | KEEP_SIZE, offset, length) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("fallocate(2) cannot be called", e);
    }
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      try {
        var _ = (int) CLOSE.invokeExact(descriptor);
      } catch (Throwable e) {
        throw new IllegalStateException("close(2) cannot be called", e);
      }
    }
  }

  @SuppressWarnings("restricted") // the one native call of this program
  private static MethodHandle call(String name, FunctionDescriptor form, Linker.Option... options) {
    MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
    return LINKER.downcallHandle(address, form, options);
  }
}
