// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.virtmover.lab.junit.LabNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The credentials of the lab's object store, as a file for as long as it is open. */
record CredentialsFile(Path path) implements AutoCloseable {
  static CredentialsFile of(LabNamespace lab) {
    try {
      return new CredentialsFile(
          Files.writeString(Files.createTempFile("s3-", ".credentials"), lab.s3Credentials()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
