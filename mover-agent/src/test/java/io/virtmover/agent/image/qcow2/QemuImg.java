// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real qemu-img and qemu-io, as the second opinion on every image. */
public final class QemuImg {
  private QemuImg() {}

  /** Runs a QEMU tool; its output, or a failed assertion that shows it. */
  public static String run(String... command) {
    var output = new StringBuilder();
    assertThat(status(List.of(command), output))
        .as("%s%n%s", String.join(" ", command), output)
        .isZero();
    return output.toString();
  }

  /** Applies qemu-io commands to an image. */
  public static void io(Path image, String... commands) {
    var line = new ArrayList<>(List.of("qemu-io", "-f", "qcow2"));
    for (var command : commands) {
      line.add("-c");
      line.add(command);
    }
    line.add(image.toString());
    assertThat(run(line.toArray(String[]::new))).doesNotContain("failed").doesNotContain("error");
  }

  /** Writes what an image without a backing file holds as a raw file. */
  public static void toRaw(Path image, Path raw) {
    run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", image.toString(), raw.toString());
  }

  /** Names another backing file in an image's header; nothing else is read or changed. */
  public static void rebase(Path image, String backingFormat, String backingFile) {
    run(
        "qemu-img",
        "rebase",
        "-u",
        "-f",
        "qcow2",
        "-F",
        backingFormat,
        "-b",
        backingFile,
        image.toString());
  }

  /** Fails unless qemu-img finds nothing wrong, not even a leaked cluster. */
  public static void check(Path image) {
    assertThat(run("qemu-img", "check", "-f", "qcow2", image.toString()))
        .contains("No errors were found on the image");
  }

  private static int status(List<String> command, StringBuilder output) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      output.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      return process.waitFor();
    } catch (IOException e) {
      throw new AssertionError("QEMU's tools are needed: install qemu-utils", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
