// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What qemu-img says about images: the judge that is not ours. */
final class Images {
  private Images() {}

  /** Makes each increment of a chain read through to the file before it. */
  static void chain(List<Path> images) {
    for (var i = 1; i < images.size(); i++) {
      var parent = images.get(i - 1).toString();
      var image = images.get(i).toString();
      run("qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", parent, image);
    }
  }

  /** The difference between an image and a raw disk, if there is any. */
  static Optional<String> difference(Path image, Path raw) {
    try {
      run("qemu-img", "compare", "-f", "qcow2", "-F", "raw", image.toString(), raw.toString());
      return Optional.empty();
    } catch (AssertionError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  static String info(Path image) {
    return run("qemu-img", "info", "-U", "--output=json", image.toString());
  }

  static String run(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
