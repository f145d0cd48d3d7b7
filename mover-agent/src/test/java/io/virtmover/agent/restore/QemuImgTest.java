// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program in QEMU's place that behaves badly. */
@Timeout(60)
class QemuImgTest {
  private static final QemuImg.Patience SHORT =
      new QemuImg.Patience(Duration.ofSeconds(3), Duration.ofSeconds(5));
  private static final QemuImg.Patience LONG =
      new QemuImg.Patience(Duration.ofMinutes(5), Duration.ofMillis(500));

  @TempDir private Path folder;

  @Test
  void oneThatDoesNothing_isEnded() throws IOException {
    var hanging = program("exec sleep 1000");
    assertThatThrownBy(() -> new QemuImg(hanging, folder, SHORT).run(List.of("convert")))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("qemu-img convert did nothing for 3 seconds")
        .extracting(e -> ((VirtMoverException) e).kind())
        .isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(child()).isNotPresent();
  }

  @Test
  void oneThatDoesNotEndWhenAsked_isKilledWhenTheRestoreIsCanceled() throws Exception {
    // given
    var stubborn = program("trap '' TERM; touch ready; while :; do sleep 1; done");
    var thread = new CompletableFuture<Thread>();
    var ended =
        CompletableFuture.supplyAsync(
            () -> {
              thread.complete(Thread.currentThread());
              return new QemuImg(stubborn, folder, LONG).run(List.of("convert"));
            });
    while (!Files.exists(folder.resolve("ready"))) {
      Thread.onSpinWait();
    }

    // when
    thread.get().interrupt();

    // then
    assertThatThrownBy(() -> ended.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("canceled");
    assertThat(child()).isNotPresent();
  }

  @Test
  void whatItComplainsAbout_isOneShortLineHoweverMuchItSays() throws IOException {
    var talkative =
        program("printf 'first\\nsecond\\033[31m\\n'; yes word | head -c 10000000; exit 1");
    var said = new QemuImg(talkative, folder, LONG).run(List.of("convert")).orElseThrow();
    assertThat(said).startsWith("first; second?[31m; word").hasLineCount(1);
    assertThat(said.length()).isLessThanOrEqualTo(500);
  }

  @Test
  void ourEnvironment_isNotHandedOn() throws IOException {
    var curious =
        program("env | grep -v -e ^PATH= -e ^LC_ALL=C -e ^PWD= -e ^SHLVL= -e ^_=; exit 1");
    assertThat(new QemuImg(curious, folder, LONG).run(List.of("convert")))
        .contains("it did not say why");
  }

  @Test
  void aMissingOne_isNamed() {
    assertThatThrownBy(() -> new QemuImg("/nowhere/qemu-img", folder, LONG).run(List.of("convert")))
        .hasMessageContaining("install qemu-utils");
  }

  private String program(String body) throws IOException {
    var program =
        Files.createFile(
            folder.resolve("program"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return Files.writeString(program, "#!/bin/sh\necho $$ > " + pidFile() + "\n" + body + "\n")
        .toString();
  }

  private Path pidFile() {
    return folder.resolve("pid");
  }

  private Optional<ProcessHandle> child() throws IOException {
    var pid = Long.parseLong(Files.readString(pidFile()).strip());
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
  }
}
