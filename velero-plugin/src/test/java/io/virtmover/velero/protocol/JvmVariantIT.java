// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.programs.LabPrograms;
import io.virtmover.velero.wire.goplugin.Empty;
import io.virtmover.velero.wire.goplugin.GRPCControllerGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that the image of the JVM variant holds, copied as its entry point copies it. */
@Tag("slow")
class JvmVariantIT {
  private static final long MOST_RESIDENT_KIB = 96 * 1024;

  @TempDir static Path folder;
  private static Path plugins;

  @BeforeAll
  static void assemble() throws Exception {
    var image = Files.createDirectory(folder.resolve("image"));
    plugins = Files.createDirectory(folder.resolve("plugins"));
    var repository = requireNonNull(LabPrograms.script("mvnw").getParent());
    run(
        repository,
        "bash",
        "-c",
        """
        set -e; . bin/lib/tools.sh; need_jdk; need_command cc gcc libc6-dev
        velero-plugin/src/main/launcher/assemble velero-plugin/target/plugin "$0"
        """,
        image.toString());
    run(folder, image.resolve("virtmover").toString(), "--install", plugins.toString());
    // An init container that is started again.
    run(folder, image.resolve("virtmover").toString(), "--install", plugins.toString());
  }

  private static void run(Path workingFolder, String... command)
      throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).directory(workingFolder.toFile()).inheritIO().start();
    assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).describedAs(String.join(" ", command)).isZero();
  }

  @Test
  void shouldHaveOneExecutableFile() throws Exception {
    // given
    try (var files = Files.walk(plugins)) {
      // when
      var executable =
          files.filter(file -> !Files.isDirectory(file)).filter(JvmVariantIT::isExecutable);

      // then
      assertThat(executable).containsExactly(plugins.resolve("virtmover"));
    }
  }

  /** As Velero looks: at the links themselves. */
  private static boolean isExecutable(Path file) {
    try {
      return Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).stream()
          .anyMatch(
              Set.of(
                      PosixFilePermission.OWNER_EXECUTE,
                      PosixFilePermission.GROUP_EXECUTE,
                      PosixFilePermission.OTHERS_EXECUTE)
                  ::contains);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void shouldBeTakenByVelero() throws Exception {
    // when
    try (var host = VeleroHost.start(plugins)) {
      // then
      assertThat(host.plugins().path("error").asText()).isEmpty();
      assertThat(host.plugins().path("plugins").findValuesAsText("command"))
          .allMatch(plugins.resolve("virtmover").toString()::equals);
    }
  }

  @Test
  void shouldStartWithItsCacheStaySmallAndEndWhenTold() throws Exception {
    var bound = Duration.ofSeconds(2);
    assertThat(Tries.shortest(bound, JvmVariantIT::startAndEnd)).isLessThan(bound);
  }

  /** How long the end took. */
  private static Duration startAndEnd() throws Exception {
    // given
    var program = plugins.resolve("virtmover");
    try (var plugin = RunningPlugin.start(program, Commands.host())) {
      // when
      var handshake = plugin.handshake();
      var status = Files.readAllLines(Path.of("/proc", plugin.pid() + "", "status"));
      var maps = Files.readString(Path.of("/proc", plugin.pid() + "", "maps"));
      var told = System.nanoTime();
      var answer =
          GRPCControllerGrpc.newBlockingStub(plugin.channel()).shutdown(Empty.getDefaultInstance());

      // then
      assertThat(answer).isNotNull();
      assertThat(plugin.exitCode()).isZero();
      var took = Duration.ofNanos(System.nanoTime() - told);
      assertThat(handshake).startsWith("1|2|tcp|127.0.0.1:");
      assertThat(residentKib(status)).isLessThan(MOST_RESIDENT_KIB);
      assertThat(maps).contains(plugins + "/virtmover.d/java/virtmover.aot");
      assertThat(maps).contains(plugins + "/virtmover.d/lib/libc.so.6");
      assertThat(plugin.stderr()).isEmpty();
      return took;
    }
  }

  private static long residentKib(List<String> status) {
    return status.stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
