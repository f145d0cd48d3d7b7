// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A year of daily increments of a large scattered disk, in the memory a mover has by default. */
@Tag("slow")
class LongChainTest {
  private static final Path OPTIONS = Path.of("../src/main/docker/java-options");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"restore", "verify"})
  void aChainOf365ScatteredImages_fitsIntoTheDefaultHeap(String what) throws Exception {
    // when
    var line = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    line.add("@" + OPTIONS.toAbsolutePath().normalize());
    line.add("-Xmx32m"); // The rest is for what else a program holds.
    line.add("-XX:+ExitOnOutOfMemoryError");
    line.addAll(List.of("-cp", classPath(), LongChain.class.getName(), what, folder.toString()));
    var process = new ProcessBuilder(line).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    // then
    System.out.println(output);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("images=365");
    if (what.equals("restore")) {
      assertThat(Files.size(folder.resolve("disk"))).isEqualTo(2L << 40);
    }
  }

  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }
}
