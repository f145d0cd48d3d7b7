// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file cannot be read, in words: the JDK's exceptions often say no more than its name. */
public final class Unreadable {
  private Unreadable() {}

  /** The reason, to stand behind the file's name and a colon. */
  public static String why(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException system when system.getReason() != null -> system.getReason();
      default ->
          "Is a directory".equals(failure.getMessage())
              ? "it is a folder"
              : "reading it failed (%s)".formatted(failure.getMessage());
    };
  }
}
